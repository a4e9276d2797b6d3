import type pg from "pg";
import { z } from "zod";
import { Conflict, Invalid } from "../contract/index.ts";
import { sqlState, type Database } from "./database.ts";
import { DUMP_TABLES, PLAIN_SESSION, readColumns, type DumpTable } from "./dump-tables.ts";
import { DUMP_FORMAT, DUMP_VERSION } from "./export.ts";

export interface ImportOptions {
  /** Seals a channel's settings for this hub. */
  sealSettings(settings: string, channelId: string): Uint8Array;
  onTable?: (table: string, counts: ImportCounts) => void;
}

export interface ImportCounts {
  added: number;
  /** Rows that were here before; they stay as they are. */
  known: number;
}

export type ImportReport = Record<string, ImportCounts>;

type Row = Record<string, unknown>;

/** Rows of one table with the same columns, from lines that follow each other. */
interface Batch {
  table: DumpTable;
  columns: string[];
  rows: Row[];
  lines: number[];
  size: number;
}

const MOST_ROWS = 500;
const MOST_CHARACTERS = 4_000_000;
const NOTHING = "Nothing was imported.";

const Header = z.object({
  format: z.literal(DUMP_FORMAT),
  version: z.int(),
  rows: z.record(z.string(), z.int()).default({}),
});
const Line = z.object({ table: z.string(), row: z.record(z.string(), z.unknown()) });

/**
 * Reads what `exportData` wrote into an empty database, or one that holds the same data. All or nothing; repeating it
 * changes nothing.
 * @throws Invalid, Conflict that name the line.
 */
export async function importData(
  db: Database,
  lines: AsyncIterable<string>,
  options: ImportOptions,
): Promise<ImportReport> {
  const client = await db.connect();
  try {
    await client.query(PLAIN_SESSION);
    await client.query("BEGIN");
    const report = await importLines(client, lines, options);
    await client.query("COMMIT");
    return report;
  } finally {
    await client.end(); // without COMMIT, PostgreSQL forgets it all
  }
}

async function importLines(
  client: pg.Client,
  lines: AsyncIterable<string>,
  options: ImportOptions,
): Promise<ImportReport> {
  const columns = await readColumns(client);
  const report: ImportReport = {};
  let header: z.infer<typeof Header> | undefined;
  let batch: Batch | undefined;
  let number = 0;

  async function flush(next?: string): Promise<void> {
    if (!batch) return;
    const { name } = batch.table;
    const counts = (report[name] ??= { added: 0, known: 0 });
    const added = await insertBatch(client, batch);
    counts.added += added;
    counts.known += batch.rows.length - added;
    batch = undefined;
    if (next !== name) options.onTable?.(name, counts);
  }

  for await (const text of lines) {
    number++;
    if (!header) header = readHeader(text);
    else if (text.trim() !== "") {
      const { table, row } = readLine(text, number, columns);
      const names = Object.keys(row);
      if (batch && !fits(batch, table, names)) await flush(table.name);
      batch ??= { table, columns: names, rows: [], lines: [], size: 0 };
      batch.rows.push(table.name === "channel" ? withSealed(row, number, options) : row);
      batch.lines.push(number);
      batch.size += text.length;
    }
  }
  await flush();
  if (!header) throw new Invalid("The file is empty.");
  refuseCutOff(header.rows, report);
  return report;
}

function readHeader(text: string): z.infer<typeof Header> {
  const { data } = Header.safeParse(jsonOrNothing(text));
  if (!data) throw new Invalid(`Line 1 is no header of a ${DUMP_FORMAT} file. Give a file that \`export\` wrote.`);
  if (data.version === DUMP_VERSION) return data;
  throw new Invalid(
    `The file has version ${data.version}, this hub reads version ${DUMP_VERSION}. Take the hub's release that wrote it.`,
  );
}

/** @throws Invalid when the line does not name a table and columns that there are: their names go into statements. */
function readLine(text: string, number: number, known: ReadonlyMap<string, string[]>): { table: DumpTable; row: Row } {
  const { data } = Line.safeParse(jsonOrNothing(text));
  if (!data) throw new Invalid(`Line ${number} is not { "table", "row" } as JSON. ${NOTHING}`);
  const table = DUMP_TABLES.find(({ name }) => name === data.table);
  if (!table) throw new Invalid(`Line ${number} names a table that is not part of an export. ${NOTHING}`);
  const columns = known.get(table.name) ?? [];
  if (Object.keys(data.row).some((column) => !columns.includes(column)))
    throw new Invalid(`Line ${number} has a column that ${table.name} does not have here. ${NOTHING}`);
  const missing = table.key.find((column) => data.row[column] === undefined);
  if (missing) throw new Invalid(`Line ${number} (${table.name}) lacks ${missing}. ${NOTHING}`);
  return { table, row: data.row };
}

