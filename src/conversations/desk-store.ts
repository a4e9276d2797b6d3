import type {
  CannedReplyBody,
  CannedReplyView,
  CannedValues,
  LabelBody,
  LabelView,
  NoteView,
  PresenceView,
  SavedViewBody,
  SavedViewView,
} from "../contract/api-desk.ts";
import { newId } from "../lib/ids.ts";
import type { Queryable } from "../store/index.ts";

// ── Labels ──

const LABELS = `
  SELECT l.id, l.name, l.name_zh AS "nameZh", l.colour,
         (SELECT count(*)::int FROM conversation_label cl JOIN conversation c ON c.id = cl.conversation_id
          WHERE cl.label_id = l.id AND c.status = 'open') AS conversations
  FROM label l`;

export const listLabels = (db: Queryable) => db.query<LabelView>(`${LABELS} ORDER BY l.name`);

export async function findLabel(db: Queryable, id: string): Promise<LabelView | undefined> {
  return (await db.query<LabelView>(`${LABELS} WHERE l.id = $1`, [id]))[0];
}

export async function insertLabel(db: Queryable, { name, nameZh, colour }: LabelBody, now: Date): Promise<string> {
  const id = newId();
  const sql = "INSERT INTO label (id, name, name_zh, colour, created_at) VALUES ($1, $2, $3, $4, $5)";
  await db.query(sql, [id, name, nameZh, colour, now]);
  return id;
}

export async function updateLabel(db: Queryable, id: string, { name, nameZh, colour }: LabelBody): Promise<void> {
  await db.query("UPDATE label SET name = $2, name_zh = $3, colour = $4 WHERE id = $1", [id, name, nameZh, colour]);
}

const DELETE_LABEL = `
  WITH gone AS (DELETE FROM conversation_label WHERE label_id = $1) DELETE FROM label WHERE id = $1 RETURNING id`;

export async function deleteLabel(db: Queryable, id: string): Promise<boolean> {
  return (await db.query(DELETE_LABEL, [id])).length > 0;
}

const CHOOSE = `
  WITH gone AS (
    DELETE FROM conversation_label WHERE conversation_id = $1 AND NOT label_id = ANY ($2::uuid[])
  )
  INSERT INTO conversation_label (conversation_id, label_id, staff_id, at)
  SELECT $1, l.id, $3, $4 FROM label l WHERE l.id = ANY ($2::uuid[])
  ON CONFLICT DO NOTHING`;

/** The conversation has these labels and no others; ids that are no label are passed over. */
export async function chooseLabels(
  db: Queryable,
  choice: { conversationId: string; labelIds: readonly string[]; staffId: string | null; now: Date },
): Promise<void> {
  await db.query(CHOOSE, [choice.conversationId, choice.labelIds, choice.staffId, choice.now]);
}

// ── Notes ──

const NOTES = `
  SELECT n.id, n.conversation_id AS "conversationId", n.staff_id AS "staffId", s.name, n.text, n.after_seq AS "afterSeq", n.at,
         coalesce((SELECT jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name) ORDER BY m.name)
                   FROM staff m WHERE m.id = ANY (n.mentions)), '[]') AS mentions
  FROM note n LEFT JOIN staff s ON s.id = n.staff_id
  WHERE n.deleted_at IS NULL`;

type NoteRow = Omit<NoteView, "at"> & { at: Date };
const noteView = (row: NoteRow): NoteView => ({ ...row, at: row.at.toISOString() });

export async function notesOf(db: Queryable, conversationId: string): Promise<NoteView[]> {
  const sql = `${NOTES} AND n.conversation_id = $1 ORDER BY n.at, n.id LIMIT 500`;
  return (await db.query<NoteRow>(sql, [conversationId])).map(noteView);
}

export async function findNote(db: Queryable, id: string): Promise<NoteView | undefined> {
  const [row] = await db.query<NoteRow>(`${NOTES} AND n.id = $1`, [id]);
  return row && noteView(row);
}

const INSERT_NOTE = `
  INSERT INTO note (id, conversation_id, staff_id, text, mentions, after_seq, at)
  SELECT $1, c.id, $3, $4, ARRAY(SELECT s.id FROM staff s WHERE s.id = ANY ($5::uuid[]) AND s.ended_at IS NULL), c.in_seq, $6
  FROM conversation c WHERE c.id = $2`;

export async function insertNote(
  db: Queryable,
  note: { conversationId: string; staffId: string | null; text: string; mentions: readonly string[]; at: Date },
): Promise<string> {
  const id = newId();
  await db.query(INSERT_NOTE, [id, note.conversationId, note.staffId, note.text, note.mentions, note.at]);
  return id;
}

export async function deleteNote(db: Queryable, id: string, now: Date): Promise<void> {
  await db.query("UPDATE note SET deleted_at = $2, text = '' WHERE id = $1", [id, now]);
}

// ── Canned replies ──

const CANNED = `SELECT id, shortcut, title, text_en AS "textEn", text_zh AS "textZh", updated_at AS "updatedAt" FROM canned_reply`;
type CannedRow = Omit<CannedReplyView, "updatedAt"> & { updatedAt: Date };
const cannedView = (row: CannedRow): CannedReplyView => ({ ...row, updatedAt: row.updatedAt.toISOString() });

export async function listCanned(db: Queryable): Promise<CannedReplyView[]> {
  return (await db.query<CannedRow>(`${CANNED} ORDER BY shortcut LIMIT 1000`)).map(cannedView);
}

