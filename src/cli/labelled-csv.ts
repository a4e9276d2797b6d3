import { parseCsv } from "./csv.ts";
import { CommandFault } from "./fault.ts";

export interface LabelledRow {
  text: string;
  intent: string;
}

/**
 * The columns `text` and `intent` of a CSV text, wherever they stand and whatever stands beside them.
 * @param needsIntent for questions that nothing answers, what they are called does not matter.
 * @throws CommandFault that says which column or which row is wrong.
 */
export function labelledRows(csv: string, name: string, needsIntent = true): LabelledRow[] {
  const [head = [], ...rows] = parseCsv(csv, name);
  const columns = head.map((title) => title.trim().toLowerCase());
  const missing = ["text", ...(needsIntent ? ["intent"] : [])].filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    const found =
      columns.length > 0 ? `It has ${columns.map((each) => each || "an unnamed one").join(", ")}.` : "It is empty.";
    throw new CommandFault(
      `${name} cannot be read: its first row must name the column ${missing.join(" and ")}. ${found}`,
    );
  }
  const labelled = rows.map((row, at) => {
    const cell = (column: string) => row[columns.indexOf(column)]?.trim() ?? "";
    const [text, intent] = [cell("text"), cell("intent")];
    if (text === "" || (needsIntent && intent === ""))
      throw new CommandFault(`${name} cannot be read: row ${at + 2} has no ${text === "" ? "text" : "intent"}.`);
    return { text, intent };
  });
  if (labelled.length === 0) throw new CommandFault(`${name} holds no rows below its head.`);
  return labelled;
}

/** The first rows of each intent, in the file's order. */
export function firstOfEach(rows: readonly LabelledRow[], count: number): LabelledRow[] {
  const taken = new Map<string, number>();
  return rows.filter(({ intent }) => {
    const before = taken.get(intent) ?? 0;
    taken.set(intent, before + 1);
    return before < count;
  });
}
