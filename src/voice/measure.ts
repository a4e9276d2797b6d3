import type { Language } from "../lib/language.ts";
import type { Labelled } from "./corpus.ts";
import { LABELS, type Label } from "./labels.ts";

export interface LabelScore {
  label: Label;
  f1: number;
  precision: number;
  recall: number;
  /** How many texts truly have the label. */
  texts: number;
}

export interface Measured {
  macroF1: number;
  labels: LabelScore[];
}

/** By language, on the texts kept apart. */
export type Quality = Record<Language, Measured>;

/** How well something finds the labels: F1 by label, and their mean over the labels that the texts have. */
export function measureLabels(tests: readonly Labelled[], labelsOf: (text: string) => readonly Label[]): Measured {
  const pairs = tests.map(({ text, labels }) => ({ true: labels, found: labelsOf(text) }));
  const labels = LABELS.map((label): LabelScore => {
    const texts = pairs.filter((pair) => pair.true.includes(label)).length;
    const found = pairs.filter((pair) => pair.found.includes(label)).length;
    const hits = pairs.filter((pair) => pair.true.includes(label) && pair.found.includes(label)).length;
    return {
      label,
      texts,
      f1: texts + found === 0 ? 1 : (2 * hits) / (texts + found),
      precision: found === 0 ? 0 : hits / found,
      recall: texts === 0 ? 0 : hits / texts,
    };
  }).filter(({ texts }) => texts > 0);
  return { macroF1: labels.reduce((sum, { f1 }) => sum + f1, 0) / (labels.length || 1), labels };
}
