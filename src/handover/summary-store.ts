import type { HandoverView } from "../contract/api-handover.ts";
import type { Queryable } from "../store/index.ts";

export type Summary = HandoverView["summary"];

const WHO = `
  SELECT p.name AS who, ch.name AS channel, p.stage, c.language,
         (SELECT e.name FROM touch t JOIN entry_point e ON e.id = t.entry_point_id WHERE t.id = p.first_touch_id) AS source
  FROM conversation c JOIN channel ch ON ch.id = c.channel_id LEFT JOIN contact p ON p.id = c.contact_id WHERE c.id = $1`;

const MESSAGES = `
  SELECT m.author, left(m.text, 1000) AS text, m.sent_at AS "sentAt", m.seq FROM message m
  WHERE m.conversation_id = $1 AND m.deleted_at IS NULL AND m.text <> '' AND ($2::int IS NULL OR m.seq <= $2)
  ORDER BY m.seq DESC LIMIT 12`;

const TRIED = `
  SELECT question, evidence -> 'candidates' AS candidates, article_id AS "articleId" FROM answer_log
  WHERE conversation_id = $1 ORDER BY at DESC, id DESC LIMIT 1`;

interface Tried {
  question: string;
  candidates: { title?: string; slug?: string; score?: number }[] | null;
}
interface MessageRow {
  author: string;
  text: string;
  sentAt: Date;
  seq: number;
}

const SHOWN = 8;
const MOST_TRIED = 3;

/**
 * What somebody who takes over must know. Read when it is looked at, never kept: what is deleted or erased is then
 * gone from here as well.
 */
export async function summaryOf(db: Queryable, conversationId: string, upTo: number | null): Promise<Summary> {
  const [who] = await db.query<Omit<Summary, "question" | "tried" | "messages">>(WHO, [conversationId]);
  const messages = (await db.query<MessageRow>(MESSAGES, [conversationId, upTo])).reverse();
  const [tried] = await db.query<Tried>(TRIED, [conversationId]);
  return {
    ...(who ?? { who: null, channel: "", stage: null, language: null, source: null }),
    question: lastWords(messages) || (tried?.question ?? ""),
    tried: (tried?.candidates ?? []).slice(0, MOST_TRIED).map(({ title, slug, score }) => ({
      article: title ?? slug ?? "",
      score: score ?? null,
    })),
    messages: messages
      .slice(-SHOWN)
      .map(({ author, text, sentAt }) => ({ author, text, sentAt: sentAt.toISOString() })),
  };
}

/** What the person said last without an answer in between, the bot's parting words apart. */
function lastWords(messages: readonly MessageRow[]): string {
  const end = messages.findLastIndex(({ author }) => author === "contact");
  const start = messages.findLastIndex(({ author }, at) => at < end && author !== "contact");
  return messages
    .slice(start + 1, end + 1)
    .map(({ text }) => text)
    .join("\n");
}
