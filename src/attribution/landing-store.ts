import type { Landing } from "../contract/api-attribution.ts";
import type { Queryable, Transaction } from "../store/index.ts";

/** The responder's name, by which its words are known again in the ledger. */
export const LANDING = "landing";

/** What an entry point has to say to a person who came through it. */
export interface LandingRow {
  id: string;
  code: string;
  keyword: string | null;
  ownerId: string | null;
  landing: Landing;
  /** It runs now. */
  isOn: boolean;
  /** This person has been told already. */
  isSaid: boolean;
  /** The member of staff whom it names is still one of ours and may hold conversations. */
  assigneeId: string | null;
  /** The article that it names can be answered with. */
  hasArticle: boolean;
}

const FIND = `
  SELECT e.id, e.code, e.keyword, e.owner_id AS "ownerId", e.landing,
         e.archived_at IS NULL AND (e.starts_at IS NULL OR e.starts_at <= $3) AND (e.ends_at IS NULL OR e.ends_at > $3) AS "isOn",
         EXISTS (SELECT FROM entry_landing l WHERE l.contact_id = $2 AND l.entry_point_id = e.id) AS "isSaid",
         (SELECT s.id FROM staff s WHERE s.id::text = coalesce(e.landing ->> 'assignTo', e.owner_id::text)
            AND s.ended_at IS NULL AND s.role IN ('owner', 'admin', 'agent')) AS "assigneeId",
         EXISTS (SELECT FROM article a WHERE a.slug = e.landing ->> 'article' AND a.enabled) AS "hasArticle"
  FROM entry_point e WHERE e.id = ANY ($1::uuid[])`;

export function findLandings(
  db: Queryable,
  { entryPointIds, contactId, now }: { entryPointIds: readonly string[]; contactId: string; now: Date },
): Promise<LandingRow[]> {
  return db.query<LandingRow>(FIND, [entryPointIds, contactId, now]);
}

const SAID = `
  INSERT INTO entry_landing (contact_id, entry_point_id, conversation_id, at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) ON CONFLICT DO NOTHING`;

export async function landingSaid(
  tx: Transaction,
  said: readonly { contactId: string; entryPointId: string; conversationId: string; at: Date }[],
): Promise<void> {
  await tx.query(SAID, [
    said.map((each) => each.contactId),
    said.map((each) => each.entryPointId),
    said.map((each) => each.conversationId),
    said.map((each) => each.at),
  ]);
}
