import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { runHere } from "../../tests/support/cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tributary-kb-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const at = path.join(folder, name);
  writeFileSync(at, text);
  return at;
}

const SUBJECTS = ["order", "parcel", "refund", "invoice", "password", "voucher"];
const FRAMES = [
  "where is my",
  "i have a question about my",
  "tell me about the",
  "problem with the",
  "my is gone:",
  "how about the",
];
const rows = SUBJECTS.flatMap((subject) => FRAMES.map((frame) => `${subject},"${frame} ${subject}",extra`));
const train = file("train.csv", ["intent,text,note", ...rows].join("\n"));
const testRows = SUBJECTS.map((subject) => `"what, then, about the ${subject}",${subject}`);
const questions = file("test.csv", ["text,intent", ...testRows].join("\r\n"));
const oos = file("oos.csv", "text\nwill it rain tomorrow\nsing me a song\n");
const FIGURES =
  "accuracy inScopeAccuracy oosRecall oosAuroc threshold precision coverage trainMs p50Ms p99Ms rssMiB embedder";

const kb = (...more: string[]) => runHere(["kb", "eval", ...more]);

test("prints the figures of a knowledge base as JSON, and nothing else", async () => {
  const { code, stdout } = await kb("--train", train, "--test", questions, "--oos", oos, "--json");
  expect(code).toBe(0);
  const figures = JSON.parse(stdout) as Record<string, number>;
  expect(Object.keys(figures).sort()).toEqual(FIGURES.split(" ").sort());
  expect(figures).toMatchObject({ accuracy: 1, embedder: "none" });
  expect(figures["oosRecall"]).toBe(1);
});

test("says in words what it found, and what it could not know", async () => {
  const { code, stdout, stderr } = await kb("--train", train, "--test", questions, "--few", "4");
  expect(code).toBe(0);
  expect(stdout).toContain("100.0 % have the right article first");
  expect(stderr).toContain("without --oos, oosRecall and oosAuroc are unknown");
});

test("questions of an intent that was not trained count as out of scope", async () => {
  const strange = file("strange.csv", `text,intent\n${testRows.join("\n")}\nwill it rain,weather\n`);
  const { stdout, stderr } = await kb("--train", train, "--test", strange, "--json");
  expect(stderr).toContain("1 test rows have an intent that was not trained");
  expect((JSON.parse(stdout) as Record<string, unknown>)["oosRecall"]).toBe(1);
});

test.each([
  ["a missing file", () => path.join(folder, "nowhere.csv"), "there is no such file"],
  ["an empty file", () => file("empty.csv", ""), "It is empty."],
  ["a head alone", () => file("head.csv", "text,intent\n"), "holds no rows"],
  [
    "a missing column",
    () => file("columns.csv", "question,intent\nhi,a\n"),
    "must name the column text. It has question, intent.",
  ],
  ["a row without its intent", () => file("hole.csv", "text,intent\nhi,a\nho,\n"), "row 3 has no intent"],
  ["one intent only", () => file("one.csv", "text,intent\nhi,a\nho,a\n"), "one intent only"],
  ["no CSV", () => file("quote.csv", 'text,intent\n"hi,a\n'), "a quote that opens in line 2 is never closed"],
])("%s is refused in a sentence, with exit code 2", async (_name, make, sentence) => {
  const { code, stdout, stderr } = await kb("--train", make(), "--test", questions, "--json");
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(sentence);
});

test.each([
  ["--few", "0"],
  ["--few", "many"],
  ["--oos-share", "1"],
  ["--target", "95"],
])("%s %s is refused", async (option, value) => {
  const { code, stderr } = await kb("--train", train, "--test", questions, option, value);
  expect(code).not.toBe(0);
  expect(stderr).toContain("It must be a");
});
