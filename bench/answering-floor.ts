import type { LabelledRow } from "../src/cli/labelled-csv.ts";
import { linearScores, trainLinear } from "../src/knowledge/engine/linear.ts";
import { addProducts, postingsOf, squaredLength, type Sparse } from "../src/knowledge/engine/sparse.ts";

/** Two plain methods, to hold the answerer against: what an afternoon brings. */
type Method = (text: string) => string;

/** The intent of the nearest training text, by the cosine of TF-IDF vectors of words. */
export function nearestNeighbour(train: readonly LabelledRow[]): Method {
  const words = wordVectors(train);
  const index = postingsOf(words.rows, words.features);
  return (text) => train[placeOfMost(addProducts(index, words.vector(text), new Float64Array(train.length)))]!.intent;
}

/** A support vector machine on the same vectors. */
export function wordMachine(train: readonly LabelledRow[]): Method {
  const words = wordVectors(train);
  const intents = [...new Set(train.map(({ intent }) => intent))];
  const places = new Map(intents.map((intent, at) => [intent, at]));
  const labels = Int32Array.from(train, ({ intent }) => places.get(intent)!);
  const { linear } = trainLinear({ ...words, labels, classes: intents.length });
  return (text) => intents[placeOfMost(linearScores(linear, words.vector(text)))]!;
}

function wordVectors(train: readonly LabelledRow[]) {
  const texts = train.map(({ text }) => wordsOf(text));
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const ids = new Map([...counts.keys()].map((word, at) => [word, at]));
  const rarity = (word: string) => Math.log((1 + train.length) / (1 + counts.get(word)!)) + 1;
  const vectorOf = (words: readonly string[]): Sparse => {
    const known = [...new Set(words)].filter((word) => ids.has(word));
    const values = Float32Array.from(known, (word) => words.filter((each) => each === word).length * rarity(word));
    const length = Math.sqrt(squaredLength(values)) || 1;
    return { ids: Int32Array.from(known, (word) => ids.get(word)!), values: values.map((value) => value / length) };
  };
  return { rows: texts.map(vectorOf), features: ids.size, vector: (text: string) => vectorOf(wordsOf(text)) };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}

function placeOfMost(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
