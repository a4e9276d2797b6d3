import { containerBootstrap } from "@nlpjs/core";
import { LangEn } from "@nlpjs/lang-en";
import { LangZh } from "@nlpjs/lang-zh";
import { Nlp } from "@nlpjs/nlp";
import { LANGUAGES, type Language } from "../src/lib/language.ts";
import {
  evaluateVoice,
  LABELS,
  measureLabels,
  ownTexts,
  type Label,
  type Labelled,
  type Lesson,
  type Measured,
} from "../src/voice/index.ts";
import type { Figures } from "./ground.ts";

/** From which share of its scores on nlp.js is said to have found a label besides the best one. */
const SECOND = 0.3;

/**
 * How well messages are read, on the texts kept apart, by label and language: the models that ship, plain word lists, and
 * nlp.js trained on the very same texts.
 */
export async function voice(): Promise<Figures> {
  const texts = ownTexts();
  const all = Object.values(texts);
  const evaluation = evaluateVoice(
    all.flatMap(({ lessons }) => lessons),
    all.flatMap(({ tests }) => tests),
    () => performance.now(),
  );
  const figures: Figures = {
    trainMs: evaluation.trainMs,
    readP50Ms: evaluation.p50Ms,
    readP99Ms: evaluation.p99Ms,
  };
  const startedAt = performance.now();
  const others = await nlpjs(texts);
  figures["nlpjsTrainAndReadMs"] = performance.now() - startedAt;
  for (const { language, models, wordList, sentimentAccuracy } of evaluation.languages) {
    note(figures, `${language}.models`, models);
    note(figures, `${language}.wordList`, wordList);
    note(figures, `${language}.nlpjs`, others[language]);
    figures[`${language}.sentimentAccuracy`] = sentimentAccuracy * 100;
  }
  return figures;
}

function note(figures: Figures, name: string, { macroF1, labels }: Measured): void {
  figures[`${name}.macroF1`] = macroF1 * 100;
  for (const { label, f1 } of labels) figures[`${name}.${label}`] = f1 * 100;
}

/** It knows one intent a text: a text with two labels is learnt as both, and what scores high enough is said to hold. */
async function nlpjs(
  texts: Record<Language, { lessons: Lesson[]; tests: Labelled[] }>,
): Promise<Record<Language, Measured>> {
  const container = await containerBootstrap();
  container.use(LangEn);
  container.use(LangZh);
  const nlp = new Nlp({ container, autoSave: false, autoLoad: false, nlu: { log: false } });
  for (const language of LANGUAGES) {
    nlp.addLanguage(language);
    for (const { text, labels } of texts[language].lessons)
      for (const label of labels) nlp.addDocument(language, text, label);
  }
  await nlp.train();
  const measured = LANGUAGES.map(async (language) => {
    const found = new Map<string, Label[]>();
    for (const { text } of texts[language].tests) {
      const { classifications } = await nlp.process(language, text);
      const scores = classifications.filter(({ intent }) => (LABELS as readonly string[]).includes(intent));
      const held = scores.filter(({ score }, at) => at === 0 || score >= SECOND).map(({ intent }) => intent as Label);
      found.set(text, held.length > 0 ? held : ["other"]);
    }
    return [language, measureLabels(texts[language].tests, (text) => found.get(text)!)] as const;
  });
  return Object.fromEntries(await Promise.all(measured)) as Record<Language, Measured>;
}
