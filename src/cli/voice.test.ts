import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { runHere } from "../../tests/support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tributary-voice-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
}

const HEAD = "text,labels,sentiment";
const THINGS = ["lamp", "coat", "table", "phone", "cup", "bag"];
const lines = THINGS.flatMap((thing) => [
  `the ${thing} is broken and awful,complaint,-1`,
  `i love the ${thing} it is great,praise,1`,
  `where is the ${thing}?,question,0`,
  `how much is the ${thing} i want to buy it,question+buying,0`,
]);
const train = file("train.csv", [HEAD, ...lines].join("\n"));
const tests = file("test.csv", [HEAD, "the chair is broken,complaint,-1", "i love the chair,praise,1"].join("\n"));

const voice = (...more: string[]) => runHere(["voice", "eval", ...more]);

test("learns from a file, is measured by another, and says both figures", async () => {
  const { code, stdout } = await voice("--train", train, "--test", tests, "--json");
  expect(code).toBe(0);
  const { languages } = JSON.parse(stdout) as { languages: { models: { macroF1: number }; wordList: object }[] };
  expect(languages).toHaveLength(1);
  expect(languages[0]).toMatchObject({ language: "en", lessons: 24, tests: 2, models: { macroF1: 1 } });
  expect(languages[0]!.wordList).toHaveProperty("macroF1");
  expect((await voice("--train", train, "--test", tests)).stdout).toContain("macro-F1 100.0 %");
});

test.each([
  ["a missing file", () => path.join(folder, "nowhere.csv"), "there is no such file"],
  ["a missing column", () => file("columns.csv", "text,label\nhi,other\n"), "column labels and sentiment"],
  ["a strange label", () => file("strange.csv", `${HEAD}\nhi,question+joy,0\n`), 'row 2 "joy" is no label'],
  ["a strange sentiment", () => file("mood.csv", `${HEAD}\nhi,other,5\n`), "not -1, 0 or 1"],
  ["a head alone", () => file("head.csv", `${HEAD}\n`), "holds no rows"],
  ["other languages", () => file("zh.csv", `${HEAD}\n东西坏了,complaint,-1\n`), "No language has both"],
])("%s is refused in a sentence, with exit code 2", async (_name, make, sentence) => {
  const { code, stdout, stderr } = await voice("--train", train, "--test", make(), "--json");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(sentence);
});
