import type { Digest } from "../contract/api-voice.ts";
import type { Queryable } from "../store/index.ts";

export type DigestKey = Digest["by"];

/** What a group is, and what it is called. */
const GROUPS: Readonly<Record<DigestKey, { key: string; name: string; join: string }>> = {
  label: { key: "f.label", name: "f.label", join: "" },
  theme: { key: "f.topic", name: "f.topic", join: "" },
  channel: { key: "f.channel_id::text", name: "ch.name", join: "JOIN channel ch ON ch.id = f.channel_id" },
  entryPoint: {
    key: "ep.id::text",
    name: "ep.name",
    join: "JOIN contact p ON p.id = f.contact_id LEFT JOIN touch t ON t.id = p.first_touch_id LEFT JOIN entry_point ep ON ep.id = t.entry_point_id",
  },
};

const WITHIN = "f.state <> 'wrong' AND f.at >= $1 AND f.at < $2";
const LABEL_COUNTS = ["complaint", "suggestion", "praise", "question", "buying", "other"]
  .map((label) => `count(*) FILTER (WHERE f.label = '${label}')::int AS ${label}`)
  .join(", ");

type Group = Omit<Digest["groups"][number], "days" | "examples">;
type Example = Digest["groups"][number]["examples"][number];

/** By day as the organisation counts days. */
const ZONE = "coalesce((SELECT time_zone FROM report_setting WHERE id = 1), 'UTC')";
const EXAMPLES = 3;
const MOST_GROUPS = 200;

export async function readDigest(db: Queryable, by: DigestKey, from: Date, to: Date): Promise<Digest> {
  const { key, name, join } = GROUPS[by];
  const within = [from, to];
  const source = `FROM feedback f ${join} WHERE ${WITHIN}`;
  const [all] = await db.query<{ n: number }>(
    `SELECT count(DISTINCT f.event_id)::int AS n FROM feedback f WHERE ${WITHIN}`,
    within,
  );
  const groups = await db.query<Group>(
    `SELECT ${key} AS key, ${name} AS name, count(*)::int AS total, count(DISTINCT f.contact_id)::int AS people, ${LABEL_COUNTS},
            avg(f.sentiment)::float8 AS sentiment
     ${source} GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT ${MOST_GROUPS}`,
    within,
  );
  const days = await db.query<{ key: string | null; day: string; count: number }>(
    `SELECT ${key} AS key, to_char(f.at AT TIME ZONE ${ZONE}, 'YYYY-MM-DD') AS day, count(*)::int AS count ${source} GROUP BY 1, 2 ORDER BY 2`,
    within,
  );
  const examples = await db.query<Omit<Example, "at"> & { key: string | null; at: Date }>(
    `SELECT * FROM (
       SELECT ${key} AS key, f.id AS "feedbackId", f.conversation_id AS "conversationId", f.seq, f.label, left(m.text, 500) AS text, f.at,
              row_number() OVER (PARTITION BY ${key} ORDER BY (f.label = 'other'), f.confidence DESC, f.at DESC, f.id) AS n
       FROM feedback f ${join} JOIN message m ON m.conversation_id = f.conversation_id AND m.seq = f.seq AND m.deleted_at IS NULL
       WHERE ${WITHIN}
     ) e WHERE n <= ${EXAMPLES} ORDER BY n`,
    within,
  );
  return {
    by,
    messages: all!.n,
    groups: groups.map((group) => ({
      ...group,
      days: days.filter((each) => each.key === group.key).map(({ day, count }) => ({ day, count })),
      examples: examples
        .filter((each) => each.key === group.key)
        .map(({ feedbackId, conversationId, seq, label, text, at }) => ({
          ...{ feedbackId, conversationId, seq, label, text },
          at: at.toISOString(),
        })),
    })),
  };
}