function fits(batch: Batch, table: DumpTable, columns: readonly string[]): boolean {
  const same = batch.table === table && batch.columns.join() === columns.join();
  return same && batch.rows.length < MOST_ROWS && batch.size < MOST_CHARACTERS;
}

/** A channel without its settings is there and closed: its row says what it lacks. */
function withSealed(row: Row, number: number, { sealSettings }: ImportOptions): Row {
  const { settings = {} } = row;
  if (settings === null || typeof settings !== "object")
    throw new Invalid(`Line ${number} (channel) has settings that are no object. ${NOTHING}`);
  const sealed = sealSettings(JSON.stringify(settings), String(row["id"]));
  return { ...row, settings: `\\x${Buffer.from(sealed).toString("hex")}` };
}

/** Inserts what is not here yet and returns how much that was. */
async function insertBatch(client: pg.Client, batch: Batch): Promise<number> {
  await client.query("SAVEPOINT batch");
  const added = await insertRows(client, batch.table, batch.rows).catch(async (error: unknown) => {
    await client.query("ROLLBACK TO SAVEPOINT batch");
    throw await blame(client, batch, error);
  });
  await client.query("RELEASE SAVEPOINT batch");
  if (added < batch.rows.length) await refuseOthers(client, batch);
  return added;
}

async function insertRows(client: pg.Client, { name }: DumpTable, rows: readonly Row[]): Promise<number> {
  const columns = Object.keys(rows[0]!).map((column) => `"${column}"`).join(", "); // prettier-ignore
  const sql = `INSERT INTO "${name}" (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::"${name}", $1) ON CONFLICT DO NOTHING`;
  return (await client.query(sql, [JSON.stringify(rows)])).rowCount ?? 0;
}

/** Finds the row that the database refused, and says why without its values. */
async function blame(client: pg.Client, { table, rows, lines }: Batch, error: unknown): Promise<unknown> {
  for (const [at, row] of rows.entries()) {
    try {
      await insertRows(client, table, [row]);
    } catch (fault) {
      return sqlState(fault) ? new Invalid(`Line ${lines[at]} (${table.name}) ${meaningOf(fault)}. ${NOTHING}`) : fault;
    }
  }
  return error;
}

function meaningOf(fault: unknown): string {
  const { column, constraint } = fault as { column?: string; constraint?: string };
  const state = sqlState(fault) ?? "";
  if (state === "23502") return `lacks ${column ?? "a value"}`;
  if (state === "23503") return "refers to a row that does not stand before it";
  if (state === "23514") return `breaks the rule ${constraint ?? "of a column"}`;
  return `holds a value that its column cannot take (code ${state})`;
}

/** A row that was not inserted must be here by its own key: one that collides otherwise would be lost. @throws Conflict */
async function refuseOthers(client: pg.Client, { table, rows, lines }: Batch): Promise<void> {
  const { name, key, proof } = table;
  const same = [...key, ...(proof ? [proof] : [])].map((column) => `t."${column}" = r."${column}"`).join(" AND ");
  const { rows: others } = await client.query<{ at: string }>(
    `SELECT r.ordinality AS at FROM jsonb_populate_recordset(NULL::"${name}", $1) WITH ORDINALITY r
     LEFT JOIN "${name}" t ON ${same} WHERE t."${key[0]}" IS NULL ORDER BY 1 LIMIT 1`,
    [JSON.stringify(rows)],
  );
  const other = others[0];
  if (!other) return;
  throw new Conflict(
    `Line ${lines[Number(other.at) - 1]} (${name}) contradicts what this database holds already. ` +
      `Import into an empty database, before anything else is done with it. ${NOTHING}`,
  );
}

function refuseCutOff(promised: Readonly<Record<string, number>>, report: ImportReport): void {
  for (const [table, rows] of Object.entries(promised)) {
    const { added, known } = report[table] ?? { added: 0, known: 0 };
    if (added + known !== rows)
      throw new Invalid(
        `The file is not whole: its header says ${rows} rows of ${table}, it holds ${added + known}. ${NOTHING}`,
      );
  }
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
