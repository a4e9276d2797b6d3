import { readFileSync } from "node:fs";
import { LANGUAGES, type Language } from "../lib/language.ts";
import { readCorpus, type Labelled } from "./corpus.ts";
import type { Lesson } from "./model.ts";

/**
 * Where the build puts what this room needs beside its bundles: the trained model, the thread's program and the texts.
 * Run from the sources, as tests do, it is dist/ as well, but for the texts.
 */
const isSource = import.meta.url.endsWith(".ts");
const built = (name: string) => new URL(isSource ? `../../dist/${name}` : `./${name}`, import.meta.url);
const texts = (name: string) => new URL(isSource ? `./data/${name}` : `./voice/${name}`, import.meta.url);

export const MODEL_FILE = built("voice-model.bin");
export const WORKER_FILE = built("voice-worker.js");

/** Our own texts to learn from. */
export function ownLessons(language: Language): Lesson[] {
  const composed = corpus(`${language}.composed.txt`).map((each) => ({ ...each, isComposed: true }));
  return [...corpus(`${language}.txt`), ...composed];
}

/** Our own texts to be measured by; none of them is learnt from. */
export function ownTests(language: Language): Labelled[] {
  return corpus(`${language}.eval.txt`);
}

export const byLanguage = <T>(make: (language: Language) => T): Record<Language, T> =>
  Object.fromEntries(LANGUAGES.map((language) => [language, make(language)])) as Record<Language, T>;

function corpus(name: string): Labelled[] {
  return readCorpus(readFileSync(texts(name), "utf8"), name);
}
