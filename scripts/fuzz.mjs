// `npm run fuzz -- [NAME ...] [--seed N] [--count N]`: hostile payloads, rightly signed, through each adapter's door, the
// database and the recorder (tests/contract/mutations.ts). Prints how they ended; fails where one crashed something.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "1" }, count: { type: "string", default: "100000" } },
});
for (const [name, value] of Object.entries(values)) {
  if (!/^[1-9][0-9]{0,8}$/.test(value)) stop(`--${name} takes a number from 1 to 999999999, not ${value}.`);
}
const known = readdirSync("adapters").filter((name) => existsSync(testOf(name)));
for (const name of positionals) {
  if (!known.includes(name)) stop(`There is no adapter "${name}". There are: ${known.join(", ")}.`);
}

const names = positionals.length > 0 ? positionals : known;
const env = { ...process.env, FUZZ_SEED: values.seed, FUZZ_COUNT: values.count };
let failed = 0;
for (const name of names) {
  const args = ["vitest", "run", "--reporter=dot", "--testNamePattern", "hostile deliveries", testOf(name)];
  const { status } = spawnSync("npx", args, { env, stdio: "inherit" });
  if (status !== 0) failed++;
}
process.exit(failed > 0 ? 1 : 0);

function testOf(name) {
  return `adapters/${name}/${name}.test.ts`;
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
