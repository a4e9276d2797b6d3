import type { FoundView } from "../contract/api-desk.ts";
import type { Database } from "../store/index.ts";
import { conversationsByIds } from "./inbox-store.ts";

interface Hit {
  conversationId: string;
  messageId: string;
  seq: number;
  text: string;
  sentAt: Date;
}

// Ids are ordered by time: the newest messages first. A plan is made for these very words: what is frequent is found by
// going back through the messages, what is rare by the index.
const HITS = `
  SELECT DISTINCT ON (conversation_id) conversation_id AS "conversationId", id AS "messageId", seq, left(text, 4000) AS text, sent_at AS "sentAt"
  FROM (
    SELECT id, conversation_id, seq, text, sent_at FROM message
    WHERE search_words(text) @@ $1::tsquery AND deleted_at IS NULL ORDER BY id DESC LIMIT $2
  ) newest
  ORDER BY conversation_id, id DESC`;

const PEOPLE = `
  WITH found AS (
    SELECT id FROM contact WHERE search_words(coalesce(name, '')) @@ $1::tsquery
    UNION
    SELECT contact_id FROM identity
    WHERE search_words(coalesce(name, '') || ' ' || coalesce(username, '') || ' ' || coalesce(attributes ->> 'email', '')) @@ $1::tsquery
  )
  SELECT c.id FROM conversation c
  WHERE c.last_message_at IS NOT NULL AND (c.contact_id IN (SELECT id FROM found) OR c.id IN (
    SELECT id FROM conversation WHERE title IS NOT NULL AND kind <> 'direct' AND position(lower($3::text) IN lower(title)) > 0))
  ORDER BY c.last_message_at DESC LIMIT $2`;

const MOST_HITS = 100;
const MOST_PEOPLE = 30;
const SNIPPET = 120;

/** Conversations whose people are called so, and those in which it was said; the latest first in each. */
export async function searchConversations(
  db: Database,
  { query, words }: { query: string; words: string },
  viewer: string | null,
): Promise<FoundView[]> {
  const [people, hits] = await db.transaction(async (tx) => {
    await tx.query("SET LOCAL plan_cache_mode = force_custom_plan");
    return [
      await tx.query<{ id: string }>(PEOPLE, [query, MOST_PEOPLE, words]),
      await tx.query<Hit>(HITS, [query, MOST_HITS]),
    ];
  });
  const said = new Map(hits.map((hit) => [hit.conversationId, hit]));
  const latest = [...hits].sort((a, b) => (a.messageId < b.messageId ? 1 : -1)).map((hit) => hit.conversationId);
  const ids = [...new Set([...people.map(({ id }) => id), ...latest])];
  const conversations = await conversationsByIds(db, ids, viewer);
  return conversations.map((conversation) => {
    const hit = said.get(conversation.id);
    if (!hit) return { conversation, hit: null };
    const { messageId, seq, sentAt } = hit;
    return { conversation, hit: { messageId, seq, text: snippet(hit.text, words), sentAt: sentAt.toISOString() } };
  });
}

/** The part of the text around the first of the words. */
function snippet(text: string, words: string): string {
  const lower = text.toLowerCase();
  const places = words
    .toLowerCase()
    .split(/\s+/)
    .map((word) => lower.indexOf(word));
  const at = Math.max(0, (places.find((place) => place >= 0) ?? 0) - SNIPPET / 4);
  const part = Array.from(text.slice(at, at + SNIPPET)).join("");
  return `${at > 0 ? "…" : ""}${part.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "")}${text.length > at + SNIPPET ? "…" : ""}`;
}
