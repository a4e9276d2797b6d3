import { createRandom } from "../src/knowledge/engine/random.ts";
import { RELATED_WORDS } from "../src/knowledge/engine/related-words.ts";

const FRAMES = [
  "how do i",
  "can you tell me about",
  "what is",
  "i need help with",
  "when can i",
  "where is",
  "please",
  "",
];
const FILLERS = ["my", "the", "for", "with", "your", "a", "to", "on", "this", "at", "now", "again", "and", "not"];
const WORDS_OF_ARTICLE = 5;
const SEED = 42;

/** A large knowledge base out of everyday words: each article has words of its own, each phrasing some of them. */
export function manyArticles(count: number, phrasings: number, questions: number) {
  const random = createRandom(SEED);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const words = RELATED_WORDS.flatMap((line) => line.split(" ")).filter((word) => /^[a-z]+$/.test(word));
  const topics = Array.from({ length: count }, () => Array.from({ length: WORDS_OF_ARTICLE }, () => pick(words)));
  const phrasing = (topic: readonly string[]) =>
    [pick(FRAMES), pick(FILLERS), pick(topic), pick(FILLERS), pick(topic), pick(topic), pick(FILLERS)].join(" ");
  return {
    articles: topics.map((topic, at) => ({
      id: `article-${at}`,
      phrasings: Array.from({ length: phrasings }, () => phrasing(topic)),
    })),
    questions: Array.from({ length: questions }, () => phrasing(pick(topics))),
  };
}
