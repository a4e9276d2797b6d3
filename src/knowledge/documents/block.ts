/** A piece of a document in reading order. */
export interface Block {
  /** A heading's level from 1; 0 for what stands below headings. */
  level: number;
  text: string;
  /** The page of a PDF, from 1. */
  page?: number;
  /** Where a link into the page leads: "#returns" without the "#". */
  anchor?: string;
}

/** What a document says, and what it says where readers do not see it. */
export interface Extract {
  title: string | null;
  blocks: Block[];
  hidden: HiddenText[];
}

/** Text that is there and cannot be seen; it never becomes part of a passage. */
interface HiddenText {
  text: string;
  /** How it is hidden, in words. */
  how: string;
  page?: number;
}

export const LIMITS = {
  bytes: 10 * 1024 ** 2,
  /** Of text, in all. */
  characters: 2_000_000,
  pages: 500,
  rows: 10_000,
  /** What a packed document may unpack to. */
  unpackedBytes: 64 * 1024 ** 2,
  /** Elements inside each other; deeper ones are left out. */
  depth: 400,
} as const;

/** A document that cannot be read; the message says why, and what to do. */
export class Unreadable extends Error {}

/** Runs of white space as one space. */
export function squeezed(text: string): string {
  return text.replace(/[\s\u00a0]+/gu, " ").trim();
}

/** A row of a table as a line that is understood by itself: "Size: M; Price: €20". */
export function rowLine(heads: readonly string[], cells: readonly string[]): string {
  const named = cells.map((cell, at) => {
    const [head, value] = [squeezed(heads[at] ?? ""), squeezed(cell)];
    return value === "" || head === "" ? value : `${head}: ${value}`;
  });
  return named.filter((each) => each !== "").join("; ");
}
