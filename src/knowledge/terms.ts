const RUN = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}.])+/gu;
const HAS_DIGIT = /\d/;
/** Long numbers name one order or parcel, not a topic. */
const REFERENCE_LENGTH = 5;
const PIECE = 4;

/** Words that bind a sentence and say little about its topic; light, not absent, so that "how much" differs from "how long". */
const LIGHT_WORDS = new Set(
  `a an the i im ive id you your youre me my mine we our us it its this that these those he she they them is are am was were be been
   do does did done can could would will shall should may might have has had to of in on at for with from by as and or but if so
   there here any some please just also really ok get got go`.split(/\s+/),
);
const QUESTION_WORDS = new Set(
  "what which who whose how when where why whats wheres hows whens much many long time".split(" "),
);
const LIGHT_HAN = new Set(
  "的了吗呢吧啊呀哦么是在有你您我他她它们这那个一下请要想能可以会就都也还和与跟给把被让吃得地着过对到",
);
const WEIGHT = {
  word: 1,
  piece: 0.3,
  question: 0.35,
  light: 0.12,
  reference: 0.15,
  bigram: 1,
  lightBigram: 0.25,
  character: 0.4,
  lightCharacter: 0.06,
};

/** Politeness around a question; it says nothing about the topic. */
const POLITE =
  /\b(?:hi|hello|hey|thanks|thank you|please|good (?:morning|afternoon|evening))\b|您好|你好|请问|谢谢|麻烦/gu;

/**
 * The terms of a normalised text and how much each can mean at all; the index multiplies by rarity. English is words by
 * stem and in pieces, Chinese is characters and pairs of characters; Latin names and numbers inside Chinese stay whole.
 */
export function termsOf(normalised: string): Map<string, number> {
  const bare = normalised.replace(POLITE, " ").trim();
  const terms = new Map<string, number>();
  let before = "";
  for (const [run] of (bare || normalised).matchAll(RUN)) {
    if (/^\p{Script=Han}/u.test(run)) addHan(terms, [...run]);
    else addWord(terms, run);
    if (QUESTION_WORDS.has(run) && QUESTION_WORDS.has(before)) terms.set(`${before} ${run}`, WEIGHT.question);
    before = run;
  }
  return terms;
}

function addWord(terms: Map<string, number>, word: string): void {
  if (HAS_DIGIT.test(word)) {
    terms.set(word, word.length >= REFERENCE_LENGTH ? WEIGHT.reference : WEIGHT.word);
    return;
  }
  if (QUESTION_WORDS.has(word)) terms.set(word.replace(/s$/u, ""), WEIGHT.question);
  else if (LIGHT_WORDS.has(word)) terms.set(word, WEIGHT.light);
  else terms.set(stem(word), WEIGHT.word);
  if (word.length > 2) addPieces(terms, `^${word}$`);
}

/** Four letters at a time ("^par", "park" ...): they hold against typing errors and endings that the stem leaves. */
function addPieces(terms: Map<string, number>, marked: string): void {
  for (let at = 0; at + PIECE <= marked.length; at++) terms.set(`#${marked.slice(at, at + PIECE)}`, WEIGHT.piece);
}

function addHan(terms: Map<string, number>, characters: string[]): void {
  characters.forEach((character, index) => {
    const light = LIGHT_HAN.has(character);
    terms.set(character, light ? WEIGHT.lightCharacter : WEIGHT.character);
    const next = characters[index + 1];
    if (next === undefined) return;
    terms.set(character + next, light || LIGHT_HAN.has(next) ? WEIGHT.lightBigram : WEIGHT.bigram);
  });
}

const ENDINGS = /(?<=[a-z]{3})(?:ations?|ments?|ings?|ally|ed|ion|ly|er|y|e)$/u;

/** A light English stem: "shipping" and "shipped" are "ship"; "delivery" and "delivered" are "deliv", as "deliver" is. */
export function stem(word: string): string {
  if (word.length < 4) return word;
  const singular = word
    .replace(/(?<=ss|sh|ch|x)es$/u, "")
    .replace(/ies$/u, "y")
    .replace(/(?<![sui])s$/u, "");
  const root = singular.replace(ENDINGS, "").replace(ENDINGS, "");
  return root.replace(/([bdfglmnprt])\1$/u, "$1");
}

/** Whether a normalised text has a word with a topic; "what do I do" has none. */
export function meansSomething(normalised: string): boolean {
  return [...termsOf(normalised)].some(([term, weight]) => weight >= WEIGHT.character && !term.startsWith("#"));
}
