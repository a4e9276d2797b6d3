import type { Adapter } from "../contract/index.ts";
import { settingsSchema } from "../channels/index.ts";
import type { Io } from "./io.ts";

/** A setting, as the adapter's schema describes it. */
interface Field {
  title?: string;
  description?: string;
  type?: string;
  enum?: unknown[];
  default?: unknown;
  secret?: boolean;
}

interface ObjectSchema {
  properties?: Record<string, Field>;
  required?: string[];
}

/**
 * Asks a person at the terminal for a channel's settings, one after the other, and again for those that are wrong. What
 * is left empty keeps its default; secrets are not shown while they are typed.
 */
export async function askSettings(
  io: Io & { ask: NonNullable<Io["ask"]> },
  adapter: Adapter,
): Promise<Record<string, unknown>> {
  const fields = fieldsOf(settingsSchema(adapter));
  const values: Record<string, unknown> = {};
  let asked = [...fields.keys()];
  for (;;) {
    for (const name of asked) {
      const value = await askOne(io, name, fields.get(name)!);
      if (value === undefined) delete values[name];
      else values[name] = value;
    }
    const { error } = adapter.settings.safeParse(values);
    if (!error) return values;
    for (const issue of error.issues) io.err(`${issue.path.join(".")}: ${issue.message}\n`);
    const wrong = new Set(error.issues.map(({ path }) => String(path[0] ?? "")));
    asked = [...fields.keys()].filter((name) => wrong.has(name));
    if (asked.length === 0) asked = [...fields.keys()];
  }
}

/** Where the settings are one of several shapes, the fields of all of them. */
function fieldsOf(schema: Record<string, unknown>): Map<string, Field & { needed: boolean }> {
  const variants = (schema["anyOf"] ?? schema["oneOf"] ?? [schema]) as ObjectSchema[];
  const fields = new Map<string, Field & { needed: boolean }>();
  for (const { properties = {}, required = [] } of variants) {
    for (const [name, field] of Object.entries(properties)) {
      const needed = required.includes(name) && field.default === undefined;
      fields.set(name, { ...field, needed: needed && (fields.get(name)?.needed ?? true) });
    }
  }
  return fields;
}

async function askOne(
  io: { ask: NonNullable<Io["ask"]>; err: Io["err"] },
  name: string,
  field: Field & { needed: boolean },
): Promise<unknown> {
  const { title = name, description, secret = false } = field;
  const hint = field.enum
    ? ` [${field.enum.join(" | ")}]`
    : field.default !== undefined
      ? ` [${String(field.default)}]`
      : field.needed
        ? ""
        : " (optional)";
  if (description) io.err(`\n${description}\n`);
  const text = (await io.ask(`${title}${hint}: `, secret)).trim();
  return text === "" ? undefined : valueOf(text, field);
}

/** Text as the schema's type wants it; what does not fit stays text, and the schema says what is wrong with it. */
function valueOf(text: string, { type }: Field): unknown {
  if (type === "boolean")
    return /^(y|yes|true|1|是)$/i.test(text) ? true : /^(n|no|false|0|否)$/i.test(text) ? false : text;
  if ((type === "number" || type === "integer") && Number.isFinite(Number(text))) return Number(text);
  if (type === "array") return text.split(",").map((each) => each.trim());
  return text;
}
