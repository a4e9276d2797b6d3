import fc from "fast-check";
import { expect, test } from "vitest";
import { articleView, shopArticles } from "../../tests/support/articles.ts";
import { learnedFrom } from "../../tests/support/learned.ts";
import type { ArticleView, Audience } from "../contract/api-knowledge.ts";
import { plainText } from "../contract/index.ts";
import { languageOf } from "../lib/language.ts";
import { maySee, type Viewer } from "./article.ts";
import { USUAL_SETTINGS } from "./bars.ts";
import { BLANK, createLibrary } from "./library.ts";
import { planAnswer } from "./plan.ts";
import { answerOf } from "./say.ts";

const shop = shopArticles().slice(0, 12).map(articleView);
const bySlug = (slug: string) => shop.find((article) => article.slug === slug)!;
const anyone = () => true;
const NEW_WORDING = "I would love to hear at what hours your doors are open these days";
const inMode = (mode: "auto" | "promise" | "suggest") => ({ settings: { ...USUAL_SETTINGS, mode } });
const library = createLibrary(shop, learnedFrom(shop));
const known = shop[3]!.phrasings.en[0]!;

test("the model answers, and says so", () => {
  const decision = library.decide(known, "en", anyone);
  expect(decision).toMatchObject({ kind: "answer", hit: { id: shop[3]!.id }, how: "same-words" });
  const free = library.decide(NEW_WORDING, "en", anyone);
  expect(free).toMatchObject({ how: "learned", modelId: "model" });
  expect(free.hits[0]!.id).toBe(bySlug("opening-hours").id);
});

test("a correction holds at once, with and without a model, also where it says that nothing answers", () => {
  const target = bySlug("opening-hours").id;
  const corrections = [
    { text: "what about the thing?", articleId: target },
    { text: known, articleId: null },
    { text: "is the ghost in?", articleId: "0190a000-0000-7000-8000-000000000001" },
  ];
  const learned = learnedFrom(shop, { corrections });
  const untrained = () => ({ ...learned(), trained: undefined });
  for (const mind of [learned, untrained]) {
    const corrected = createLibrary(shop, mind);
    expect(corrected.decide("What about the thing, please", "en", anyone)).toMatchObject({
      kind: "answer",
      how: "corrected",
      hit: { id: target },
    });
    expect(corrected.decide(known, "en", anyone)).toMatchObject({ kind: "nothing", how: "corrected" });
    expect(corrected.decide("what about the thing", "en", ({ id }) => id !== target).kind).toBe("nothing");
    expect(corrected.decide("is the ghost in?", "en", anyone).how).not.toBe("corrected"); // the article is gone
  }
});

test("an article that the model has not learned yet is answered by its words", () => {
  const fresh = articleView({
    slug: "bonsai",
    texts: { en: { title: "Bonsai workshops", answer: "Every Sunday." } },
    phrasings: { en: ["When are your bonsai workshops?"] },
  });
  const grown = createLibrary([...shop, fresh], learnedFrom(shop));
  expect(grown.decide("when are the bonsai workshops", "en", anyone)).toMatchObject({
    kind: "answer",
    hit: { id: fresh.id },
  });
  const without = createLibrary(shop.slice(0, 3), learnedFrom(shop));
  expect(without.decide(known, "en", anyone).kind).not.toBe("answer"); // deleted since it was learned
});

test("who answers depends on the mode, and an article that was confirmed often enough is free", () => {
  const [target] = [bySlug("opening-hours")];
  const question = target.phrasings.en[1]!;
  const kind = (mode: "auto" | "promise" | "suggest", words: string, unlocked: string[] = []) =>
    createLibrary(shop, learnedFrom(shop, { ...inMode(mode), unlocked })).decide(words, "en", anyone).kind;
  expect([kind("auto", question), kind("promise", question), kind("suggest", question)]).toEqual([
    "answer",
    "answer",
    "suggest",
  ]);
  const nearly = "so what opening hours do you have on weekdays";
  expect(kind("auto", nearly)).toBe("answer");
  expect(kind("promise", nearly)).toBe("suggest"); // too few phrasings to certify anything
  expect(kind("promise", nearly, [target.id])).toBe("answer");
  expect(kind("suggest", question, [target.id])).toBe("answer");
});

test("without a model, only the mode auto answers what words alone say", () => {
  const untrained = (mode: "auto" | "promise") => () => ({ ...BLANK, ...inMode(mode) });
  const asked = "hours of opening";
  expect(createLibrary(shop, untrained("auto")).decide(asked, "en", anyone).kind).toBe("answer");
  expect(createLibrary(shop, untrained("promise")).decide(asked, "en", anyone).kind).toBe("suggest");
});

test("a suggestion is handed over with kind words, and stands in the evidence", () => {
  const suggesting = createLibrary(shop, learnedFrom(shop, inMode("suggest")));
  const plan = planAnswer({ texts: [known], picked: [], tags: [] }, suggesting);
  expect(plan.evidence).toMatchObject({ decision: "suggested", suggested: { slug: shop[3]!.slug } });
  const answer = answerOf(plan)!;
  expect(answer.handover).toBe("an answer waits to be confirmed");
  expect(plainText(answer.parts)).not.toContain(shop[3]!.texts.en!.answer);
});

const moment = fc.option(fc.constantFrom("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00Z"), {
  nil: null,
});
const anyShop = fc
  .array(
    fc.record({
      audience: fc.constantFrom<Audience>("everyone", "customers", "staff"),
      validFrom: moment,
      validTo: moment,
    }),
    { minLength: shop.length, maxLength: shop.length },
  )
  .map((limits) => shop.map((article, at): ArticleView => ({ ...article, ...limits[at]! })));
const anyViewer: fc.Arbitrary<Viewer> = fc.record({
  stage: fc.constantFrom("visitor", "lead", "customer", "lapsed"),
  at: fc.constantFrom(new Date("2026-03-01"), new Date("2026-12-01")),
});
const anyWords = fc.array(
  fc.oneof(
    fc.constantFrom(...shop.flatMap(({ phrasings }) => [...phrasings.en, ...phrasings.zh])),
    fc.string({ unit: "grapheme", maxLength: 40 }),
  ),
  { minLength: 1, maxLength: 3 },
);

test("never an article that the person may not see, never nothing as an answer, never the wrong language", () => {
  const minds = [learnedFrom(shop), learnedFrom(shop, inMode("suggest")), () => BLANK];
  fc.assert(
    fc.property(anyShop, anyViewer, anyWords, fc.constantFrom(...minds), (articles, viewer, texts, mind) => {
      const limited = createLibrary(articles, mind);
      const picked = [articles[0]!.slug];
      for (const said of [
        { texts, picked: [] },
        { texts: [], picked },
      ]) {
        const plan = planAnswer({ ...said, tags: [], viewer }, limited);
        const shown = [...plan.articles, ...plan.offered, ...(plan.suggested ? [plan.suggested] : [])];
        expect(shown.every((article) => maySee(article, viewer))).toBe(true);
        expect(plan.evidence.candidates.every(({ articleId }) => maySee(limited.byId.get(articleId)!, viewer))).toBe(
          true,
        );
        const parts = answerOf(plan)?.parts ?? [];
        for (const part of parts) expect(plainText([part]).trim()).not.toBe("");
        if (parts.length > 0) expect(languageOf(plainText(parts))).toBe(plan.language);
      }
    }),
    { numRuns: 150 },
  );
});
