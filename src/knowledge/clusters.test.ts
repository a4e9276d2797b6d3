import fc from "fast-check";
import { expect, test } from "vitest";
import { Slug } from "../contract/api-knowledge.ts";
import { ClusterParams, ClusterView } from "../contract/api-learning.ts";
import { newId } from "../lib/ids.ts";
import { clustersOf, describeCluster, questionKey, type Unanswered } from "./clusters.ts";

const conversationId = newId();
const asked = (...questions: string[]): Unanswered[] =>
  questions.map((question, at) => ({ question, conversationId, at: new Date(at * 1_000) }));
const QUESTIONS = asked(
  "do you sell gift cards?",
  "are there gift cards",
  "I want to buy a gift card",
  "what is the wifi password",
  "wifi password please",
  "有没有礼品卡",
  "礼品卡怎么买",
  "can my dog come in?",
);

test("questions about the same fall into one group, the largest first", () => {
  const groups = clustersOf(QUESTIONS).map(({ questions }) => questions.map(({ question }) => question));
  expect(groups[0]).toEqual(["do you sell gift cards?", "are there gift cards", "I want to buy a gift card"]);
  expect(groups).toContainEqual(["what is the wifi password", "wifi password please"]);
  expect(groups).toContainEqual(["有没有礼品卡", "礼品卡怎么买"]);
  expect(groups).toContainEqual(["can my dog come in?"]);
});

test("the order in which they are given changes nothing, and a group keeps its id while it grows", () => {
  const ids = (questions: Unanswered[]) => clustersOf(questions).map(({ id }) => id);
  expect(ids([...QUESTIONS].reverse())).toEqual(ids(QUESTIONS));
  const first = clustersOf(QUESTIONS)[0]!.id;
  const late = { question: "gift cards, do you sell them", conversationId, at: new Date(99_000) };
  expect(clustersOf([...QUESTIONS, late])[0]).toMatchObject({ id: first, questions: { length: 4 } });
});

test("a group is a draft of an article: a title, a slug, the wordings once each by language", () => {
  const [cluster] = clustersOf([...asked("Gift cards?", "gift cards", "Do you have gift cards?")]);
  expect(describeCluster(cluster!, "vouchers")).toMatchObject({
    count: 3,
    language: "en",
    nearest: "vouchers",
    draft: {
      title: "Gift cards?",
      slug: "gift-cards",
      phrasings: { en: ["Gift cards?", "Do you have gift cards?"], zh: [] },
    },
  });
  const chinese = describeCluster(clustersOf(asked("有没有礼品卡"))[0]!, null);
  expect(chinese).toMatchObject({ language: "zh", draft: { phrasings: { zh: ["有没有礼品卡"] } } });
  expect(chinese.draft.slug).toMatch(/^question-[0-9a-f]{16}$/);
});

test("whatever people write, each question is in one group, and each draft may be imported", () => {
  const anyQuestions = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }), { maxLength: 30 });
  fc.assert(
    fc.property(anyQuestions, (questions) => {
      const clusters = clustersOf(asked(...questions));
      expect(clusters.flatMap((cluster) => cluster.questions).length).toBe(questions.length);
      for (const cluster of clusters) {
        const shown = ClusterView.parse(describeCluster(cluster, null));
        expect(Slug.safeParse(shown.draft.slug).success).toBe(true);
        expect(ClusterParams.safeParse({ id: shown.id }).success).toBe(true);
      }
    }),
  );
});

test("a thousand questions are put together at once", () => {
  const many = asked(
    ...Array.from({ length: 1_000 }, (_, at) => `${QUESTIONS[at % 8]!.question} ${at % 37} word${at % 113}`),
  );
  const startedAt = performance.now();
  clustersOf(many);
  const ms = performance.now() - startedAt;
  process.stdout.write(`1,000 questions: grouped in ${Math.round(ms)} ms\n`);
  expect(ms).toBeLessThan(3_000);
});

test("two wordings of one question have one key, which says nothing", () => {
  expect(questionKey("Hello, do you sell gift cards?")).toBe(questionKey("do you sell gift card"));
  expect(questionKey("gift cards")).toMatch(/^[0-9a-f]{64}$/);
});
