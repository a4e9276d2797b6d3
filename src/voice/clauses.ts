/** A piece of a text, in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
}

const ENDS =
  /[.!?。！？；;\n…]+|[,，、](?=\s|\p{Script=Han}|$)|\s+(?=(?:but|however|although|though|and|so|because)\b)|(?=但是|可是|不过|就是|可惜|而且|所以)/giu;
/** A clause of fewer letters says nothing alone. */
const LEAST = 2;

/** The clauses of a text, in order, without the blanks around them; the whole text where there is nothing to part. */
export function clausesOf(text: string): Span[] {
  const cuts = [...text.matchAll(ENDS)].map((match) => match.index + match[0].length);
  const begins = [0, ...cuts];
  return begins.flatMap((start, at) => trimmed(text, start, begins[at + 1] ?? text.length) ?? []);
}

function trimmed(text: string, start: number, end: number): Span | undefined {
  const piece = text.slice(start, end);
  const bare = piece.trim();
  if ((bare.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < LEAST) return undefined;
  const from = start + piece.indexOf(bare);
  return { start: from, end: from + bare.length };
}
