import type { Transaction } from "../../store/index.ts";

export interface Word {
  conversationId: string;
  identityId: string;
  at: Date;
}

const HEAR = `
  WITH heard AS (
    INSERT INTO first_word (conversation_id, identity_id, at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
    ON CONFLICT (conversation_id, identity_id) DO NOTHING RETURNING conversation_id, identity_id
  )
  SELECT h.conversation_id AS "conversationId", h.identity_id AS "identityId", i.contact_id AS "contactId"
  FROM heard h JOIN identity i ON i.id = h.identity_id`;

const ANSWER = `
  WITH answered AS (
    UPDATE first_word SET answered_at = t.at
    FROM unnest($1::uuid[], $2::timestamptz[]) AS t (conversation_id, at)
    WHERE first_word.conversation_id = t.conversation_id AND first_word.answered_at IS NULL RETURNING identity_id
  )
  SELECT DISTINCT i.contact_id AS id FROM answered a JOIN identity i ON i.id = a.identity_id`;

/** Notes who wrote for the first time in a conversation; resolves to those that are new. */
export function noteWords(
  tx: Transaction,
  words: readonly Word[],
): Promise<{ conversationId: string; identityId: string; contactId: string }[]> {
  return tx.query(HEAR, [
    words.map((word) => word.conversationId),
    words.map((word) => word.identityId),
    words.map((word) => word.at),
  ]);
}

/** Notes that somebody answered there; resolves to the contacts for whom it is the first answer. */
export async function noteAnswers(tx: Transaction, answers: ReadonlyMap<string, Date>): Promise<string[]> {
  return (await tx.query<{ id: string }>(ANSWER, [[...answers.keys()], [...answers.values()]])).map(({ id }) => id);
}
