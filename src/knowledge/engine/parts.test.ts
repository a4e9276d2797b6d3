import fc from "fast-check";
import { expect, test } from "vitest";
import { fitCalibration, probabilityOf } from "./calibration.ts";
import { createExactIndex, nearKey, rowsWithKey } from "./exact.ts";
import { hashOf, numberOf, tableOf } from "./hash-table.ts";
import { EXACT_UP_TO, linearScores, trainLinear } from "./linear.ts";
import { createRandom } from "./random.ts";
import { readText } from "./read.ts";
import { createRemoteEmbedder } from "./remote-embedder.ts";
import { createRetriever, ownScore, questionTerms, retrieve } from "./retriever.ts";
import { termsOf } from "./terms.ts";
import { createVocabulary, hashTerms, vectorise } from "./vocabulary.ts";

test("a text is read as words, neighbours, pieces, stems, pairs and topics", () => {
  const terms = termsOf(readText("Refunds, please"));
  expect(terms.word).toEqual(["refunds", "please", "^ refunds", "refunds please", "please $"]);
  expect(terms.stem).toEqual(["refund", "pleas"]);
  expect(terms.pair).toEqual(["pleas refund"]);
  expect(terms.character).toContain("_refu");
  expect(terms.topic).toEqual(termsOf(readText("退款")).topic); // one meaning, two languages
});

test("Chinese is read by characters and words, in either spelling, and Latin names in it stay whole", () => {
  const mixed = termsOf(readText("訂單 AB12 退貨"));
  expect(mixed).toEqual(termsOf(readText("订单 ab12 退货")));
  expect(mixed.stem).toEqual(["订", "订单", "单", "ab12", "退", "退货", "货"]);
  expect(mixed.topic).toContain("number");
});

test("whatever is thrown at it is read without fault, and in time", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const { ids, values } = vectorise(createVocabulary([hashTerms("a b")]), hashTerms(readText(text)));
      expect(ids.length).toBe(values.length);
      expect(values.every(Number.isFinite)).toBe(true);
    }),
  );
});

test("a hash table finds what is in it and nothing else", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1 }), ([out, ...hashes]) => {
      const table = tableOf(hashes);
      hashes.forEach((hash, at) => expect(numberOf(table, hash)).toBe(at));
      expect(numberOf(table, out!)).toBe(-1);
    }),
  );
  expect(numberOf(tableOf([]), hashOf("anything"))).toBe(-1);
});

test("BM25 prefers the text that has the rare word, and the one that is the question itself", () => {
  const texts = ["where is my order", "where is my invoice", "where is my parcel now then", "my order"];
  const index = createRetriever(texts.map((text) => hashTerms(text).stem));
  const scoresOf = (question: string) => {
    const terms = questionTerms(index, hashTerms(question).stem);
    return [...retrieve(index, terms)].map((score) => score / ownScore(index, terms));
  };
  expect(scoresOf("invoice").map((score) => score > 0)).toEqual([false, true, false, false]);
  expect(scoresOf("where is my order")[0]).toBeCloseTo(1, 5);
  expect(Math.max(...scoresOf("weather"))).toBe(0);
});

test("politeness and endings do not make another question; order, numbers and negations do", () => {
  const key = (text: string) => nearKey(readText(text));
  expect(key("Hi, where are my orders please?")).toBe(key("where are my order"));
  expect(key("请问怎么退货呢？")).toBe(key("怎么退貨"));
  expect(key("from a to b")).not.toBe(key("from b to a"));
  expect(key("pay in 3 days")).not.toBe(key("pay in 5 days"));
  expect(key("it did arrive")).not.toBe(key("it did not arrive"));
  expect(key("please")).not.toBe("");
});

test("rows of one key are found together", () => {
  const index = createExactIndex(["a", "b", "a"]);
  expect([...rowsWithKey(index, "a")]).toEqual([0, 2]);
  expect([...rowsWithKey(index, "c")]).toEqual([]);
});

test("probabilities come out as they went in", () => {
  const random = createRandom(3);
  const cases = Array.from({ length: 4_000 }, () => {
    const x = random() * 6 - 3;
    return { evidence: [x, random(), 7], right: random() < 1 / (1 + Math.exp(-2 * x)), weight: 1 };
  });
  const calibration = fitCalibration(cases)!;
  for (const x of [-2, -0.5, 0, 1]) {
    expect(probabilityOf(calibration, [x, 0.5, 7])).toBeCloseTo(1 / (1 + Math.exp(-2 * x)), 1);
  }
  expect(fitCalibration(cases.map((each) => ({ ...each, right: true })))).toBeUndefined();
});

test("the linear classifier separates classes, exactly and by sample, and starts again from where it ended", () => {
  const random = createRandom(5);
  const texts = Array.from({ length: 600 }, (_, at) => `w${at % 6} w${Math.floor(random() * 40) + 6} common`);
  const labels = Int32Array.from(texts, (_, at) => at % 6);
  const hashed = texts.map(hashTerms);
  const vocabulary = createVocabulary(hashed);
  const rows = hashed.map((text) => vectorise(vocabulary, text));
  const problem = { rows, labels, classes: 6, features: vocabulary.rarities.length };
  const first = trainLinear(problem);
  const again = trainLinear({ ...problem, start: first.support, takesPart: (row) => row >= 100 });
  const sampled = trainLinear({ ...problem, classes: EXACT_UP_TO / rows.length + 1 }); // most classes have no rows
  for (const { linear } of [first, again, sampled]) {
    rows.forEach((row, at) => {
      const scores = linearScores(linear, row);
      expect(scores.indexOf(Math.max(...scores))).toBe(labels[at]);
    });
  }
});

function service(reply: unknown, status = 200) {
  const asked: { url: string; init: RequestInit }[] = [];
  const embedder = createRemoteEmbedder({
    ...{ baseUrl: "https://embeddings.example/v1/", model: "small", apiKey: "key-of-ours" },
    fetch: (url, init) => {
      asked.push({ url, init });
      return Promise.resolve(new Response(JSON.stringify(reply), { status }));
    },
  });
  return { embedder, asked };
}

test("a service's vectors are put into the order of the texts", async () => {
  const { embedder, asked } = service({
    data: [
      { index: 1, embedding: [3, 4] },
      { index: 0, embedding: [1, 2] },
    ],
  });
  expect(await embedder.embed(["a", "b"])).toEqual([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
  expect(asked[0]!.url).toBe("https://embeddings.example/v1/embeddings");
  expect(JSON.parse(asked[0]!.init.body as string)).toMatchObject({ model: "small", input: ["a", "b"] });
});

test.each([
  ["refuses", { error: "key-of-ours is wrong" }, 401],
  ["gives too few", { data: [{ index: 0, embedding: [1] }] }, 200],
  [
    "gives unequal ones",
    {
      data: [
        { index: 0, embedding: [1] },
        { index: 1, embedding: [1, 2] },
      ],
    },
    200,
  ],
  ["gives something else", { hello: "there" }, 200],
  ["gives a far index", { data: [{ index: 4e9, embedding: [1] }] }, 200],
])("a service that %s is a fault that tells no key", async (_name, reply, status) => {
  const { embedder } = service(reply, status);
  await expect(embedder.embed(["a", "b"])).rejects.toThrow("The embedding service answered");
  await expect(embedder.embed(["a", "b"])).rejects.not.toThrow("key-of-ours");
});
