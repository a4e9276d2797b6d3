import { open } from "node:fs/promises";
import type { Command } from "commander";
import { BadNews } from "./fault.ts";
import { refuse } from "./files.ts";
import { printJson, type Io } from "./io.ts";
import { teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

interface Options {
  dryRun?: true;
  partial?: true;
  json?: true;
}

const SHOWN = 20;

export function addConversion(program: Command, io: Io): void {
  const conversion = program
    .command("conversion")
    .summary("read conversions from CSV")
    .description("Orders, bookings and sign-ups, and what was taken back of them.");
  const command = conversion
    .command("import")
    .description("Reads a list of conversions and refunds, however long: all of it or nothing, unless --partial.")
    .argument("<file>", "CSV in UTF-8; - reads the standard input")
    .option("--dry-run", "only say what would happen")
    .option("--partial", "take the good lines and leave the others out")
    .option("--json", "the whole report, for a program to read")
    .action(async (file: string, options: Options) => importFile(io, file, options));
  teach(command, {
    notes: [
      "Columns: source, external_id, currency, at, and amount (12.50) or amount_minor (1250);",
      "the person: contact_id, or channel_id and account; also kind (order), offline (yes, no), note.",
      "A refund is a line with refund_of: the order's external_id, of the same source, in a line before it or known already.",
      "A line that is there already, and the same, is left as it is: a list may be sent twice.",
    ],
    examples: [
      ["conversion import orders.csv --dry-run", "what is wrong with it?"],
      ["conversion import orders.csv", "all of it, or nothing"],
    ],
    exits: { 0: "every line is there now, or would be", 1: "lines were refused; they are named" },
  });
}

async function importFile(
  io: Io,
  file: string,
  { dryRun = false, partial = false, json }: { dryRun?: boolean; partial?: boolean; json?: boolean },
): Promise<void> {
  const chunks =
    file === "-"
      ? io.stdin
      : await open(file).then(
          (handle) => handle.createReadStream(),
          (error: NodeJS.ErrnoException) => refuse(file, error),
        );
  const report = await visitHub(io, ({ attribution }) => attribution.importConversions(chunks, { dryRun, partial }));
  if (json) await printJson(io, report);
  else {
    const { lines, added, known, refused, written } = report;
    const verb = written ? "new" : "would be new";
    await io.out(`${lines} lines: ${added} ${verb}, ${known} there already, ${refused} refused.\n`);
    for (const { line, column, reason } of report.faults.slice(0, SHOWN)) {
      io.err(`line ${line}${column === null ? "" : `, ${column}`}: ${reason}\n`);
    }
    if (refused > SHOWN) io.err(`... and ${refused - SHOWN} more; --json names up to 1,000.\n`);
    if (refused > 0 && !written && !dryRun)
      io.err("Nothing was written. Put these lines right, or take the others alone with --partial.\n");
  }
  if (report.refused > 0) throw new BadNews();
}
