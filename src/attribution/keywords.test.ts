import fc from "fast-check";
import { expect, test } from "vitest";
import { behindKeyword, foldKeyword, keywordFault, keywordsIn } from "./keywords.ts";

const widen = (text: string) => text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
const letters = fc.constantFrom(..."abcdefghkmnzäé0189春季优惠活动");
const word = fc.string({ unit: letters, minLength: 2, maxLength: 12 });
const between = fc.constantFrom(" ", "  ", "\u3000", " \n", "-", "・");

test("case, width, blanks and punctuation do not matter", () => {
  const spelling = fc.record({
    word,
    gap: between,
    upper: fc.boolean(),
    wide: fc.boolean(),
    at: fc.nat(),
    end: fc.constantFrom("", ".", "！", "”"),
  });
  fc.assert(
    fc.property(spelling, ({ word: plain, gap, upper, wide, at, end }) => {
      const cut = at % plain.length;
      const parted = cut === 0 ? plain : plain.slice(0, cut) + gap + plain.slice(cut);
      const cased = upper ? parted.toUpperCase() : parted;
      const written = ` “${wide ? widen(cased) : cased}${end} `;
      expect(foldKeyword(written)).toBe(foldKeyword(plain));
      expect(keywordsIn(written)).toContainEqual({ folded: foldKeyword(plain), isAlone: true });
    }),
    { numRuns: 2_000 },
  );
});

test("folding twice is folding once, and costs no hostile text more than its length", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      const folded = foldKeyword(text);
      expect(foldKeyword(folded)).toBe(folded);
      keywordsIn(text);
    }),
    { numRuns: 5_000 },
  );
  const started = performance.now();
  keywordsIn("a ".repeat(500_000));
  expect(performance.now() - started).toBeLessThan(200);
});

test("a keyword is found as the first words, with what stands behind it, and nowhere else", () => {
  fc.assert(
    fc.property(word, word, (keyword, other) => {
      fc.pre(!keywordsIn(other).some(({ folded }) => folded === foldKeyword(keyword)));
      const text = `${keyword.toUpperCase()}, ${other}`;
      expect(keywordsIn(text)).toContainEqual({ folded: foldKeyword(keyword), isAlone: false });
      expect(behindKeyword(text, foldKeyword(keyword))).toBe(other);
      fc.pre(
        !foldKeyword(other).startsWith(foldKeyword(keyword)) && foldKeyword(other + keyword) !== foldKeyword(keyword),
      );
      expect(keywordsIn(`${other} ${keyword}`).some(({ folded }) => folded === foldKeyword(keyword))).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["SPRING", "spring", true],
  ["Spring Sale: do you deliver?", "springsale", false],
  ["春季，还有货吗？", "春季", false],
  ["I saw spring", "ispring", undefined],
  ["春季活动还有吗", "春季", undefined],
])("%j and the keyword %s", (text, folded, isAlone) => {
  expect(keywordsIn(text).find((each) => each.folded === folded)?.isAlone).toBe(isAlone);
});

test.each([
  ["SPRING", undefined],
  ["春季", undefined],
  ["8888", undefined],
  ["a", "at least 2"],
  ["!!", "at least 2"],
  ["25", "at least 4 digits"],
  ["one two three four five", "at most 4 words"],
])("%j as a keyword", (text, fault) => {
  const said = keywordFault(text);
  if (fault === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(fault);
});
