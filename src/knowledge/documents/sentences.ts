/** Ends of sentences: a mark, closing quotes or brackets, then a space, a line end, or in Chinese nothing. */
const ENDS = /(?<=[。！？；][”’」』）)]*)(?![”’」』）)。！？；])|(?<=[.!?]["'”’)\]]*)(?=\s)|(?<=\n)/u;
/** "e.g. this", "No. 5", "J. Smith" are no ends. */
const NO_END = /(?:^|[\s(])(?:\p{L}|e\.g|i\.e|etc|vs|no|nr|mr|mrs|ms|dr|st|approx|incl|max|min|tel|fig|p|pp)\.$/iu;

/** The sentences of a text; put together again they are the text. */
export function sentencesIn(text: string): string[] {
  const sentences: string[] = [];
  for (const piece of text.split(ENDS)) {
    const last = sentences.at(-1);
    if (last !== undefined && (NO_END.test(last) || piece.trim() === "") && !last.endsWith("\n"))
      sentences[sentences.length - 1] = last + piece;
    else sentences.push(piece);
  }
  return sentences.filter((sentence) => sentence !== "");
}
