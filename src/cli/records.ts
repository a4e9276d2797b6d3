import { CommandFault } from "./fault.ts";

/** A record of CSV and the line it begins in. */
export interface CsvRecord {
  text: string;
  line: number;
}

const SEPARATORS = [",", ";", "\t"];
const LONGEST = 1_000_000;

/**
 * The records of CSV as its lines come: a quoted cell may go on over several. Empty lines are left out. For texts that
 * are too long to hold; `parseCsv` is for short ones. @throws CommandFault
 */
export async function* recordsIn(lines: AsyncIterable<string>, name: string): AsyncGenerator<CsvRecord> {
  let open: CsvRecord | undefined;
  let inQuotes = false;
  let line = 0;
  for await (const text of lines) {
    line++;
    refuseOtherEncodings(text, line, name);
    if (open) open.text += `\n${text}`;
    else if (text.trim() === "") continue;
    else open = { text, line };
    if (hasOddQuotes(text)) inQuotes = !inQuotes;
    if (inQuotes && open.text.length > LONGEST) break;
    if (inQuotes) continue;
    yield open;
    open = undefined;
  }
  if (open) throw new CommandFault(`${name} cannot be read: a quote that opens in line ${open.line} is never closed.`);
}

function refuseOtherEncodings(text: string, line: number, name: string): void {
  if (!text.includes("\uFFFD") && !text.includes("\u0000")) return;
  throw new CommandFault(`${name} cannot be read: line ${line} is not UTF-8. Save the file as "CSV UTF-8".`);
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

/** The one that the head has most of, outside quotes. */
export function separatorOf(head: string): string {
  const bare = head.replaceAll(/"[^"]*"/g, "");
  const count = (separator: string) => bare.split(separator).length;
  return SEPARATORS.reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** The cells of one record. @throws CommandFault that begins with `where`. */
export function cellsOf(text: string, separator: string, where: string): string[] {
  if (!text.includes('"')) return text.split(separator);
  const cells: string[] = [];
  for (let at = 0; at <= text.length; at++) {
    if (text[at] !== '"') {
      const end = text.indexOf(separator, at);
      cells.push(end < 0 ? text.slice(at) : text.slice(at, end));
      at = end < 0 ? text.length : end;
      continue;
    }
    let end = text.indexOf('"', at + 1);
    while (text[end + 1] === '"') end = text.indexOf('"', end + 2);
    cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 1;
    if (at < text.length && text[at] !== separator)
      throw new CommandFault(`${where} has something behind a closing quote; double quotes inside a cell.`);
  }
  return cells;
}
