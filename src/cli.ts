import { once } from "node:events";
import { askAtTerminal } from "./cli/terminal.ts";
import type { Io } from "./cli/io.ts";
import { run } from "./cli/run.ts";
import { readConfig, wantsDebugging } from "./config.ts";
import { systemClock } from "./lib/clock.ts";

/** The operators' tools: `npm run -s cli -- help`. */
const io: Io = {
  stdin: process.stdin,
  async out(text) {
    if (!process.stdout.write(text)) await once(process.stdout, "drain");
  },
  err: (text) => void process.stderr.write(text),
  ...(process.stdin.isTTY && { ask: askAtTerminal }),
  clock: systemClock,
  config: () => readConfig(undefined, { LOG_LEVEL: "silent" }),
  debug: wantsDebugging(),
};

// Whoever reads may have had enough (`| head`): that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const code = await run(process.argv.slice(2), io);
// Connections that platforms keep alive would hold the process for seconds.
process.stdout.write("", () => process.exit(code));
