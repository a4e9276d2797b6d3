import { languageOf } from "../lib/language.ts";
import type { Labelled } from "./corpus.ts";
import { byLanguage, ownLessons, ownTests } from "./files.ts";
import { measureLabels, type Quality } from "./measure.ts";
import { packVoice, readWith, trainLanguage, type Lesson, type VoiceModels } from "./model.ts";

/** What people of ours said counts as much as so many lines of ours. */
const CORRECTION_COUNTS = 3;

/** Trains both languages on our texts and the corrections, and measures them on the texts kept apart. */
export function trainVoice(corrections: readonly Labelled[]): Uint8Array<ArrayBuffer> {
  const taught = corrections.map((each): Lesson => ({ ...each, times: CORRECTION_COUNTS, isComposed: true }));
  const models: VoiceModels = byLanguage((language) =>
    trainLanguage([...ownLessons(language), ...taught.filter(({ text }) => (languageOf(text) ?? "en") === language)]),
  );
  return packVoice({ ...models, quality: qualityOf(models) });
}

function qualityOf(models: VoiceModels): Quality {
  return byLanguage((language) => measureLabels(ownTests(language), (text) => readWith(models[language], text).labels));
}
