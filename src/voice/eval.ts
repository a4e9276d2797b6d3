import type { Language } from "../lib/language.ts";
import { languageOf, LANGUAGES } from "../lib/language.ts";
import type { Labelled } from "./corpus.ts";
import { byLanguage, ownLessons, ownTests } from "./files.ts";
import type { Label } from "./labels.ts";
import { measureLabels, type Measured } from "./measure.ts";
import { readWith, trainLanguage, type LanguageModel, type Lesson } from "./model.ts";
import { labelsByWordList } from "./word-list.ts";

export type { Labelled } from "./corpus.ts";
export { LABELS, type Label } from "./labels.ts";
export { measureLabels, type Measured } from "./measure.ts";
export type { Lesson } from "./model.ts";

export interface Comparison {
  language: Language;
  lessons: number;
  tests: number;
  models: Measured;
  wordList: Measured;
  /** Of the texts, how many feel as somebody said they do. */
  sentimentAccuracy: number;
}

export interface VoiceEvaluation {
  languages: Comparison[];
  trainMs: number;
  p50Ms: number;
  p99Ms: number;
}

/** Our own texts, by language. */
export const ownTexts = () => byLanguage((language) => ({ lessons: ownLessons(language), tests: ownTests(language) }));

/** Trains on the lessons and measures on the tests, beside word lists; languages are told by the texts themselves. */
export function evaluateVoice(
  lessons: readonly Lesson[],
  tests: readonly Labelled[],
  monotonicMs: () => number,
): VoiceEvaluation {
  const of = <T extends Labelled>(all: readonly T[], language: Language) =>
    all.filter(({ text }) => (languageOf(text) ?? "en") === language);
  const used = LANGUAGES.filter((language) => of(tests, language).length > 0 && of(lessons, language).length > 0);
  const startedAt = monotonicMs();
  const models = new Map(used.map((language) => [language, trainLanguage(of(lessons, language))]));
  const trainMs = monotonicMs() - startedAt;
  const times: number[] = [];
  const timed = (model: LanguageModel, text: string) => {
    const askedAt = monotonicMs();
    const read = readWith(model, text);
    times.push(monotonicMs() - askedAt);
    return read;
  };
  const languages = used.map((language): Comparison => {
    const own = of(tests, language);
    const model = models.get(language)!;
    const reads = new Map(own.map(({ text }) => [text, timed(model, text)]));
    const right = own.filter(({ text, sentiment }) => reads.get(text)!.sentiment === sentiment).length;
    return {
      ...{ language, lessons: of(lessons, language).length, tests: own.length },
      models: measureLabels(own, (text): readonly Label[] => reads.get(text)!.labels),
      wordList: measureLabels(own, labelsByWordList),
      sentimentAccuracy: right / own.length,
    };
  });
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { languages, trainMs, p50Ms: at(0.5), p99Ms: at(0.99) };
}