export async function findCanned(db: Queryable, id: string): Promise<CannedReplyView | undefined> {
  const [row] = await db.query<CannedRow>(`${CANNED} WHERE id = $1`, [id]);
  return row && cannedView(row);
}

const PUT_CANNED = `
  INSERT INTO canned_reply (id, shortcut, title, text_en, text_zh, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (id) DO UPDATE SET shortcut = $2, title = $3, text_en = $4, text_zh = $5, updated_at = $6`;

export async function putCanned(db: Queryable, id: string, body: CannedReplyBody, now: Date): Promise<void> {
  const { shortcut, title, textEn, textZh } = body;
  await db.query(PUT_CANNED, [id, shortcut, title, textEn, textZh, now]);
}

export async function deleteCanned(db: Queryable, id: string): Promise<boolean> {
  return (await db.query("DELETE FROM canned_reply WHERE id = $1 RETURNING id", [id])).length > 0;
}

const VALUES = `
  SELECT coalesce(p.name, '') AS name, ch.name AS channel, coalesce((SELECT o.name FROM organisation o), '') AS organisation,
         coalesce((SELECT v.external_id FROM conversion v WHERE v.contact_id = c.contact_id AND v.refund_of IS NULL
                   ORDER BY v.at DESC LIMIT 1), '') AS "order",
         coalesce((SELECT s.name FROM staff s WHERE s.id = $2), '') AS agent
  FROM conversation c JOIN channel ch ON ch.id = c.channel_id LEFT JOIN contact p ON p.id = c.contact_id WHERE c.id = $1`;

export async function valuesFor(
  db: Queryable,
  conversationId: string,
  staffId: string | null,
): Promise<CannedValues | undefined> {
  const [row] = await db.query<Record<string, string>>(VALUES, [conversationId, staffId]);
  return row && Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ""));
}

// ── Saved views ──

const VIEWS = `
  SELECT id, name, is_shared AS "isShared", staff_id IS NOT DISTINCT FROM $1::uuid AS mine, filter
  FROM saved_view WHERE is_shared OR staff_id IS NOT DISTINCT FROM $1::uuid`;

export const listViews = (db: Queryable, staffId: string | null) =>
  db.query<SavedViewView>(`${VIEWS} ORDER BY name, id LIMIT 200`, [staffId]);

export async function findView(db: Queryable, id: string, staffId: string | null): Promise<SavedViewView | undefined> {
  return (await db.query<SavedViewView>(`SELECT * FROM (${VIEWS}) v WHERE v.id = $2`, [staffId, id]))[0];
}

export async function insertView(
  db: Queryable,
  { name, isShared, filter }: SavedViewBody,
  staffId: string | null,
  now: Date,
): Promise<string> {
  const id = newId();
  const sql =
    "INSERT INTO saved_view (id, staff_id, name, is_shared, filter, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
  await db.query(sql, [id, staffId, name, isShared, JSON.stringify(filter), now]);
  return id;
}

export async function deleteView(db: Queryable, id: string): Promise<void> {
  await db.query("DELETE FROM saved_view WHERE id = $1", [id]);
}

// ── Who is there ──

const READ = `
  INSERT INTO conversation_read AS r (staff_id, conversation_id, seq, at)
  SELECT $1, c.id, least($3::int, c.in_seq), $4 FROM conversation c WHERE c.id = $2
  ON CONFLICT (staff_id, conversation_id) DO UPDATE SET seq = greatest(r.seq, excluded.seq), at = excluded.at
  WHERE r.seq < excluded.seq RETURNING seq`;

/** False when they had read so far before. */
export async function markRead(db: Queryable, staffId: string, conversationId: string, seq: number, now: Date) {
  return (await db.query(READ, [staffId, conversationId, seq, now])).length > 0;
}

const THERE = `
  WITH before AS (SELECT doing, until FROM desk_presence WHERE conversation_id = $1 AND staff_id = $2)
  INSERT INTO desk_presence (conversation_id, staff_id, doing, until)
  SELECT c.id, $2, $3, $4 FROM conversation c WHERE c.id = $1
  ON CONFLICT (conversation_id, staff_id) DO UPDATE SET doing = $3, until = $4
  RETURNING (SELECT doing FROM before WHERE until > $5) IS DISTINCT FROM $3 AS changed`;

/** True where it is news to the others. */
export async function putPresence(
  db: Queryable,
  there: { conversationId: string; staffId: string; doing: string; until: Date; now: Date },
): Promise<boolean> {
  const { conversationId, staffId, doing, until, now } = there;
  const [row] = await db.query<{ changed: boolean }>(THERE, [conversationId, staffId, doing, until, now]);
  return row?.changed ?? false;
}

const GONE = "DELETE FROM desk_presence WHERE conversation_id = $1 AND staff_id = $2 RETURNING staff_id";

export async function removePresence(db: Queryable, conversationId: string, staffId: string): Promise<boolean> {
  return (await db.query(GONE, [conversationId, staffId])).length > 0;
}

const WHO = `
  SELECT d.staff_id AS "staffId", s.name, d.doing FROM desk_presence d JOIN staff s ON s.id = d.staff_id
  WHERE d.conversation_id = $1 AND d.until > $2 AND d.staff_id IS DISTINCT FROM $3::uuid AND s.ended_at IS NULL ORDER BY s.name`;

/** The others who are there now. */
export async function whoIsThere(db: Queryable, conversationId: string, now: Date, viewer: string | null) {
  return db.query<PresenceView["items"][number]>(WHO, [conversationId, now, viewer]);
}

export async function forgetPresence(db: Queryable, before: Date): Promise<void> {
  await db.query("DELETE FROM desk_presence WHERE until < $1", [before]);
}
