import { open, rename, rm } from "node:fs/promises";
import type { Command } from "commander";
import { CommandFault } from "./fault.ts";
import type { Io } from "./io.ts";
import { teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

/** Where lines go; nobody but this user may read them. */
interface Sink {
  write(line: string): Promise<void>;
  /** The file gets its name only now, so that a broken-off export is not taken for a whole one. */
  finish(): Promise<void>;
  discard(): Promise<void>;
}

export function addExport(program: Command, io: Io): void {
  const command = program
    .command("export")
    .summary("write the organisation's data as JSON lines")
    .description("Writes the organisation's data as JSON lines, all of one moment; hubs may go on running meanwhile.")
    .argument("<file>", "a new file, readable by this user alone; - writes to the standard output")
    .option("--with-secrets", "the channels' settings as well, opened: tokens and secrets in plain text")
    .action(async (file: string, { withSecrets }: { withSecrets?: true }) => {
      const { exportData } = await import("../store/index.ts");
      await visitHub(io, async ({ db, vault }) => {
        const sink = file === "-" ? standardOutput(io) : await newFile(file);
        const secrets = withSecrets && { openSettings: vault.open };
        await exportData(db, { at: io.clock.now(), write: sink.write, onTable: progress(io), ...secrets })
          .then(sink.finish)
          .catch(async (error: unknown) => {
            await sink.discard();
            throw error;
          });
      });
      io.err(
        withSecrets
          ? "The file holds the channels' secrets: keep it like a password.\n"
          : "The channels' secret settings are not in it.\n",
      );
    });
  teach(command, {
    notes: [
      'First line: { "format": "tributary-export", "version": 1, "at", "rows" }; each other: { "table", "row" }.',
      "Not in it: API tokens, messages that wait to be sent, and raw arrivals.",
    ],
    examples: [
      ["export backup.jsonl", "people, conversations, entry points, conversions, articles, the audit record ..."],
      ["export - --with-secrets | gpg -e -r me > move.gpg", "to move the hub to another machine, channels and all"],
    ],
    exits: { 0: "all of it was written", 1: "it was not; no file is left behind" },
  });
}

export function progress(io: Io): (table: string, rows: number) => void {
  return (table, rows) => io.err(`${rows.toLocaleString("en").padStart(12)}  ${table}\n`);
}

function standardOutput(io: Io): Sink {
  return { write: (line) => io.out(`${line}\n`), finish: async () => undefined, discard: async () => undefined };
}

const LUMP = 64 * 1_024;

async function newFile(file: string): Promise<Sink> {
  const unfinished = `${file}.part`;
  const taken = await open(file, "wx", 0o600).catch((error: NodeJS.ErrnoException) => refuseFile(file, error));
  await taken.close();
  const handle = await open(unfinished, "w", 0o600);
  let waiting = "";
  const flush = async () => {
    await handle.appendFile(waiting);
    waiting = "";
  };
  return {
    async write(line) {
      waiting += `${line}\n`;
      if (waiting.length > LUMP) await flush();
    },
    async finish() {
      await flush();
      await handle.sync();
      await handle.close();
      await rename(unfinished, file);
    },
    async discard() {
      await handle.close().catch(() => undefined);
      await Promise.all([rm(unfinished, { force: true }), rm(file, { force: true })]);
    },
  };
}

function refuseFile(file: string, { code }: NodeJS.ErrnoException): never {
  const why =
    code === "EEXIST" ? "exists already: choose another name" : `cannot be written (${code ?? "unknown fault"})`;
  throw new CommandFault(`${file} ${why}.`);
}
