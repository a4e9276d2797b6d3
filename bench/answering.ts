import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { firstOfEach, labelledRows, type LabelledRow } from "../src/cli/labelled-csv.ts";
import {
  createEnglishEncoder,
  createModel,
  evaluate,
  trainInWorker,
  unpackModel,
  type Embedder,
} from "../src/knowledge/engine/index.ts";
import { nearestNeighbour, wordMachine } from "./answering-floor.ts";
import { manyArticles } from "./answering-load.ts";
import type { Figures } from "./ground.ts";

/** Where CLINC150 and HWU64 lie, if they do: they are nobody's to ship. */
const DATA = process.env["BENCH_NLU"] ?? "../shared/data/nlu";
const PROMISED = { target: 0.95, foreignShare: 0.2 };
const ARTICLES = 1_000;
const PHRASINGS = 10;
const QUESTIONS = 5_000;
const MIB = 1_024 ** 2;

/**
 * How well and how fast the embedded answerer answers. Quality on CLINC150 and HWU64, full and ten-shot, beside two
 * plain methods on the same rows: the nearest phrasing by TF-IDF cosine, and a support vector machine on single words.
 */
export async function answering(): Promise<Figures> {
  const figures = await speed();
  if (!existsSync(DATA)) {
    console.log(`No labelled questions in ${DATA} (BENCH_NLU names another place): only the speed was measured.`);
    return figures;
  }
  const encoder = createEnglishEncoder();
  try {
    return { ...figures, ...(await clinc(encoder)), ...(await hwu()) };
  } finally {
    await encoder.close();
  }
}

/** Training in the worker, and answers, with a thousand articles of ten phrasings. */
async function speed(): Promise<Figures> {
  const { articles, questions } = manyArticles(ARTICLES, PHRASINGS, QUESTIONS);
  const lag = monitorEventLoopDelay({ resolution: 1 });
  const idle = monitorEventLoopDelay({ resolution: 1 });
  idle.enable();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  idle.disable();
  lag.enable();
  const startedAt = performance.now();
  const bytes = await trainInWorker({ articles });
  const trainMs = performance.now() - startedAt;
  const model = createModel(unpackModel(bytes), PROMISED);
  await new Promise((resolve) => setTimeout(resolve, 50));
  lag.disable();
  const rssMiB = process.resourceUsage().maxRSS / 1_024;
  const times = questions.map((question) => {
    const askedAt = performance.now();
    model.answer({ question, maySee: () => true });
    return performance.now() - askedAt;
  });
  times.sort((a, b) => a - b);
  return {
    trainMs,
    trainLagMs: lag.max / 1e6,
    idleLagMs: idle.max / 1e6,
    answerP50Ms: times[Math.floor(times.length * 0.5)]!,
    answerP99Ms: times[Math.floor(times.length * 0.99)]!,
    modelMiB: bytes.length / MIB,
    peakMiB: rssMiB,
  };
}

async function clinc(encoder: Embedder): Promise<Figures> {
  const read = (name: string) => rowsOf(`clinc150/${name}.csv`);
  const [train, test, oos] = [await read("train"), await read("test"), await read("oos_test")];
  const validation = { test: await read("val"), foreign: await read("oos_val") };
  const ten = firstOfEach(train, 10);
  return {
    ...floors("clinc", train, test),
    ...(await asked("clinc", { train, test, oos, validation })),
    ...(await asked("clincEncoder", { train, test, oos, validation }, encoder)),
    ...floors("clinc10", ten, test),
    ...(await asked("clinc10", { train: ten, test, oos, validation })),
    ...(await asked("clinc10Encoder", { train: ten, test, oos, validation }, encoder)),
  };
}

/** HWU64 has no questions out of scope; CLINC150's stand in, some of which HWU64 does answer ("qa_factoid"). */
async function hwu(): Promise<Figures> {
  const [test, oos] = [await rowsOf("hwu64/test.csv"), await rowsOf("clinc150/oos_test.csv")];
  const [train, ten] = [await rowsOf("hwu64/train.csv"), await rowsOf("hwu64/train_10.csv")];
  return {
    ...floors("hwu", train, test),
    ...(await asked("hwu", { train, test, oos })),
    ...floors("hwu10", ten, test),
    ...(await asked("hwu10", { train: ten, test, oos })),
  };
}

interface Sets {
  train: LabelledRow[];
  test: LabelledRow[];
  oos: LabelledRow[];
  validation?: { test: LabelledRow[]; foreign: LabelledRow[] };
}

/** In percent, as papers give them. */
async function asked(name: string, { train, test, oos, validation }: Sets, encoder?: Embedder): Promise<Figures> {
  const all = [train, test, oos, validation?.test ?? [], validation?.foreign ?? []].flat();
  const vectors = encoder && (await vectorsOf(encoder, all));
  const articles = articlesOf(train);
  const embedded = vectors && {
    embedder: encoder.id,
    vectors: articles.flatMap(({ phrasings }) => phrasings.map((text) => vectors.get(text)!)),
  };
  const model = createModel(unpackModel(await trainInWorker({ articles, embedded })), PROMISED);
  const labelled = (rows: LabelledRow[]) => rows.map(({ text, intent }) => ({ text, articleId: intent }));
  const found = evaluate(model, {
    test: labelled(test),
    foreign: oos.map(({ text }) => text),
    validation: validation && { test: labelled(validation.test), foreign: validation.foreign.map(({ text }) => text) },
    promised: PROMISED,
    ...(vectors && { vectorOf: (text: string) => vectors.get(text)! }),
  });
  return {
    [`${name}Accuracy`]: 100 * found.accuracy,
    ...(validation && {
      [`${name}InScope`]: 100 * found.inScopeAccuracy,
      [`${name}OosRecall`]: 100 * found.oosRecall!,
    }),
    [`${name}Auroc`]: 100 * found.oosAuroc!,
    [`${name}Precision`]: 100 * (found.precision ?? 0),
    [`${name}Coverage`]: 100 * found.coverage,
  };
}

function floors(name: string, train: LabelledRow[], test: LabelledRow[]): Figures {
  const rate = (method: (text: string) => string) =>
    (100 * test.filter(({ text, intent }) => method(text) === intent).length) / test.length;
  return {
    [`${name}FloorNearest`]: rate(nearestNeighbour(train)),
    [`${name}FloorWordSvm`]: rate(wordMachine(train)),
  };
}

async function vectorsOf(encoder: Embedder, rows: readonly LabelledRow[]): Promise<Map<string, Float32Array>> {
  const texts = [...new Set(rows.map(({ text }) => text))];
  const vectors = await encoder.embed(texts);
  return new Map(texts.map((text, at) => [text, vectors[at]!]));
}

function articlesOf(rows: readonly LabelledRow[]) {
  const articles = new Map<string, string[]>();
  for (const { text, intent } of rows) articles.set(intent, [...(articles.get(intent) ?? []), text]);
  return [...articles].map(([id, phrasings]) => ({ id, phrasings }));
}

async function rowsOf(file: string): Promise<LabelledRow[]> {
  return labelledRows(await readFile(`${DATA}/${file}`, "utf8"), file);
}
