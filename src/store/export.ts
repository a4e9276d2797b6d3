import type pg from "pg";
import type { Database } from "./database.ts";
import { DUMP_TABLES, PLAIN_SESSION, readColumns, type DumpTable } from "./dump-tables.ts";

export const DUMP_FORMAT = "tributary-export";
export const DUMP_VERSION = 1;

export interface ExportOptions {
  at: Date;
  /** Called with each line; the next rows are fetched when it resolves. */
  write(line: string): Promise<void>;
  /** Opens a channel's sealed settings; without it they stay behind. */
  openSettings?: (sealed: Uint8Array, channelId: string) => string;
  onTable?: (table: string, rows: number) => void;
}

const BATCH = 500;

/**
 * Writes the organisation's data as JSON lines: a header, then `{ table, row }`. All rows are of one moment, whatever the hubs
 * do meanwhile, and a few hundred are in memory at a time.
 */
export async function exportData(db: Database, options: ExportOptions): Promise<void> {
  const client = await db.connect();
  try {
    await client.query(PLAIN_SESSION);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const columns = await readColumns(client);
    const rows = await countRows(client);
    const header = { format: DUMP_FORMAT, version: DUMP_VERSION, at: options.at.toISOString(), rows };
    await options.write(JSON.stringify(header));
    for (const table of DUMP_TABLES) {
      await exportTable(client, table, columns.get(table.name) ?? [], options);
      options.onTable?.(table.name, rows[table.name] ?? 0);
    }
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
}

/** How many rows each table has in this snapshot, so that a file that was cut off can be told. */
async function countRows(client: pg.Client): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of DUMP_TABLES) {
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM "${name}"`);
    counts[name] = Number(rows[0]!.n);
  }
  return counts;
}

async function exportTable(
  client: pg.Client,
  table: DumpTable,
  columns: string[],
  options: ExportOptions,
): Promise<void> {
  const { name, key, without = [], batch = BATCH } = table;
  const opens = name === "channel" ? options.openSettings : undefined;
  const wanted = columns.filter((column) => !without.includes(column) || (opens && column === "settings"));
  const order = key.map(quoted).join(", ");
  await client.query(
    `DECLARE dump NO SCROLL CURSOR FOR
     SELECT row_to_json(r)::text AS row FROM (SELECT ${wanted.map(quoted).join(", ")} FROM ${quoted(name)} ORDER BY ${order}) r`,
  );
  for (let full = true; full;) {
    const { rows } = await client.query<{ row: string }>(`FETCH ${batch} FROM dump`);
    for (const { row } of rows)
      await options.write(`{"table":"${name}","row":${opens ? withSettings(row, opens) : row}}`);
    full = rows.length === batch;
  }
  await client.query("CLOSE dump");
}

/** PostgreSQL prints bytes as \x and hexadecimal digits. */
function withSettings(text: string, open: NonNullable<ExportOptions["openSettings"]>): string {
  const row = JSON.parse(text) as { id: string; settings: string };
  const settings: unknown = JSON.parse(open(Buffer.from(row.settings.slice(2), "hex"), row.id));
  return JSON.stringify({ ...row, settings });
}

function quoted(identifier: string): string {
  return `"${identifier}"`;
}
