/** `npm run new:adapter NAME` writes adapters/NAME: an adapter whose contract test fails until it is real. */
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { format } from "prettier";
import { newAdapterFiles, withAdapter, withPlaceholder } from "./new-adapter-files.ts";

const LIST = "adapters/index.ts";
const PLACEHOLDERS = "src/cli/placeholder-settings.ts";

const name = process.argv[2] ?? "";
if (!/^[a-z][a-z0-9]{1,30}$/.test(name)) {
  refuse("Name the platform in small letters and digits: npm run new:adapter viber");
}
const folder = path.join("adapters", name);
if (await access(folder).then(() => true, () => false)) refuse(`${folder} is there already.`); // prettier-ignore

for (const [file, text] of Object.entries(newAdapterFiles(name))) {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true });
  const parser = target.endsWith(".md") ? "markdown" : target.endsWith(".json") ? "json" : "typescript";
  await writeFile(target, await format(text, { parser, printWidth: 120 }));
}
await change(LIST, (text) => withAdapter(text, name));
await change(PLACEHOLDERS, (text) => withPlaceholder(text, name));
process.stdout.write(
  `${folder} is written, and its test fails:\n\n  npx vitest run ${folder}\n\nEach failure names what is missing. ${folder}/README.md says in which order to go.\n`,
);

async function change(file: string, edit: (text: string) => string): Promise<void> {
  await writeFile(file, await format(edit(await readFile(file, "utf8")), { parser: "typescript", printWidth: 120 }));
}

function refuse(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(1);
}
