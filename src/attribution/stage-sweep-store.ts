import type { Queryable } from "../store/index.ts";

// The page is cut by id before anything is counted. What people did: wrote, came through a door, bought; and a move by us.
const SILENT = `
  WITH page AS (
    SELECT id, stage_at, created_at FROM contact
    WHERE stage NOT IN ('visitor', 'lapsed') AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $3
  ), seen AS (
    SELECT p.id, greatest(
      p.stage_at, p.created_at,
      (SELECT max(m.sent_at) FROM conversation c
       CROSS JOIN LATERAL (
         SELECT sent_at FROM message WHERE conversation_id = c.id AND direction = 'in' ORDER BY seq DESC LIMIT 1
       ) m WHERE c.contact_id = p.id),
      (SELECT max(t.at) FROM touch t WHERE t.contact_id = p.id),
      (SELECT max(v.at) FROM conversion v WHERE v.contact_id = p.id AND v.refund_of IS NULL)) AS last_at
    FROM page p WHERE p.stage_at <= $2
  )
  SELECT (SELECT max(id::text) FROM page) AS "lastId", (SELECT count(*)::int FROM page) AS n,
         coalesce((SELECT jsonb_agg(jsonb_build_object('contactId', id, 'lastAt', last_at)) FROM seen WHERE last_at <= $2), '[]') AS people`;

interface Row {
  lastId: string | null;
  n: number;
  people: { contactId: string; lastAt: string }[];
}

/** Of the next people by id, those who have not been heard of since the cutoff; `next` is where to go on, or null. */
export async function findSilent(
  db: Queryable,
  { after, cutoff, take }: { after: string | null; cutoff: Date; take: number },
): Promise<{ people: { contactId: string; lastAt: Date }[]; next: string | null }> {
  const [row] = await db.query<Row>(SILENT, [after, cutoff, take]);
  const people = (row?.people ?? []).map((person) => ({ ...person, lastAt: new Date(person.lastAt) }));
  return { people, next: row && row.n === take ? row.lastId : null };
}
