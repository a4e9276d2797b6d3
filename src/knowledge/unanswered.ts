import type { ClusterList } from "../contract/api-learning.ts";
import { NotFound, type Clock } from "../contract/index.ts";
import { spokenLanguage } from "../lib/language.ts";
import type { Database, Queryable } from "../store/index.ts";
import { clustersOf, describeCluster, questionKey, type Cluster, type Unanswered } from "./clusters.ts";
import type { Library } from "./library.ts";
import type { Hand } from "./versions-store.ts";
import type { z } from "zod";

/** Questions that nobody's article answered, put together into what could be written. */
export interface UnansweredDesk {
  list(limit: number): Promise<z.infer<typeof ClusterList>>;
  /** These questions need no article. @throws NotFound */
  dismiss(id: string, hand: Hand): Promise<void>;
}

/** The latest ones only: what was asked long ago and never again needs no article. */
const MOST_QUESTIONS = 1_000;
const MOST_TURNS = 20_000;
/** Asked of the library between two breaths; each takes a fraction of a millisecond. */
const AT_ONCE = 25;

export function createUnansweredDesk(parts: {
  db: Database;
  clock: Clock;
  library(): Promise<Library>;
}): UnansweredDesk {
  const { db, clock, library } = parts;

  /** Those that would still not be answered, in groups. */
  async function open(): Promise<{ clusters: Cluster[]; questions: number }> {
    const known = await library();
    const questions: Unanswered[] = [];
    let asked = 0;
    for (const each of await openQuestions(db)) {
      if (++asked % AT_ONCE === 0) await clock.sleep(0);
      const { kind } = known.decide(each.question, spokenLanguage(each.question), () => true);
      if (kind !== "answer") questions.push(each);
    }
    return { clusters: clustersOf(questions), questions: questions.length };
  }

  return {
    async list(limit) {
      const known = await library();
      const { clusters, questions } = await open();
      const items = clusters.slice(0, limit).map((cluster) => {
        const { question } = cluster.questions.at(-1)!;
        const hit = known.decide(question, spokenLanguage(question), () => true).hits[0];
        return describeCluster(cluster, (hit && known.byId.get(hit.id)?.slug) ?? null);
      });
      return { items, questions };
    },
    async dismiss(id, { by, at }) {
      const cluster = (await open()).clusters.find((each) => each.id === id);
      if (!cluster) throw new NotFound("There is no such group of questions now. List them again.");
      const keys = [...new Set(cluster.questions.map(({ question }) => questionKey(question)))];
      await db.query(
        "INSERT INTO dismissed_question (key, by, at) SELECT key, $2, $3 FROM unnest($1::text[]) AS row (key) ON CONFLICT DO NOTHING",
        [keys, by, at],
      );
    },
  };
}

/**
 * What was handed over because no answer was found, and what was offered and wanted by nobody; the latest first, without
 * what was dismissed.
 */
async function openQuestions(db: Queryable): Promise<Unanswered[]> {
  const rows = await db.query<Unanswered>(
    `SELECT question, conversation_id AS "conversationId", at
     FROM (SELECT * FROM answer_log ORDER BY id DESC LIMIT $2) l
     WHERE (outcome = 'handed-over' AND evidence ->> 'decision' = 'unknown') OR (outcome = 'offered' AND (
       SELECT n.type FROM event o JOIN event n ON n.conversation_id = o.conversation_id AND n.seq > o.seq
       WHERE o.id = l.event_id AND (n.type = 'handed-over' OR (n.type = 'answered' AND n.payload -> 'evidence' IS NOT NULL))
       ORDER BY n.seq LIMIT 1) = 'handed-over')
     ORDER BY id DESC LIMIT $1`,
    [MOST_QUESTIONS, MOST_TURNS],
  );
  const dismissed = await db.query<{ key: string }>("SELECT key FROM dismissed_question WHERE key = ANY($1)", [
    rows.map(({ question }) => questionKey(question)),
  ]);
  const keys = new Set(dismissed.map(({ key }) => key));
  return rows.filter(({ question }) => !keys.has(questionKey(question)));
}
