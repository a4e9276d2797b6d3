import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEnglishEncoder } from "./english-encoder.ts";
import { createModel } from "./model.ts";
import { unpackModel } from "./model-data.ts";
import { train } from "./train.ts";
import { trainInWorker, TrainingFault } from "./trainer.ts";
import { workerFile } from "./worker-file.ts";

// The threads' programs as they are now, whatever dist/ holds; inside the project, so that packages are found.
const folder = path.resolve("node_modules/.cache/knowledge-threads");
const built = (name: string) => pathToFileURL(path.join(folder, `${name}.mjs`));

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: ["training-worker", "encoder-worker"].map((name) => `src/knowledge/engine/${name}.ts`),
    ...{ outdir: folder, outExtension: { ".js": ".mjs" }, bundle: true, packages: "external" },
    ...{ platform: "node", format: "esm", target: "node20.19", logLevel: "silent" },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ARTICLES = [
  { id: "refund", phrasings: ["how do i get a refund", "money back please", "怎么退款"] },
  { id: "hours", phrasings: ["when do you open", "opening hours", "几点开门"] },
];

test("a model from the thread is the one that training here gives", async () => {
  const data = unpackModel(await trainInWorker({ articles: ARTICLES }, { file: built("training-worker") }));
  expect(data).toEqual(train(ARTICLES));
});

test("a training can be called off, before and while it runs", async () => {
  const file = built("training-worker");
  const reason = new Error("a newer one was ordered");
  await expect(trainInWorker({ articles: ARTICLES }, { file, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const training = trainInWorker({ articles: ARTICLES }, { file, signal: controller.signal });
  controller.abort(reason);
  await expect(training).rejects.toBe(reason);
});

test.each([
  ["throws", "throw new RangeError('secret')", "RangeError"],
  ["ends", "process.exit(0)", "ended early"],
])("a thread that %s is a fault, which tells no content", async (name, program, sentence) => {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(file, program);
  const training = trainInWorker({ articles: ARTICLES }, { file: pathToFileURL(file) });
  await expect(training).rejects.toThrow(TrainingFault);
  await expect(training).rejects.toThrow(sentence);
  await expect(training).rejects.not.toThrow("secret");
});

test("threads are found beside a bundle, and in dist/ from the sources", () => {
  expect(workerFile("training-worker", "file:///hub/dist/chunk-A.js").pathname).toBe("/hub/dist/training-worker.js");
  const here = "file:///hub/src/knowledge/engine/worker-file.ts";
  expect(workerFile("training-worker", here).pathname).toBe("/hub/dist/training-worker.js");
});

test("the English encoder gives near vectors to sentences of one meaning, and the model uses them", async () => {
  const encoder = createEnglishEncoder(built("encoder-worker"));
  try {
    const [vectors, more] = await Promise.all([
      encoder.embed(ARTICLES.flatMap(({ phrasings }) => phrasings)),
      encoder.embed(["i would like to be reimbursed", "", "at what time is the shop accessible"]),
    ]);
    expect(vectors.every(({ length }) => length === 512)).toBe(true);
    const model = createModel(
      unpackModel(
        await trainInWorker(
          { articles: ARTICLES, embedded: { embedder: encoder.id, vectors } },
          { file: built("training-worker") },
        ),
      ),
      { target: 0.95, foreignShare: 0.2 },
    );
    const ask = (question: string, vector: Float32Array) =>
      model.answer({ question, vector, maySee: () => true }).candidates[0]!.articleId;
    expect(ask("i would like to be reimbursed", more[0]!)).toBe("refund");
    expect(ask("at what time is the shop accessible", more[2]!)).toBe("hours");
    expect(await encoder.embed([])).toEqual([]);
  } finally {
    await encoder.close();
  }
});

test("an encoder that fails says so, and is started again with the next text", async () => {
  const file = path.join(folder, "broken.mjs");
  writeFileSync(file, "throw new TypeError('broken')");
  const encoder = createEnglishEncoder(pathToFileURL(file));
  await expect(encoder.embed(["a"])).rejects.toThrow("The English encoder failed: TypeError.");
  await expect(encoder.embed(["b"])).rejects.toThrow("The English encoder failed");
  const gone = AbortSignal.timeout(1);
  await expect(createEnglishEncoder(pathToFileURL(file)).embed(["c"], gone)).rejects.toThrow();
  await encoder.close();
});
