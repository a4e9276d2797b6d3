import { InvalidArgumentError, type Command } from "commander";
import { BadNews } from "./fault.ts";
import type { Io } from "./io.ts";
import { teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

export function addAudit(program: Command, io: Io): void {
  const audit = program
    .command("audit")
    .summary("check the record of who did what")
    .description("The record of who did what, a chain of hashes.");
  const command = audit
    .command("verify")
    .description("Reads the whole record and checks that no entry was changed, put in or taken out.")
    .option(
      "--since <head>",
      "a head that was printed before, SEQ:HASH: with it a tail that was cut off is found too",
      head,
    )
    .action(async ({ since }: { since?: { seq: string; hash: string } }) => {
      const verdict = await visitHub(io, (hub) => hub.audit.verify(since));
      if (!verdict.ok) {
        io.err(`The record was tampered with at entry ${verdict.seq}: ${verdict.reason}\n`);
        throw new BadNews();
      }
      await io.out(
        `${verdict.entries} entries, all as they were written.\nHead: ${verdict.head.seq}:${verdict.head.hash}\n`,
      );
      io.err("Keep the head elsewhere: with --since it proves later that nothing was cut off.\n");
    });
  teach(command, {
    examples: [
      ["audit verify", "is the record whole?"],
      [`audit verify --since 42:${"0".repeat(8)}...`, "does it still hold what it held then?"],
    ],
    exits: { 0: "the record is whole", 1: "it is not, or could not be read" },
  });
}

function head(text: string): { seq: string; hash: string } {
  const [, seq, hash] = /^(\d{1,18}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new InvalidArgumentError("A head looks like 42:HASH, as `audit verify` prints it.");
  return { seq, hash: hash.toLowerCase() };
}
