import { expect, test } from "vitest";
import { liveBar, PROVISIONAL_AT, USUAL_SETTINGS } from "./bars.ts";
import { measure } from "./engine/index.ts";
import { nextFloor } from "./promise-desk.ts";

const certified = { threshold: 0.7, mode: "auto", precision: 0.97, coverage: 0.6 } as const;
const hoped = { threshold: 0.93, mode: "suggest", precision: 0.95, coverage: 0.1 } as const;
const hopeless = { threshold: 1.01, mode: "suggest", precision: 0, coverage: 0 } as const;

test.each([
  ["a certified promise answers at its own threshold", certified, "auto", null, 0.7, "auto", "certified"],
  ["and in the mode promise as well", certified, "promise", null, 0.7, "auto", "certified"],
  ["in the mode suggest all is confirmed", certified, "suggest", null, 0.7, "suggest", "certified"],
  ["too little evidence: the usual probability", hoped, "auto", null, PROVISIONAL_AT, "auto", "provisional"],
  [
    "too little evidence for a strict promise: it is confirmed",
    hoped,
    "promise",
    null,
    PROVISIONAL_AT,
    "suggest",
    "provisional",
  ],
  ["no evidence at all", hopeless, "promise", null, PROVISIONAL_AT, "suggest", "provisional"],
  ["a broken promise begins higher", certified, "auto", 0.9, 0.9, "auto", "raised"],
  ["a floor that the model is above of anyway", certified, "auto", 0.5, 0.7, "auto", "certified"],
] as const)("%s", (_what, bar, mode, floor, threshold, does, basis) => {
  expect(liveBar(bar, mode, floor)).toMatchObject({ threshold, mode: does, basis });
});

const verdicts = (right: number, wrong: number, at = 0.8) =>
  Array.from({ length: right + wrong }, (_, i) => ({ probability: i < right ? 0.99 : at, right: i < right }));

test("the floor rises when the promise is surely broken, stays while it is open, goes when it is surely kept", () => {
  const floor = (right: number, wrong: number, en: number | null) =>
    nextFloor(measure(verdicts(right, wrong), 0.75, 0.95), { ...USUAL_SETTINGS, floors: { en, zh: null } }, "en");
  expect(floor(30, 10, null)).toBe(0.99);
  expect(floor(0, 10, null)).toBeGreaterThan(1);
  expect(floor(30, 2, null)).toBeNull();
  expect(floor(30, 2, 0.9)).toBe(0.9);
  expect(floor(30, 10, 0.995)).toBe(0.995); // never lower than it was
  expect(floor(80, 0, 0.9)).toBeNull();
  expect(floor(0, 0, 0.9)).toBe(0.9);
});
