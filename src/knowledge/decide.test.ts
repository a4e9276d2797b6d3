import { expect, test } from "vitest";
import { ANSWER_AT, decide, OFFER_AT } from "./decide.ts";

const hits = (...scores: number[]) => scores.map((score, at) => ({ id: String(at), score, matchedPhrasing: "" }));

test.each([
  ["one is near and no other", [0.7, 0.1], "answer"],
  ["the same words, whatever else is near", [1, 0.98], "answer"],
  ["the same words twice", [1, 1], "offer"],
  ["two are close", [0.45, 0.42], "offer"],
  ["one is half near", [0.3], "offer"],
  ["none is near", [0.1, 0.05], "nothing"],
  ["there is none", [], "nothing"],
])("%s: %j", (_when, scores, kind) => {
  expect(decide(hits(...scores), "en").kind).toBe(kind);
});

test("an offer has at most three options, none far from the best", () => {
  const decision = decide(hits(0.4, 0.39, 0.38, 0.37), "en");
  expect(decision.kind === "offer" && decision.options.map(({ id }) => id)).toEqual(["0", "1", "2"]);
  const two = decide(hits(0.4, 0.38, 0.1), "en");
  expect(two.kind === "offer" && two.options.length).toBe(2);
});

test("offering asks for less than answering, in both languages", () => {
  expect(OFFER_AT.en).toBeLessThan(ANSWER_AT.en);
  expect(OFFER_AT.zh).toBeLessThan(ANSWER_AT.zh);
});
