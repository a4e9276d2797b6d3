import { languageOf, type Language } from "../../lib/language.ts";
import type { Block } from "./block.ts";
import { sentencesIn } from "./sentences.ts";

/** A piece of a document that can be found and quoted by itself. */
export interface Passage {
  /** The headings above it, from the outermost: "Returns › Deadlines". */
  heading: string;
  text: string;
  language: Language;
  page?: number;
  anchor?: string;
}

const LEAST = 300;
const MOST = 900;
const MOST_HEADING = 200;

/**
 * Cuts at headings, then between paragraphs, then between sentences: pieces of 300 to 900 characters, shorter only where a
 * section is. No piece reaches over a heading, which would not be true of all of it.
 */
export function cut(blocks: readonly Block[], usual: Language): Passage[] {
  const passages: Passage[] = [];
  const path: string[] = [];
  let pieces: Block[] = [];

  function flush(): void {
    const [first] = pieces;
    if (!first) return;
    const text = pieces.map((piece) => piece.text).join("\n");
    pieces = [];
    const { page, anchor } = first;
    passages.push({
      heading: path.filter(Boolean).join(" › ").slice(0, MOST_HEADING).toWellFormed(),
      text,
      language: languageOf(text) ?? usual,
      ...(page !== undefined && { page }),
      ...(anchor !== undefined && { anchor }),
    });
  }

  for (const block of blocks) {
    if (block.level > 0) {
      flush();
      path.length = Math.min(path.length, block.level - 1);
      path[block.level - 1] = block.text;
      continue;
    }
    for (const piece of smallEnough(block)) {
      const length = pieces.reduce((sum, { text }) => sum + text.length + 1, 0);
      const other = languageOf(piece.text);
      const speaks = languageOf(pieces.map(({ text }) => text).join("\n"));
      const turns = other !== undefined && speaks !== undefined && other !== speaks;
      const turnsPage = pieces.length > 0 && pieces.at(-1)!.page !== piece.page; // a quote names its page
      if (length + piece.text.length > MOST || turns || turnsPage) flush();
      pieces.push(piece);
    }
  }
  flush();
  return passages;
}

/** A block in parts that fit, cut between sentences and, where one alone is too long, between characters. */
function smallEnough(block: Block): Block[] {
  if (block.text.length <= MOST) return [block];
  const parts: string[] = [];
  for (const sentence of sentencesIn(block.text).flatMap(hardCut)) {
    const last = parts.at(-1);
    const isFull =
      last === undefined ||
      last.length + sentence.length > MOST ||
      (last.length >= LEAST && last.length + sentence.length > 2 * LEAST);
    if (isFull) parts.push(sentence);
    else parts[parts.length - 1] = last + sentence;
  }
  return parts.map((text) => ({ ...block, text: text.trim() })).filter(({ text }) => text !== "");
}

function hardCut(sentence: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (const character of sentence) {
    if (part.length + character.length > MOST) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
