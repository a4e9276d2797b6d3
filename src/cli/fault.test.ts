import { expect, test } from "vitest";
import { ConfigError, Invalid } from "../contract/index.ts";
import { debugFault, explainFault } from "./fault.ts";

const withCode = (error: Error, fields: object) => Object.assign(error, fields);

test.each<[string, unknown, RegExp]>([
  ["ours is its sentence", new ConfigError("Port 80 is taken."), /^Port 80 is taken\.$/],
  [
    "wrong fields are listed",
    new Invalid("It cannot work.", { name: "Too long." }),
    /^It cannot work\.\n {2}name: Too long\.$/,
  ],
  [
    "the system's says what was refused",
    withCode(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" }),
    /^The system refused: ENOSPC: no space left on device, write\. Set LOG_LEVEL=debug/,
  ],
  [
    "the database's quotes no value",
    withCode(new Error('invalid input syntax for type uuid: "pl4nted"'), { code: "22P02" }),
    /^The database refused \(code 22P02\)\. Set/,
  ],
  [
    "a fault in the code names its kind",
    new TypeError("pl4nted is undefined"),
    /^The command failed: TypeError\. Set LOG_LEVEL=debug for more\.$/,
  ],
  ["anything else", "pl4nted", /^The command failed for an unknown reason/],
])("%s", (_what, error, words) => {
  expect(explainFault(error)).toMatch(words);
  expect(explainFault(error)).not.toContain("pl4nted");
});

test("a field that the sentence names already is not said twice, and a long list is cut", () => {
  expect(explainFault(new Invalid("Wrong. a: b", { a: "b" }))).toBe("Wrong. a: b");
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}`, "wrong"]));
  expect(explainFault(new Invalid("Wrong.", many)).split("\n")).toHaveLength(1 + 20 + 1);
});

test("debugging shows where it happened, with the cause", () => {
  const shown = debugFault(new Error("outer", { cause: new Error("inner") }));
  expect(shown).toMatch(/outer[^]*fault\.test\.ts[^]*Caused by: Error: inner/);
});
