import { createJourneyBuilder, type Journeys } from "../attribution/models/index.ts";
import { CommandFault } from "./fault.ts";
import { linesIn } from "./lines.ts";
import { cellsOf, recordsIn, separatorOf } from "./records.ts";

/** What the columns are called. */
export interface PathColumns {
  path: string;
  conversions: string;
  value: string;
  nulls: string;
  days: string;
  /** Whoever names a column means one that is there. */
  required: readonly string[];
}

export const USUAL_COLUMNS: PathColumns = {
  ...{ path: "path", conversions: "conversions", value: "value", nulls: "nulls", days: "days" },
  required: ["path", "conversions"],
};

export interface Paths {
  journeys: Journeys;
  lines: number;
  notes: string[];
}

const BETWEEN = " > ";
const NUMBER = /^\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Journeys from CSV, read as it comes. @throws CommandFault that names the line. */
export async function readPaths(chunks: AsyncIterable<Uint8Array>, name: string, columns: PathColumns): Promise<Paths> {
  const records = recordsIn(linesIn(chunks), name);
  const head = await records.next();
  if (head.done) throw new CommandFault(`${name} cannot be read: it is empty; its first line must name the columns.`);
  const separator = separatorOf(head.value.text);
  const names = cellsOf(head.value.text, separator, `${name} cannot be read: line 1`);
  const at = findColumns(names, columns, name);
  const builder = createJourneyBuilder({ times: at.days >= 0 });
  const seen = { lines: 0, worthNothing: 0, tight: 0 };
  for await (const { text, line } of records) {
    const where = `${name} cannot be read: line ${line}`;
    const cells = cellsOf(text, separator, where);
    if (cells.length !== names.length)
      throw new CommandFault(`${where} has ${cells.length} cells where the first line has ${names.length}. ${QUOTE}`);
    const number = (column: "conversions" | "value" | "nulls") =>
      at[column] < 0 ? 0 : numberIn(cells[at[column]]!, columns[column], where);
    const path = touchesIn(cells[at.path]!, where);
    const [conversions, value] = [number("conversions"), number("value")];
    const days = at.days < 0 ? undefined : daysIn(cells[at.days]!, path.length, columns.days, where);
    builder.add({ path, conversions, value, nulls: number("nulls"), ...(days && { daysBefore: days }) });
    seen.lines++;
    if (value > 0 && conversions === 0) seen.worthNothing++;
    if (path.some((touch) => touch.includes(">"))) seen.tight++;
  }
  if (seen.lines === 0) throw new CommandFault(`${name} cannot be read: there is no line below the columns' names.`);
  return { journeys: builder.build(), lines: seen.lines, notes: notesOf(at, columns, seen) };
}

const QUOTE = "A path that contains the separator must stand in double quotes.";

type Column = "path" | "conversions" | "value" | "nulls" | "days";

function findColumns(cells: readonly string[], columns: PathColumns, name: string): Record<Column, number> {
  const heads = cells.map((cell) => cell.trim().toLowerCase());
  const missing = columns.required.filter((column) => !heads.includes(column.toLowerCase()));
  if (missing.length > 0)
    throw new CommandFault(
      `${name} cannot be read: there is no column ${missing.join(", ")}; its first line names ${heads.slice(0, 12).join(", ")}.`,
    );
  const twice = heads.find((head, at) => head !== "" && heads.indexOf(head) !== at);
  if (twice !== undefined) throw new CommandFault(`${name} cannot be read: the column ${twice} is there twice.`);
  const at = (column: Column) => heads.indexOf(columns[column].toLowerCase());
  return { path: at("path"), conversions: at("conversions"), value: at("value"), nulls: at("nulls"), days: at("days") };
}

function touchesIn(cell: string, where: string): string[] {
  const path = cell.trim();
  if (path === "") return [];
  const touches = path.split(BETWEEN);
  for (let at = 0; at < touches.length; at++) {
    const touch = touches[at]!.trim();
    if (touch === "" || touch === ">" || touch.startsWith("> ") || touch.endsWith(" >"))
      throw new CommandFault(
        `${where} has an empty touch in its path. Two touches have one "${BETWEEN}" between them.`,
      );
    touches[at] = touch;
  }
  return touches;
}

function numberIn(cell: string, column: string, where: string): number {
  const text = cell.trim();
  const number = Number(text);
  if (NUMBER.test(text) && Number.isFinite(number)) return number;
  const shown = text === "" ? "empty; write 0" : `"${text.slice(0, 40)}"`;
  throw new CommandFault(
    `${where}: ${column} is ${shown}. It must be a number of 0 or more, with a point for decimals and nothing for thousands.`,
  );
}

function daysIn(cell: string, touches: number, column: string, where: string): number[] {
  const days = cell.trim() === "" ? [] : cell.split(">").map((each) => numberIn(each, column, where));
  if (days.length === touches) return days;
  throw new CommandFault(`${where}: ${column} has ${days.length} numbers for ${touches} touches.`);
}

function notesOf(
  at: Record<Column, number>,
  columns: PathColumns,
  seen: { worthNothing: number; tight: number },
): string[] {
  const notes: string[] = [];
  if (at.nulls < 0) notes.push(`There is no column ${columns.nulls}: every journey counts as one that converted.`);
  if (at.value < 0) notes.push(`There is no column ${columns.value}: every value is 0.`);
  if (seen.worthNothing > 0)
    notes.push(`Lines with a value and no conversion: ${seen.worthNothing}. Their value is credited.`);
  if (seen.tight > 0)
    notes.push(`Lines with ">" inside a touch: ${seen.tight}. Touches are parted by "${BETWEEN}", with its spaces.`);
  return notes;
}
