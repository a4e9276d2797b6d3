import { format } from "prettier";
import { Environment } from "../src/config.ts";

/** Where the table stands in docs/operating.md. */
export const BEGIN = "<!-- config: written by npm run docs:config -->";
export const END = "<!-- /config -->";

interface Setting {
  name: string;
  means: string;
  preset: string | undefined;
}

/** The settings as config.ts declares them, in its order. */
export function settings(): Setting[] {
  const presets: Readonly<Record<string, unknown>> = Environment.parse({});
  return Object.entries(Environment.shape).map(([name, schema]) => {
    const preset = presets[name];
    return { name, means: schema.meta()?.description ?? "", preset: preset === undefined ? undefined : String(preset) };
  });
}

/** `.env.example`: every setting, commented out, with its default or nothing. */
export function envExample(): string {
  const head = [
    "# Settings of the hub. Every one may be left out; what stands after = is the default.",
    "# To use such a file: cp .env.example .env, edit it, then  set -a; . ./.env; set +a; npm start",
    "# Written by `npm run docs:config` from src/config.ts.",
  ];
  const entries = settings().map(({ name, means, preset = "" }) => `# ${means}\n# ${name}=${preset}`);
  return `${[head.join("\n"), ...entries].join("\n\n")}\n`;
}

/** The document with its table brought up to date. */
export async function withTable(document: string): Promise<string> {
  const start = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (start < 0 || end < start) throw new Error(`docs/operating.md has lost its markers ${BEGIN} and ${END}.`);
  const rows = settings().map(
    ({ name, means, preset }) => `| \`${name}\` | ${preset === undefined ? "" : `\`${preset}\``} | ${means} |`,
  );
  const table = await format(["| Variable | Default | Means |", "|---|---|---|", ...rows].join("\n"), {
    parser: "markdown",
  });
  return `${document.slice(0, start)}${BEGIN}\n\n${table}\n${document.slice(end)}`;
}
