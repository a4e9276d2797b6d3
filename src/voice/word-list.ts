import { leanings } from "./lexicon.ts";
import type { Label } from "./labels.ts";
import { wordsOf } from "./words.ts";

/** The plain method beside the models: a message is what its words are on lists of. Nothing is learnt. */
export function labelsByWordList(text: string): Label[] {
  const words = wordsOf(text);
  const { sore, glad, wish, wants, asks } = leanings(words);
  const labels: Label[] = [
    ...(sore > glad && sore > 0 ? (["complaint"] as const) : []),
    ...(wish > 0 && wish >= wants ? (["suggestion"] as const) : []),
    ...(glad > sore && glad > 0 ? (["praise"] as const) : []),
    ...(/zzasks/u.test(words) || asks > 1 ? (["question"] as const) : []),
    ...(wants > wish && wants > 0 ? (["buying"] as const) : []),
  ];
  return labels.length > 0 ? labels : ["other"];
}
