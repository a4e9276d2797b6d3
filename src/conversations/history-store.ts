import type { Part } from "../contract/index.ts";
import type { Database } from "../store/index.ts";

/** A message as the history keeps it for the visitor of a channel whose history is ours. */
export interface VisitorMessage {
  id: string;
  /** Its place in the conversation. */
  seq: number;
  /** The number of the last thing that changed it; its own where nothing did. */
  version: number;
  from: "visitor" | "bot" | "agent";
  parts: Part[];
  replyTo: string | null;
  /** How many reacted with what. */
  reactions: Record<string, number>;
  sentAt: Date;
  editedAt: Date | null;
  deletedAt: Date | null;
}

export interface VisitorPage {
  conversationId: string;
  messages: VisitorMessage[];
  /** Whether there are more behind these. */
  more: boolean;
  /** A message of ours with this number is on its way and not to be seen yet; ask on from before it. */
  held: number | null;
}

/** What a visitor may read. */
export interface VisitorHistory {
  /** Messages that came or changed after the number, in the order of their versions; `undefined` when nobody wrote yet. */
  messagesAfter(at: { channelId: string; place: string }, seq: number, limit: number): Promise<VisitorPage | undefined>;
}

interface Row {
  conversationId: string;
  held: number | null;
  id: string | null;
  seq: number;
  version: number;
  author: "contact" | "bot" | "agent";
  parts: Part[];
  replyTo: string | null;
  reactions: Record<string, string[]>;
  sentAt: Date;
  editedAt: Date | null;
  deletedAt: Date | null;
}

// One statement, hence one moment: a message that is still on its way is either held or shown, never passed over.
// `amended` finds what was changed since, by the ledger's own numbers.
const AFTER = `
  WITH c AS (
    SELECT id FROM conversation WHERE channel_id = $1 AND place = $2
  ), held AS (
    SELECT min(d.seq) AS seq FROM delivery d JOIN c ON c.id = d.conversation_id WHERE d.state IN ('waiting', 'sending')
  ), amended AS (
    SELECT e.conversation_id, e.target, max(e.seq) AS seq FROM event e JOIN c ON c.id = e.conversation_id
    WHERE e.seq > $3 AND e.target IS NOT NULL AND e.type IN ('edited', 'deleted', 'reaction')
    GROUP BY e.conversation_id, e.target
  ), changed AS (
    SELECT m.id, m.seq FROM message m JOIN c ON c.id = m.conversation_id WHERE m.seq > $3
    UNION ALL
    SELECT m.id, a.seq FROM amended a JOIN message m ON m.conversation_id = a.conversation_id AND m.external_id = a.target
  ), versions AS (
    SELECT id, max(seq) AS version FROM changed GROUP BY id
  ), visible AS (
    SELECT coalesce(m.external_id, m.id::text) AS id, m.seq, v.version, m.author, m.parts, m.reply_to, m.reactions,
           m.sent_at, m.edited_at, m.deleted_at
    FROM versions v JOIN message m ON m.id = v.id
    WHERE m.direction = 'in' OR m.delivery_state IN ('sent', 'delivered', 'read', 'maybe-sent')
    ORDER BY v.version, m.seq LIMIT $4
  )
  SELECT c.id AS "conversationId", held.seq AS held, v.id, v.seq, v.version, v.author, v.parts, v.reply_to AS "replyTo",
         v.reactions, v.sent_at AS "sentAt", v.edited_at AS "editedAt", v.deleted_at AS "deletedAt"
  FROM c CROSS JOIN held LEFT JOIN visible v ON true
  ORDER BY v.version, v.seq`;

export function createHistory(db: Database): VisitorHistory {
  return {
    async messagesAfter({ channelId, place }, seq, limit) {
      const rows = await db.query<Row>(AFTER, [channelId, place, seq, limit + 1]);
      const [first] = rows;
      if (!first) return undefined;
      const messages = rows
        .filter((row) => row.id !== null)
        .slice(0, limit)
        .map(visitorMessage);
      return { conversationId: first.conversationId, messages, more: rows.length > limit, held: first.held };
    },
  };
}

function visitorMessage(row: Row): VisitorMessage {
  const { seq, version, author, replyTo, sentAt, editedAt, deletedAt } = row;
  const gone = deletedAt !== null;
  return {
    id: row.id!,
    seq,
    version,
    from: author === "contact" ? "visitor" : author,
    parts: gone ? [] : row.parts,
    replyTo,
    reactions: gone ? {} : Object.fromEntries(Object.entries(row.reactions).map(([emoji, who]) => [emoji, who.length])),
    sentAt,
    editedAt,
    deletedAt,
  };
}
