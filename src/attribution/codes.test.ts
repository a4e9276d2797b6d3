import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CODE_SEED_BYTES, codesIn, foldCase, newCode, oneSlipAway, parseCode, typedCode } from "./codes.ts";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const seed = fc.uint8Array({ minLength: CODE_SEED_BYTES, maxLength: CODE_SEED_BYTES });
const code = seed.map((bytes) => newCode(bytes));

test("a code is ten base-58 characters, with a digit, and reads back", () => {
  fc.assert(
    fc.property(code, (made) => {
      expect(made).toMatch(/^[1-9A-HJ-NP-Za-km-z]{10}$/);
      expect(made).toMatch(/[1-9]/);
      expect(parseCode(made)).toBe(made);
    }),
    { numRuns: 2_000 },
  );
});

test("the ends of the number range make codes too", () => {
  for (const byte of [0x00, 0xff]) expect(parseCode(newCode(new Uint8Array(CODE_SEED_BYTES).fill(byte)))).toBeDefined();
  expect(() => newCode(new Uint8Array(4))).toThrow("16 random bytes");
});

test("50,000 codes do not repeat, not even in case alone", () => {
  const codes = Array.from({ length: 50_000 }, () => newCode(randomBytes(CODE_SEED_BYTES)));
  expect(new Set(codes.map((made) => made.toLowerCase())).size).toBe(codes.length);
});

test("every single wrong character of 200 codes is caught", () => {
  for (let i = 0; i < 200; i++) {
    const made = newCode(randomBytes(CODE_SEED_BYTES));
    for (let at = 0; at < made.length; at++) {
      for (const wrong of ALPHABET) {
        if (wrong === made[at]) continue;
        if (parseCode(made.slice(0, at) + wrong + made.slice(at + 1))) expect.fail(`${made}: ${wrong} at ${at}`);
      }
    }
  }
  expect(parseCode("")).toBeUndefined();
});

test("every swap of two characters is caught, of neighbours and of others", () => {
  fc.assert(
    fc.property(code, fc.nat({ max: 9 }), fc.nat({ max: 9 }), (made, a, b) => {
      fc.pre(made[a] !== made[b]);
      const letters = [...made];
      [letters[a], letters[b]] = [letters[b]!, letters[a]!];
      expect(parseCode(letters.join(""))).toBeUndefined();
    }),
    { numRuns: 5_000 },
  );
});

/** "K7mQ2xVb9" with its check character. */
const KNOWN = [...ALPHABET].map((check) => `K7mQ2xVb9${check}`).find((text) => parseCode(text))!;
const wide = (text: string) => text.replace(/[!-~]/g, (narrow) => String.fromCharCode(narrow.charCodeAt(0) + 0xfee0));

test.each([
  ["alone", KNOWN],
  ["in English", `Hello, code ${KNOWN}, please`],
  ["in Chinese, without blanks", `我从${KNOWN}来的`],
  ["in an address", `https://hub.example/e/${KNOWN}?x=1`],
  ["in brackets", `[${KNOWN}] Hi!`],
])("finds a code %s", (_where, text) => {
  expect(codesIn(text)).toEqual([{ raw: KNOWN, code: KNOWN }]);
});

test("finds a full-width code where it stands, and keeps how it was written", () => {
  expect(codesIn(`店里：${wide(KNOWN)}！`)).toEqual([{ raw: wide(KNOWN), code: KNOWN }]);
  expect(parseCode(` ${wide(KNOWN)} `)).toBe(KNOWN);
});

test.each([
  ["a word of ten letters", "restaurant everything"],
  ["a longer run", `${KNOWN}x`],
  ["a shorter run", KNOWN.slice(1)],
  ["a telephone number", "1381234567"],
  ["a zero in it", `0${KNOWN.slice(1)}`],
])("finds none in %s", (_what, text) => expect(codesIn(text)).toEqual([]));

test("reads hostile text in linear time", () => {
  const started = performance.now();
  codesIn("a1".repeat(500_000));
  codesIn("K7mQ2xVb9 ".repeat(100_000));
  expect(performance.now() - started).toBeLessThan(1_000);
});

const slips = fc.record({
  made: code,
  kind: fc.constantFrom("wrong", "missing", "too many", "swapped"),
  at: fc.nat({ max: 9 }),
  other: fc.constantFrom(...ALPHABET, "0", "O", "l"),
});

/** The code with one slip of the pen. */
function slip({ made, kind, at, other }: { made: string; kind: string; at: number; other: string }): string {
  const [start, end] = [made.slice(0, at), made.slice(at + 1)];
  if (kind === "wrong") return start + other + end;
  if (kind === "missing") return start + end;
  if (kind === "too many") return start + other + made.slice(at);
  return at === 9 ? made : start + made.charAt(at + 1) + made.charAt(at) + made.slice(at + 2);
}

test("one slip leads back to the code, however it is typed; a right code leads to no other", () => {
  fc.assert(
    fc.property(slips, fc.boolean(), (drawn, isLower) => {
      const wrong = slip(drawn);
      fc.pre(foldCase(wrong) !== foldCase(drawn.made));
      const spaced = `${wrong.slice(0, 4)} ${wide(wrong.slice(4))}`;
      const typed = typedCode(isLower ? spaced.toLowerCase() : spaced);
      fc.pre(typed !== undefined); // all digits, or none: nobody's code
      fc.pre(parseCode(typed.code) === undefined);
      expect(oneSlipAway(typed.code)).toContain(foldCase(drawn.made));
      expect(oneSlipAway(drawn.made)).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
});

test("two slips lead nowhere near", () => {
  fc.assert(
    fc.property(code, fc.nat({ max: 6 }), (made, at) => {
      const far = made.slice(0, at) + "zzz" + made.slice(at + 3);
      fc.pre([...made.slice(at, at + 3).toLowerCase()].filter((each) => each !== "z").length > 1);
      fc.pre(/[zZ]/.test(made) === false);
      expect(oneSlipAway(far)).not.toContain(foldCase(made));
    }),
  );
});

test.each([
  ["K7m Q2x Vb9c", "K7mQ2xVb9c"],
  ["\u3000Ｋ７ｍＱ２ｘ-Ｖｂ９ｃ ", "K7mQ2xVb9c"],
  ["[k7mq2xvb9c]", "k7mq2xvb9c"],
  ["K7mQ2xVb9", "K7mQ2xVb9"],
  ["138 0013 8000", undefined],
  ["restaurant", undefined],
  ["see you at 9", undefined],
  ["K7mQ2xVb9c please", undefined],
])("typed: %j", (text, expected) => expect(typedCode(text)?.code).toBe(expected));
