import { LABELS, type Label, type Sentiment } from "./labels.ts";
import { HubError } from "../contract/index.ts";

/** A message and what it is. */
export interface Labelled {
  text: string;
  labels: readonly Label[];
  sentiment: Sentiment;
}

/** A list of labelled messages that cannot be read. */
export class BadCorpus extends HubError {
  readonly code = "bad_corpus";
}

const BY_LETTER = new Map<string, Label>(LABELS.map((label) => [label[0]!, label]));
const SENTIMENTS = new Map<string, Sentiment>([
  ["-", -1],
  ["0", 0],
  ["+", 1],
]);
const LINE = /^([a-z]+)([-0+]) (.*\S)\s*$/u;

/**
 * A line is a message: the first letters of its labels, how it feels (-, 0, +), a space, and the text: "cq- Where is my
 * order??". Lines that begin with # are remarks. @throws BadCorpus that names the line.
 */
export function readCorpus(text: string, name: string): Labelled[] {
  return text.split(/\r?\n/u).flatMap((line, at) => {
    if (line === "" || line.startsWith("#")) return [];
    const [, letters = "", sign = "", words = ""] = LINE.exec(line) ?? [];
    const labels = [...letters].flatMap((letter) => BY_LETTER.get(letter) ?? []);
    if (labels.length === 0 || labels.length < letters.length)
      throw new BadCorpus(`Line ${at + 1} of ${name} does not begin with letters of labels, a sign and a space.`);
    return [{ text: words, labels, sentiment: SENTIMENTS.get(sign)! }];
  });
}
