import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { NewEntryPoint, type EntryImportReport, type EntryPoint } from "../contract/api-attribution.ts";
import { decodeCursor } from "../contract/index.ts";
import { z } from "zod";
import { BadNews, CommandFault } from "./fault.ts";
import { readBytes } from "./files.ts";
import { checked, id } from "./input.ts";
import { printJson, type Io } from "./io.ts";
import { table } from "./table.ts";
import { teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

const PAGE = 200;

interface Options {
  channel?: string[];
  url?: string;
  json?: true;
  [field: string]: string | string[] | true | undefined;
}

export function addEntry(program: Command, io: Io): void {
  const entry = program
    .command("entry")
    .summary("make, list and print entry points, with links and QR codes")
    .description("Entry points: doors that people come through, each with a code of its own.");
  addCreate(entry, io);
  addList(entry, io);
  addImport(entry, io);
  addSheet(entry, io);
}

function addCreate(entry: Command, io: Io): void {
  const command = entry
    .command("create")
    .description(
      "Makes an entry point and prints its link and its QR codes. A printed code stays, where it leads may change.",
    )
    .requiredOption("--name <name>", "what it is: Poster at the station")
    .requiredOption(
      "--medium <medium>",
      "qr, deep-link, ad, poster, newsletter, invite, referral, keyword, phone, widget ...",
    )
    .option("--channel <id>", "the channel whose chat it opens; name it again for several to choose from", collect)
    .option("--url <address>", "or the web address it leads to; e=CODE is added to it")
    .option("--campaign <words>")
    .option("--placement <words>")
    .option("--region <words>")
    .option("--owner <words>")
    .option("--keyword <word>", "a word of its own, to be typed or spoken")
    .option("--phone <number>", "a number of ours to be called: +8613800138000")
    .option("--starts-at <time>", "from when its greeting and offer are said: 2026-03-01T00:00:00Z")
    .option("--ends-at <time>", "until when")
    .option("--json", "as JSON")
    .action(async ({ channel, url, json, ...fields }: Options) => {
      if (channel && url) throw new CommandFault("Say where the entry point leads: either --channel or --url.");
      if (!channel && !url && !fields["keyword"] && !fields["phone"])
        throw new CommandFault(
          "Say where the entry point leads, either --channel or --url; or how else people come: --keyword, --phone.",
        );
      const [only, ...others] = channel ?? [];
      const target = {
        ...(only && (others.length > 0 ? { channelIds: channel } : { channelId: only })),
        ...(url && { targetUrl: url }),
      };
      const input = checked(NewEntryPoint, { ...fields, ...target }, "entry point");
      const made = await visitHub(io, (hub) => hub.attribution.entryPoints.create(input));
      if (json) return printJson(io, made);
      await io.out(`Link     ${made.url}\nQR code  ${made.qr.svg}\n         ${made.qr.png}\nId       ${made.id}\n`);
    });
  teach(command, {
    examples: [
      ['entry create --name "Poster at the station" --medium poster --channel ID', "a QR code that opens the chat"],
      ['entry create --name "May newsletter" --medium newsletter --url https://shop.example/', "a link to a page"],
    ],
  });
}

function addList(entry: Command, io: Io): void {
  const command = entry
    .command("list")
    .description("Lists the entry points, the newest first.")
    .option("--archived", "those that are archived as well")
    .option("--json", "as JSON")
    .action(async ({ archived, json }: { archived?: true; json?: true }) => {
      const rows = await visitHub(io, async ({ attribution }) => {
        const all: EntryPoint[] = [];
        for (let next: string | null | undefined; next !== null;) {
          const after = decodeCursor(next, z.uuid());
          const page = await attribution.entryPoints.list({ after, limit: PAGE, archived: archived ? "all" : "false" });
          all.push(...page.items);
          next = page.next;
        }
        return all;
      });
      if (json) return printJson(io, rows);
      const cells = rows.map((row) => [
        row.id,
        row.name,
        row.medium,
        row.url,
        row.qr.svg,
        row.archivedAt && "archived",
      ]);
      await io.out(table(["id", "name", "medium", "link", "QR code", "state"], cells));
    });
  teach(command, { examples: [["entry list", "every door that is open"]] });
}

/** For an option that may be named several times. */
function collect(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), id(text)];
}

function addImport(entry: Command, io: Io): void {
  const command = entry
    .command("import")
    .description(
      "Makes entry points from CSV in UTF-8, one to a line; the first line names the columns. All or none, unless --partial.",
    )
    .argument("<file>", "the file; - reads the standard input")
    .option("--dry-run", "only look: what would be made, and which lines would be refused")
    .option("--partial", "make the good lines although others are refused")
    .option("--json", "the report as JSON")
    .action(async (file: string, { dryRun, partial, json }: { dryRun?: true; partial?: true; json?: true }) => {
      const bytes = await readBytes(io, file);
      const options = { dryRun: dryRun === true, partial: partial === true };
      const report = await visitHub(io, ({ attribution }) => attribution.importEntryPoints(bytes, options));
      if (json) await printJson(io, report);
      else await printReport(io, report);
      if (report.refused.length > 0 && (report.dryRun || report.made.length === 0)) throw new BadNews();
    });
  teach(command, {
    examples: [
      ["entry import posters.csv --dry-run", "which lines would be refused, and why"],
      ["entry import posters.csv", "make them all, or none"],
    ],
    notes: [
      "Columns: name, medium; campaign, placement, region, owner, owner_email, channel (name or id, several with |), url, keyword, phone, starts, ends, cost, currency, greeting_en, greeting_zh, offer_en, offer_zh, article, assign_to.",
    ],
    exits: { 0: "every line is good, or what was good was made", 1: "lines were refused and nothing was made" },
  });
}

async function printReport(io: Io, { dryRun, lines, good, made, refused }: EntryImportReport): Promise<void> {
  for (const { line, name, reasons } of refused) {
    for (const reason of reasons) io.err(`Line ${line}${name === null ? "" : ` (${name})`}: ${reason}\n`);
  }
  const what = dryRun ? `${good} would be made` : `${made.length} made`;
  io.err(`${lines} lines: ${what}, ${refused.length} refused.\n`);
  if (made.length > 0)
    await io.out(
      table(
        ["id", "name", "link"],
        made.map((row) => [row.id, row.name, row.url]),
      ),
    );
}

function addSheet(entry: Command, io: Io): void {
  const command = entry
    .command("sheet")
    .description("Draws entry points as a page to print and cut apart: QR code, name, short link and keyword.")
    .argument("<ids...>", "their ids", collect)
    .option("--out <file>", "where to write it; without it, to the standard output")
    .action(async (ids: string[], { out }: { out?: string }) => {
      const sheet = await visitHub(io, ({ attribution }) => attribution.sheet(ids));
      if (out === undefined) return io.out(Buffer.from(sheet.bytes).toString("utf8"));
      await writeFile(out, sheet.bytes).catch((error: NodeJS.ErrnoException) => {
        throw new CommandFault(`${out} cannot be written: ${error.code ?? "unknown fault"}.`);
      });
    });
  teach(command, { examples: [["entry sheet ID ID --out posters.html", "a page for the printer"]] });
}
