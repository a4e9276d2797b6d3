import fc from "fast-check";
import { expect, test } from "vitest";
import { moodOf, piecesOf, toggled } from "./spans.ts";

const row = (label: "complaint" | "praise" | "other", start: number, end: number) => ({ label, span: { start, end } });

test("the words of a label are cut out", () => {
  expect(piecesOf("Nice tea, cold cup.", [row("praise", 0, 8), row("complaint", 10, 19)])).toEqual([
    { text: "Nice tea", label: "praise" },
    { text: ", ", label: undefined },
    { text: "cold cup.", label: "complaint" },
  ]);
});

test("put together the pieces are the message again, whatever the spans", () => {
  const label = fc.constantFrom("complaint" as const, "praise" as const, "other" as const);
  const spans = fc.array(fc.tuple(label, fc.integer({ min: -3, max: 60 }), fc.integer({ min: -3, max: 60 })));
  fc.assert(
    fc.property(fc.string({ maxLength: 50, unit: "binary" }), spans, (text, given) => {
      const pieces = piecesOf(text, given.map((each) => row(...each))); // prettier-ignore
      expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    }),
  );
});

test("a message always is something, and nothing else beside `other`", () => {
  expect(toggled(["complaint"], "complaint")).toEqual(["other"]);
  expect(toggled(["other"], "praise")).toEqual(["praise"]);
  expect(toggled(["praise", "buying"], "other")).toEqual(["other"]);
  expect(toggled(["praise"], "complaint")).toEqual(["praise", "complaint"]);
});

test("the mood follows what is said, where that is plain", () => {
  expect(moodOf(["complaint"], 0)).toBe(-1);
  expect(moodOf(["praise", "question"], 0)).toBe(1);
  expect(moodOf(["praise", "complaint"], 0)).toBe(0);
  expect(moodOf(["question"], -1)).toBe(-1);
});
