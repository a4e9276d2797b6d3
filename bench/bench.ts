import { parseArgs } from "node:util";
import { accept } from "./accept.ts";
import { adaptersBench } from "./adapters.ts";
import { answering } from "./answering.ts";
import { backlog } from "./backlog.ts";
import { endToEnd } from "./end-to-end.ts";
import { runFloor } from "./floor.ts";
import { report, type Figures } from "./ground.ts";
import { markov } from "./markov.ts";
import { memory } from "./memory.ts";
import { reports } from "./reports.ts";
import { voice } from "./voice.ts";
import { worlds } from "./worlds.ts";

const BENCHES: Readonly<Record<string, () => Promise<Figures>>> = {
  accept,
  adapters: adaptersBench,
  answering,
  "end-to-end": endToEnd,
  backlog,
  memory,
  worlds,
  markov,
  reports,
  voice,
};

const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
const [name = "", ...rest] = positionals;
if (name === "floor") await runFloor(rest[0]!, Number(rest[1]), rest[2]!);
else {
  const bench = BENCHES[name];
  if (!bench) {
    console.error(`npm run bench -- NAME [--json FILE]   where NAME is one of: ${Object.keys(BENCHES).join(", ")}`);
    process.exit(1);
  }
  await report(name, await bench(), values.json);
}
