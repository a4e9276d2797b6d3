import fc from "fast-check";
import { expect, test } from "vitest";
import { padLeft, padRight, shorten, widthOf, wrap } from "./columns.ts";

test.each([
  ["tea", 3],
  ["茶", 2],
  ["林梅 Mei", 8],
  ["，。", 4],
  ["£12.00", 6],
  ["🍵", 2],
  ["e\u0301", 1],
  ["\u001b[1mbold\u001b[0m", 4],
  ["", 0],
])("%j is %i columns wide", (text, width) => expect(widthOf(text)).toBe(width));

test("padding counts columns, not characters", () => {
  expect(padRight("茶", 4)).toBe("茶  ");
  expect(padLeft("茶壶", 5)).toBe(" 茶壶");
  expect(padLeft("too long", 3)).toBe("too long");
});

const words = fc.stringMatching(/^[a-z茶壶海报，。 ]{0,120}$/);

test("what is shortened fits, and says that it was cut", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 2, max: 60 }), (text, width) => {
      const short = shorten(text, width);
      expect(widthOf(short)).toBeLessThanOrEqual(width);
      const line = text.replace(/\s+/g, " ").trim();
      if (widthOf(line) <= width) expect(short).toBe(line);
      else expect(short.endsWith("…")).toBe(true);
    }),
  );
});

test("wrapped lines fit and lose nothing", () => {
  fc.assert(
    fc.property(words, (text) => {
      const lines = wrap(text, 40);
      const longest = Math.max(0, ...text.split(/\s|(?=\p{Script=Han})/u).map(widthOf));
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(Math.max(40, longest));
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }),
  );
});

test("a Chinese stop does not begin a line", () => {
  expect(wrap("一二三四，五六", 8)).toEqual(["一二三", "四，五六"]);
});
