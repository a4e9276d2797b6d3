import { open } from "node:fs/promises";
import type { Command } from "commander";
import type { NewArticle } from "../contract/api-knowledge.ts";
import { articlesFrom } from "./articles.ts";
import { progress } from "./export.ts";
import { CommandFault } from "./fault.ts";
import { jsonIn, nameOf, readText, refuse } from "./files.ts";
import type { Io } from "./io.ts";
import { linesIn } from "./lines.ts";
import { table } from "./table.ts";
import { teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

export function addImport(program: Command, io: Io): void {
  const command = program
    .command("import")
    .summary("read an export, or articles from JSON or CSV")
    .description(
      "Reads an export into an empty database, all or nothing; repeating it changes nothing. Or reads articles.",
    )
    .argument("[file]", "a file that `export` wrote; - reads the standard input")
    .option(
      "--articles <file>",
      "articles instead: a JSON list, or CSV; by slug, what is new is made and what differs is changed",
    )
    .action(async (file: string | undefined, { articles }: { articles?: string }) => {
      if ((file === undefined) === (articles === undefined))
        throw new CommandFault("Name one file: an export, or articles with --articles.");
      await (articles === undefined ? importExport(io, file!) : importArticles(io, articles));
    });
  teach(command, {
    notes: [
      "CSV of articles: the columns slug, language (en or zh), title, answer, and any number named phrasing.",
      "Channels come without their secrets unless the export was made with them; give them through the API or the console.",
      "API tokens are not in an export: make new ones with `token create`.",
    ],
    examples: [
      ["import backup.jsonl", "into a new hub, before it is claimed"],
      ["import --articles answers.csv", "what the bot knows, from a spreadsheet"],
    ],
    exits: { 0: "all of it is there now", 1: "nothing was imported; standard error names the line and why" },
  });
}

async function importExport(io: Io, file: string): Promise<void> {
  const { importData } = await import("../store/index.ts");
  const lines = await linesOf(io, file);
  const report = await visitHub(io, ({ db, vault }) =>
    importData(db, lines, {
      sealSettings: vault.seal,
      onTable: (name, { added, known }) => progress(io)(name, added + known),
    }),
  );
  const cells = Object.entries(report).map(([name, { added, known }]) => [name, String(added), String(known)]);
  await io.out(table(["table", "added", "was there"], cells));
}

/** The lines of a file, as they are asked for. @throws CommandFault when there is no such file. */
async function linesOf(io: Io, file: string): Promise<AsyncIterable<string>> {
  if (file === "-") return linesIn(io.stdin);
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => refuse(file, error));
  return linesIn(handle.createReadStream());
}

async function importArticles(io: Io, file: string): Promise<void> {
  const text = await readText(io, file);
  const isJson = /^\s*[[{]/.test(text);
  const list = isJson ? jsonIn(text, nameOf(file)) : articlesFrom(text, nameOf(file));
  if (!Array.isArray(list)) throw new CommandFault(`${nameOf(file)} cannot be read: it must hold a list of articles.`);
  const report = await visitHub(io, ({ knowledge }) => knowledge.importArticles(list as unknown as NewArticle[]));
  await io.out(`Articles: ${report.created} new, ${report.changed} changed, ${report.unchanged} as they were.\n`);
}
