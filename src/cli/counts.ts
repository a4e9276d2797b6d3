import type { Command } from "commander";
import { BadNews } from "./fault.ts";
import type { Io } from "./io.ts";
import { teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

const SHOWN = 20;

export function addCounts(program: Command, io: Io): void {
  const counts = program
    .command("counts")
    .summary("check the reports' counts against the rows")
    .description("What the reports are read from, kept beside the rows that it counts.");
  const verify = counts
    .command("verify")
    .description("Counts everything anew without changing anything, and names what differs.")
    .action(async () => {
      const differences = await visitHub(io, ({ attribution }) => attribution.counts.verify());
      if (differences.length === 0) return io.out("The counts are what the rows say.\n");
      for (const each of differences.slice(0, SHOWN)) io.err(`${JSON.stringify(each)}\n`);
      io.err(
        `${differences.length} differences (a hundred of a kind at most). \`counts rebuild\` makes the counts anew.\n`,
      );
      throw new BadNews();
    });
  teach(verify, {
    examples: [["counts verify", "do the reports tell the truth?"]],
    exits: { 0: "they do", 1: "they do not: the differences are named" },
  });
  const rebuild = counts
    .command("rebuild")
    .description("Makes the counts anew from the rows. Recording waits for it meanwhile.")
    .action(async () => {
      await visitHub(io, ({ attribution }) => attribution.counts.rebuild());
      await io.out("Counted anew.\n");
    });
  teach(rebuild, { examples: [["counts rebuild", "after `counts verify` has found something"]] });
}
