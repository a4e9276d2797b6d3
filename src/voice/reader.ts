import { nearKey, readText } from "../knowledge/engine/index.ts";
import { languageOf, type Language } from "../lib/language.ts";
import { clausesOf, type Span } from "./clauses.ts";
import type { Label, Sentiment } from "./labels.ts";
import { readWith, type LanguageModel, type VoiceModelData } from "./model.ts";

export interface Finding {
  label: Label;
  confidence: number;
  span: Span;
}

export interface Reading {
  language: Language;
  sentiment: Sentiment;
  findings: Finding[];
  /** People of ours said so about the same words. */
  isCorrected: boolean;
}

/** What people of ours said a message is, by its words; in force at once. */
export type Taught = ReadonlyMap<string, { labels: readonly Label[]; sentiment: Sentiment }>;

/** The same for two texts that people read as the same. */
export function keyOf(text: string): string {
  return nearKey(readText(text));
}

/** Clauses are looked at one by one only where there are not too many. */
const MOST_CLAUSES = 6;

/** Reads a message: what it is, where it says so, how it feels. Pure. */
export function readMessage(data: VoiceModelData, taught: Taught, text: string): Reading {
  const language = languageOf(text) ?? "en";
  const model = data[language];
  const whole = readWith(model, text);
  const said = taught.get(keyOf(text));
  const labels = said?.labels ?? whole.labels;
  const clauses = clausesOf(text).slice(0, MOST_CLAUSES);
  const findings = labels.map((label): Finding => ({
    label,
    confidence: said ? 1 : whole.probabilities[label],
    span:
      clauses.length > 1 && label !== "other"
        ? bestClause(model, text, clauses, label)
        : { start: 0, end: text.length },
  }));
  return { language, sentiment: said?.sentiment ?? whole.sentiment, findings, isCorrected: said !== undefined };
}

function bestClause(model: LanguageModel, text: string, clauses: readonly Span[], label: Label): Span {
  const scored = clauses.map((span) => ({
    span,
    p: readWith(model, text.slice(span.start, span.end)).probabilities[label],
  }));
  return scored.reduce((best, each) => (each.p > best.p ? each : best)).span;
}
