import { languageOf } from "../lib/language.ts";
import { normalise } from "./normalise.ts";
import { smallTalkOf } from "./small-talk.ts";
import { meansSomething } from "./terms.ts";

/** More questions than this in one turn are for a person. */
const MAX_SEGMENTS = 6;
const ENDS = /(?<=[?？!！。；\n])|(?<=\.)\s/u;
const ASKS_ENGLISH =
  /^(?:and |but |so |also )?(?:what|which|who|whose|how|when|where|why|is|are|was|do|does|did|can|could|will|would|should|may|have|has)\b/u;
const ASKS_CHINESE = /[吗呢么]$|什么|怎么|怎样|多少|多久|哪|几|能不能|可不可以|有没有|是不是/u;

/** The sentences of a burst of messages that may be questions of their own; greetings around them are dropped. */
export function segmentsOf(texts: readonly string[]): string[] {
  const sentences = texts.flatMap((text) => text.split(ENDS)).map((sentence) => sentence.trim());
  const worded = sentences.filter((sentence) => normalise(sentence) !== "");
  const meant = worded.filter((sentence) => smallTalkOf(sentence) === undefined && meansSomething(normalise(sentence)));
  return meant.slice(0, MAX_SEGMENTS);
}

/** Whether a sentence asks for something, as far as its words say. */
export function asks(sentence: string): boolean {
  if (/[?？]/u.test(sentence)) return true;
  const normalised = normalise(sentence);
  return languageOf(sentence) === "zh" ? ASKS_CHINESE.test(normalised) : ASKS_ENGLISH.test(normalised);
}
