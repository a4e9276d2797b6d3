import { csvText, readCsv as readLines } from "../../lib/csv.ts";
import { LIMITS, rowLine, Unreadable, type Extract } from "./block.ts";

/** A table: the first row names the columns, each other row becomes a line that says them. */
export function readCsv(bytes: Uint8Array): Extract {
  const [head, ...rows] = readLines(csvText(bytes), LIMITS.rows + 1);
  if (!head || rows.length === 0) throw new Unreadable("The table has no rows below its head.");
  const blocks = rows.map(({ cells }) => ({ level: 0, text: rowLine(head.cells, cells) }));
  return { title: null, blocks: blocks.filter(({ text }) => text !== ""), hidden: [] };
}
