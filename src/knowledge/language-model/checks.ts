import { languageOf, type Language } from "../../lib/language.ts";
import { instructionsIn } from "../documents/instructions.ts";
import { sentencesIn } from "../documents/sentences.ts";
import { unseenIn } from "../documents/unseen.ts";
import { normalise } from "../normalise.ts";
import { denies } from "../signals.ts";
import { factsIn, hostsIn, type Facts } from "./facts.ts";
import { ownWords, saysSomething } from "./own-words.ts";
import type { Ground } from "./prompt.ts";

export interface Draft {
  text: string;
  citations: readonly { passage: string; quote: string }[];
}

interface CheckParts {
  language: Language;
  grounds: readonly Ground[];
  /** Where links may lead: what our own articles and documents' addresses name. */
  hosts: ReadonlySet<string>;
}

const MOST_TEXT = 600;
const MOST_SENTENCES = 5;
const LEAST_QUOTE: Readonly<Record<Language, number>> = { en: 10, zh: 5 };
const MARKUP = /[<>`{}[\]|\\]|\*\*|__|~~|^\s*#|\]\(|\n\s*\n\s*\n/u;
/** Besides line breaks. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/u;
const MOST_NAMED = 5;

/**
 * What is wrong with an answer that a language model wrote, in words that help it to mend it; `undefined` for nothing.
 * Each sentence has to be carried by one cited passage: its words, its numbers and what they count, its money, its links,
 * and whether it denies. What a passage does not say cannot be said, whoever asked for it.
 */
export function faultIn(draft: Draft, parts: CheckParts): string | undefined {
  return formFault(draft, parts) ?? citationFault(draft, parts) ?? sentenceFaults(draft, parts);
}

function formFault({ text }: Draft, { language }: CheckParts): string | undefined {
  if (text.length > MOST_TEXT) return `The text is longer than ${MOST_TEXT} characters.`;
  if (!text.isWellFormed() || CONTROL.test(text) || unseenIn(text).count > 0)
    return "The text has characters that nobody sees.";
  if (MARKUP.test(text)) return "The text has markup; plain text is wanted.";
  if (languageOf(text) !== language) return `The text is not in ${language === "en" ? "English" : "Chinese"}.`;
  if (instructionsIn(text).length > 0) return "The text speaks of instructions.";
  return undefined;
}

function citationFault({ citations }: Draft, { grounds, language }: CheckParts): string | undefined {
  if (citations.length === 0) return "There is no citation.";
  for (const { passage, quote } of citations) {
    const ground = grounds.find(({ ref }) => ref === passage);
    if (!ground) return "A citation names a passage that was not given.";
    const folded = fold(quote);
    const isWhole = folded === fold(ground.text);
    if (folded.length < LEAST_QUOTE[language] && !isWhole) return "A quote is too short to show anything.";
    if (!fold(ground.text).includes(folded)) return `A quote does not stand in ${passage} letter by letter.`;
  }
  return undefined;
}

function sentenceFaults({ text, citations }: Draft, { grounds, language, hosts }: CheckParts): string | undefined {
  const cited = grounds.filter(({ ref }) => citations.some(({ passage }) => passage === ref));
  const sentences = sentencesIn(text).filter((sentence) => saysSomething(sentence, language));
  if (sentences.length === 0) return "The text says nothing.";
  if (sentences.length > MOST_SENTENCES) return `The text has more than ${MOST_SENTENCES} sentences.`;
  if (hostsIn(text).some((host) => !hosts.has(host))) return "A link leads to an address that is not one of ours.";
  for (const sentence of sentences) {
    const faults = cited.map((ground) => carryFault(sentence, ground));
    if (!faults.includes(undefined)) return faults[0];
  }
  return undefined;
}

/** Why one passage does not carry one sentence. */
function carryFault(sentence: string, { ref, text }: Ground): string | undefined {
  const strange = ownWords(sentence, text);
  if (strange.length > 0) return `These words do not stand in ${ref}: ${strange.slice(0, MOST_NAMED).join(", ")}.`;
  const fact = strangeFact(factsIn(sentence), factsIn(text));
  if (fact) return `A ${fact} of the text does not stand in ${ref}.`;
  if (denies(normalise(sentence)) !== denies(normalise(nearestSentence(sentence, text))))
    return `The text says yes where ${ref} says no, or the other way round.`;
  return undefined;
}

function strangeFact(said: Facts, known: Facts): string | undefined {
  const isNew = (kind: keyof Facts) => [...said[kind]].some((fact) => !known[kind].has(fact));
  if (isNew("links")) return "link or address";
  if (isNew("numbers")) return "number";
  if (isNew("money")) return "price";
  // What a number counts may go unsaid, it may not become something else.
  const changed = [...said.counted].some(
    (fact) =>
      !known.counted.has(fact) && [...known.counted].some((other) => other.split(" ")[0] === fact.split(" ")[0]),
  );
  return changed ? "number, with what it counts," : undefined;
}

/** The sentence of a passage that shares most with another sentence. */
function nearestSentence(sentence: string, text: string): string {
  const missing = (each: string) => ownWords(sentence, each).length + factsMissing(sentence, each);
  return sentencesIn(text).reduce((best, each) => (missing(each) < missing(best) ? each : best));
}

function factsMissing(sentence: string, each: string): number {
  const known = factsIn(each).numbers;
  return [...factsIn(sentence).numbers].filter((number) => !known.has(number)).length;
}

function fold(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}
