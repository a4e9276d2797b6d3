import type { Command } from "commander";
import type { ReplayFilter, Stopped } from "../corridor/index.ts";
import { id } from "./input.ts";
import type { Io } from "./io.ts";
import { table } from "./table.ts";
import { teach } from "./teach.ts";
import { visitHub } from "./visit.ts";

interface Options {
  channel?: string;
  arrival?: string[];
  reason?: string;
  ignored?: true;
  dryRun?: true;
}

export function addReplay(program: Command, io: Io): void {
  const command = program
    .command("replay")
    .summary("try arrivals again that could not be read")
    .description(
      "Puts dead arrivals back into line, once what kept them from being read is mended. Nothing is recorded twice.",
    )
    .option("--channel <id>", "only those of this channel", id)
    .option("--arrival <id...>", "only these", (text: string, before?: string[]) => [...(before ?? []), id(text)])
    .option("--reason <text>", "only those whose reason contains this")
    .option("--ignored", "also those that held nothing for us at the time")
    .option("--dry-run", "show them, change nothing")
    .action((options: Options) => replay(io, options));
  teach(command, {
    examples: [
      ["replay --dry-run", "what is dead, and why?"],
      ["replay", "after an update that mends it: try them all again"],
      ['replay --channel ID --reason "no Telegram update"', "some of them"],
    ],
    exits: { 0: "done, also when there was nothing to try again", 1: "it could not be done" },
  });
}

async function replay(io: Io, { channel, arrival, reason, ignored, dryRun }: Options): Promise<void> {
  const filter: ReplayFilter = {
    ignored: ignored === true,
    ...(channel && { channelId: channel }),
    ...(arrival && { arrivalIds: arrival }),
    ...(reason && { reason }),
  };
  const { countLiveHubs, listStopped, replayArrivals } = await import("../corridor/index.ts");
  await visitHub(io, async ({ db }) => {
    if (dryRun) return io.out(describe(await listStopped(db, filter)));
    const count = await replayArrivals(db, filter);
    const hubs = await countLiveHubs(db);
    await io.out(`${count} ${count === 1 ? "arrival waits" : "arrivals wait"} again.\n`);
    if (count === 0) return;
    io.err(
      hubs > 0 ? "The running hub records them now.\n" : "No hub is running: they are recorded when one starts.\n",
    );
  });
}

function describe(stopped: readonly Stopped[]): string {
  if (stopped.length === 0) return "No such arrival.\n";
  const cells = stopped.map((each) => [
    String(each.arrivals),
    each.state,
    each.channel,
    each.oldest.toISOString().slice(0, 16).replace("T", " "),
    each.reason,
  ]);
  return table(["arrivals", "state", "channel", "oldest", "reason"], cells);
}
