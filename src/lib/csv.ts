import { Invalid } from "../contract/index.ts";

/** A record of a CSV file and the line that it begins in. */
export interface CsvLine {
  line: number;
  cells: string[];
}

const SEPARATORS = [",", ";", "\t"] as const;

/**
 * The text of an uploaded CSV file. @throws Invalid for another encoding than UTF-8: what would be read is nonsense, and
 * nobody would see it.
 */
export function csvText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) throw otherEncoding("UTF-16");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); // which also takes off the mark
    if (!text.includes("\0")) return text;
  } catch {
    // as below
  }
  throw otherEncoding("another encoding, GBK or Windows-1252 perhaps");
}

function otherEncoding(name: string): Invalid {
  return new Invalid(`The file is in ${name}. Save it as "CSV UTF-8" and send it again.`, { body: "Not UTF-8." });
}

/**
 * The records of a CSV text (RFC 4180), empty lines left out; spreadsheets of some countries separate by semicolon or tab.
 * @throws Invalid that names the line, or when there are more than `most` records.
 */
export function readCsv(text: string, most: number): CsvLine[] {
  const separator = separatorOf(text);
  const records: CsvLine[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const record = readRecord(text, at, separator, line);
    if (record.cells.some((cell) => cell.trim() !== "")) records.push({ line, cells: record.cells });
    if (records.length > most)
      throw new Invalid(`The file has more than ${most} lines. Split it.`, { body: "Too many lines." });
    at = record.end;
    line += record.lines;
  }
  return records;
}

interface Read {
  cells: string[];
  end: number;
  /** How many line ends it has, its own included. */
  lines: number;
}

function readRecord(text: string, start: number, separator: string, line: number): Read {
  const cells: string[] = [];
  let lines = 0;
  for (let at = start; ;) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? quoteEnd(text, at, line + lines) : plainEnd(text, at, separator);
    const raw = text.slice(at, end);
    cells.push(isQuoted ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (isQuoted) lines += raw.split(/\r\n|\r|\n/).length - 1;
    const next = text[end];
    if (next === separator) at = end + 1;
    else if (next === undefined) return { cells, end, lines: lines + 1 };
    else if (next === "\n" || next === "\r")
      return { cells, end: end + (text.startsWith("\r\n", end) ? 2 : 1), lines: lines + 1 };
    else
      throw new Invalid(
        `In line ${line + lines} something stands behind a closing quote. Double the quotes inside a cell.`,
        { body: `Line ${line + lines}.` },
      );
  }
}

/** Behind the closing quote; a doubled one inside stands for one. */
function quoteEnd(text: string, start: number, line: number): number {
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new Invalid(`A quote that opens in line ${line} is never closed.`, { body: `Line ${line}.` });
    if (text[quote + 1] !== '"') return quote + 1;
    at = quote + 2;
  }
}

function plainEnd(text: string, start: number, separator: string): number {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\r" && text[end] !== "\n") end++;
  return end;
}

/** The one that the head has most of. */
function separatorOf(text: string): string {
  const head = text.slice(0, 10_000).split(/[\r\n]/, 1)[0] ?? "";
  const count = (separator: string) => head.split(separator).length;
  return SEPARATORS.reduce((best, each) => (count(each) > count(best) ? each : best));
}
