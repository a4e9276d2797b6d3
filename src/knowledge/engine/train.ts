import { LANGUAGES, spokenLanguage } from "../../lib/language.ts";
import { trainCore, type Material } from "./core.ts";
import { createExactIndex, nearKey } from "./exact.ts";
import { tryOut } from "./folds.ts";
import type { ModelData } from "./model-data.ts";
import { readText } from "./read.ts";
import { hashTerms } from "./vocabulary.ts";

/** What the engine learns of an article. Its title is a phrasing like any other. */
export interface TrainingArticle {
  id: string;
  /** In all languages. */
  phrasings: readonly string[];
  /** `false` for a list of what is not answered here: it is learned like an article, and never answered. */
  answers?: boolean;
}

export interface Embedded {
  /** Which encoder made the vectors; a model answers with vectors of the same one only. */
  embedder: string;
  /** One for each phrasing, in the order of articles and phrasings. */
  vectors: readonly Float32Array[];
}

/** Trains a model. Takes seconds for thousands of phrasings: see `createTrainer`, which does it in a worker thread. */
export function train(articles: readonly TrainingArticle[], embedded?: Embedded): ModelData {
  const all = articles.flatMap(({ phrasings }, label) =>
    phrasings.map((text) => ({ text, label, read: readText(text) })),
  );
  const kept = [...all.keys()].filter(isFirst(all));
  const rows = kept.map((at) => all[at]!);
  const material: Material = {
    hashed: rows.map(({ read }) => hashTerms(read)),
    labels: Int32Array.from(rows, ({ label }) => label),
    classes: articles.length,
    vectors: embedded && kept.map((at) => embedded.vectors[at]!),
  };
  const answers = articles.map((article) => article.answers !== false);
  const { core, support } = trainCore(material, [...rows.keys()]);
  const { calibration, outcomes } = tryOut(material, support, (label) => answers[label]!);
  const bits = ({ right, foreign }: { right: boolean; foreign: boolean }) => Number(right) + 2 * Number(foreign);
  return {
    articles: articles.map(({ id }, at) => ({ id, answers: answers[at]! })),
    embedder: embedded?.embedder ?? null,
    texts: rows.map(({ text }) => text),
    core,
    exact: createExactIndex(rows.map(({ read }) => nearKey(read))),
    calibration: calibration ?? null,
    outcomes: {
      probabilities: Float32Array.from(outcomes, ({ probability }) => probability),
      bits: Uint8Array.from(outcomes, bits),
      languages: Uint8Array.from(outcomes, ({ row }) => LANGUAGES.indexOf(spokenLanguage(rows[row]!.text))),
    },
  };
}

/** Whether a phrasing says something, and its article has not said it before. */
function isFirst(all: readonly { label: number; read: string }[]): (at: number) => boolean {
  const seen = new Set<string>();
  return (at) => {
    const { label, read } = all[at]!;
    const key = `${label} ${read}`;
    if (read === "" || seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}
