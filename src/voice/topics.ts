import { readText } from "../knowledge/engine/index.ts";

const HAN = /\p{Script=Han}/u;

/** Keywords as they are looked for: read as messages are, so that case, width and script make no difference. */
export type Keywords = readonly string[];

export function readKeywords(keywords: readonly string[]): Keywords {
  return keywords.map(readText).filter((word) => word !== "");
}

/** How many of the keywords a read text has. Latin ones as whole words, Han ones anywhere. */
export function keywordsIn(read: string, keywords: Keywords): number {
  const padded = ` ${read} `;
  return keywords.filter((word) => (HAN.test(word) ? read.includes(word) : padded.includes(` ${word} `))).length;
}

/** What a read text is about: the topic with most of its words in it; of equal ones the first. */
export function topicOf(read: string, topics: readonly { name: string; keywords: Keywords }[]): string | null {
  let best: string | null = null;
  let most = 0;
  for (const { name, keywords } of topics) {
    const count = keywordsIn(read, keywords);
    if (count > most) [best, most] = [name, count];
  }
  return best;
}
