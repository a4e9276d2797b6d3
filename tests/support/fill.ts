import { randomUUID } from "node:crypto";
import { DUMP_TABLES } from "../../src/store/dump-tables.ts";
import type { Database } from "../../src/store/index.ts";

interface Column {
  name: string;
  type: string;
  nullable: boolean;
}

const NASTY = 'Ana "Ä" \\n\n{}, \u2028 花店 👩‍👩‍👧 \u{10FFFF}';
const SOME_JSON = JSON.stringify([{ text: NASTY, deep: { list: [1, 0.1, null, true] } }]);
const FOREIGN: Record<string, string> = {
  "identity.contact_id": "contact",
  "cost.entry_point_id": "entry_point",
  "article_text.article_id": "article",
  "phrasing.article_id": "article",
  "document_version.document_id": "document",
  "passage.version_id": "document_version",
};

/** Puts rows into every table that a dump holds: odd values in all columns, and NULL where it may stand. */
export async function fillEverything(db: Database, rowsEach = 3): Promise<void> {
  const made = new Map<string, string[]>();
  for (const { name: table } of DUMP_TABLES) {
    const columns = await db.query<Column>(
      `SELECT column_name AS name, data_type AS type, is_nullable = 'YES' AS nullable
       FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1`,
      [table],
    );
    const ids: string[] = [];
    for (let row = 0; row < rowsEach; row++) {
      const id = randomUUID();
      ids.push(id);
      const values = columns.map((column) => valueOf(table, column, row, id, made));
      const names = columns.map(({ name }) => `"${name}"`).join(", ");
      const places = columns.map((_, at) => `$${at + 1}`).join(", ");
      await db.query(`INSERT INTO "${table}" (${names}) VALUES (${places})`, values);
    }
    made.set(table, ids);
  }
}

/** Columns whose values are checked. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "conversation.owner": ["agent", "bot"],
  "media.state": ["refused", "kept"],
  "expert.answers_at": ["console", "place"],
  "handover.state": ["closed", "assigned"],
};

function valueOf(table: string, column: Column, row: number, id: string, made: Map<string, string[]>): unknown {
  const { name, type, nullable } = column;
  const foreign = FOREIGN[`${table}.${name}`];
  if (foreign) return made.get(foreign)![row];
  if (name === "id" && type === "uuid") return id;
  const allowed = ALLOWED[`${table}.${name}`];
  if (allowed) return allowed[row % allowed.length];
  if (table === "team" && name === "is_default") return row === 0;
  if (table === "channel" && name === "settings") return Buffer.from(JSON.stringify({ token: `secret ${row}` }));
  return nullable && row % 2 === 1 ? null : oddValue(type, row, `${name} ${row} ${id}`);
}

function oddValue(type: string, row: number, unique: string): unknown {
  switch (type) {
    case "uuid":
      return randomUUID();
    case "jsonb":
      return SOME_JSON;
    case "bytea":
      return Buffer.from([0, 255, row, 92, 10]);
    case "boolean":
      return row % 2 === 0;
    case "timestamp with time zone":
      return new Date(Date.UTC(2026, 9, 25, 0, 30, row, 123 + row));
    case "double precision":
      return 0.1 + row / 3;
    case "ARRAY":
      return [];
    case "text":
      return `${NASTY} ${unique}`;
    default:
      return row + 1;
  }
}
