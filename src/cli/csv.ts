import { CommandFault } from "./fault.ts";

const SEPARATORS = [",", ";", "\t"] as const;

/** The records of a CSV text (RFC 4180); spreadsheets of some countries separate by semicolon or tab. @throws CommandFault */
export function parseCsv(text: string, name: string): string[][] {
  const separator = separatorOf(text);
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at, name) : plainCell(text, at, separator);
    record.push(cell.value);
    at = cell.end;
    if (text[at] === separator) {
      at++;
      if (at < text.length && text[at] !== "\r" && text[at] !== "\n") continue;
      record.push(""); // the line ends with a separator: one more cell, and it is empty
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    records.push(record);
    record = [];
  }
  return records.filter((each) => each.some((value) => value.trim() !== ""));
}

interface Cell {
  value: string;
  /** Where the next thing begins: a separator or the line's end. */
  end: number;
}

/** A doubled quote inside stands for one. */
function quotedCell(text: string, start: number, name: string): Cell {
  let value = "";
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0)
      throw new CommandFault(
        `${name} cannot be read: a quote that opens in line ${lineAt(text, start)} is never closed.`,
      );
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: nextStop(text, quote + 1, name) };
    value += '"';
    at = quote + 2;
  }
}

/** Behind a closing quote, only a separator or the line's end may stand. */
function nextStop(text: string, at: number, name: string): number {
  const next = text[at];
  if (next === undefined || next === "\r" || next === "\n" || SEPARATORS.some((each) => each === next)) return at;
  throw new CommandFault(
    `${name} cannot be read: in line ${lineAt(text, at)} something stands behind a closing quote; double quotes inside a cell.`,
  );
}

function plainCell(text: string, start: number, separator: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\r" && text[end] !== "\n") end++;
  return { value: text.slice(start, end), end };
}

/** The one that the head has most of. */
function separatorOf(text: string): string {
  const head = text.split(/\r?\n/, 1)[0] ?? "";
  const count = (separator: string) => head.split(separator).length;
  return SEPARATORS.reduce((best, each) => (count(each) > count(best) ? each : best));
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
