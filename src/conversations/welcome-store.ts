import type { Queryable } from "../store/index.ts";

const SPOKE = "SELECT 1 FROM message WHERE conversation_id = $1 AND direction = 'out' AND sent_at > $2 LIMIT 1";

/** Did we say anything in the conversation since then? */
export async function spokeSince(db: Queryable, conversationId: string, since: Date): Promise<boolean> {
  return (await db.query(SPOKE, [conversationId, since])).length > 0;
}
