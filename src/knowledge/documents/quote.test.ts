import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shopArticles } from "../../../tests/support/articles.ts";
import { languageOf, type Language } from "../../lib/language.ts";
import { createPassageIndex, termsIn } from "./passage-index.ts";
import { bestSentences, quoteFor, USUAL_QUOTING } from "./quote.ts";

interface HeldOut {
  inScope: { slug: string; question: string }[];
  outOfScope: (string | { question: string })[];
}
const heldOut = JSON.parse(readFileSync(new URL("../held-out.json", import.meta.url), "utf8")) as HeldOut;
const LANGUAGES: Language[] = ["en", "zh"];

const passages = shopArticles().flatMap(({ slug, texts }) =>
  LANGUAGES.flatMap((language) => {
    const words = texts[language];
    return words
      ? [{ id: `${slug}-${language}`, slug, title: "", heading: words.title, text: words.answer, language }]
      : [];
  }),
);
const index = createPassageIndex(passages);
const ask = (question: string, language = languageOf(question) ?? "en") =>
  quoteFor(question, language, index, USUAL_QUOTING, () => true);

test.each(LANGUAGES)("quotes nothing wrong of what nothing was tuned on: %s", (language) => {
  const asked = heldOut.inScope.filter(({ question }) => languageOf(question) === language);
  const foreign = heldOut.outOfScope
    .map((each) => (typeof each === "string" ? each : each.question))
    .filter((question) => languageOf(question) === language);
  const given = asked.flatMap(({ slug, question }) => {
    const { kind, hit } = ask(question);
    return kind === "quote" ? [hit!.passage.slug === slug] : [];
  });
  expect(given.filter(Boolean).length).toBeGreaterThanOrEqual(language === "en" ? 10 : 5);
  expect(given.filter((isRight) => !isRight)).toEqual([]);
  expect(foreign.filter((question) => ask(question).kind === "quote")).toEqual([]);
  expect(foreign.length).toBeGreaterThan(30);
});

test("quotes one to three sentences word for word, in the language asked, and only what may be seen", () => {
  const question = fc.oneof(
    fc.constantFrom(
      ...passages.map(({ heading, text }) => `${heading} ${text.slice(0, 80)}`),
      ...heldOut.inScope.map((each) => each.question),
    ),
    fc.string({ maxLength: 80 }),
  );
  const loose = { enabled: true, coverage: { en: 0.5, zh: 0.5 } };
  fc.assert(
    fc.property(question, fc.constantFrom(...LANGUAGES), fc.integer({ min: 1, max: 9 }), (asked, language, every) => {
      const maySee = ({ id }: { id: string }) => id.length % every !== 0;
      const { kind, quote, hit, hits } = quoteFor(asked, language, index, loose, maySee);
      expect(hits.every(({ passage }) => passage.language === language && maySee(passage))).toBe(true);
      if (kind === "nothing") return;
      expect(quote.trim()).not.toBe("");
      expect(quote.length).toBeLessThanOrEqual(420);
      expect(hit!.passage.text).toContain(quote);
    }),
    { numRuns: 300 },
  );
});

test("is silent where it is told to be", () => {
  const off = { ...USUAL_QUOTING, enabled: false };
  for (const { heading } of passages) expect(quoteFor(heading, "en", index, off, () => true).kind).toBe("nothing");
});

test("takes the sentence that says it, not its neighbours", () => {
  const text = "We open at nine. The workshop repairs lamps within ten days. Dogs are welcome.";
  const terms = new Map(termsIn("how long do you repair lamps").map((term) => [term, 1]));
  expect(bestSentences(text, terms).quote).toBe("The workshop repairs lamps within ten days.");
});
