import { expect, test } from "vitest";
import { besideMessages, evidenceOf } from "./evidence.ts";

const messages = [3, 4, 7, 8].map((seq) => ({ id: `m${seq}`, seq }));
const found = (...seqs: (number | null)[]) =>
  [
    ...besideMessages(
      seqs.map((seq) => ({ seq })),
      messages,
    ),
  ].map(([id, { seq }]) => `${id}:${seq}`);

test("an answer stands at the message that was said with it", () => {
  expect(found(8, 4)).toEqual(["m8:8", "m4:4"]);
});

test("one without words stands at the message before it, and one of an older page nowhere", () => {
  expect(found(9, 5, 2, null)).toEqual(["m8:9", "m4:5"]);
});

test("of two at the same message the later one is shown", () => {
  expect(found(6, 5)).toEqual(["m4:6"]);
});

test("what another responder wrote down is not read", () => {
  expect(evidenceOf({ evidence: { decision: "answered" } })).toBeUndefined();
  expect(evidenceOf({ evidence: "welcome" })).toBeUndefined();
  expect(evidenceOf({ evidence: null })).toBeUndefined();
});
