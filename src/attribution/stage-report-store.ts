import { StageName } from "../contract/api-attribution.ts";
import type { StageReport } from "../contract/api-stages.ts";
import type { Queryable } from "../store/index.ts";

// A stay begins with a move (the first one with the contact) and ends with the next. Median and tenth are of stays that
// ended, which says nothing of those that never do: hence the ones that still last, beside them.
const STAYS = `
  WITH move AS (
    SELECT id, contact_id, to_stage AS stage, at FROM stage_change
    UNION ALL
    SELECT NULL, c.id, 'visitor', c.created_at FROM contact c
    WHERE EXISTS (SELECT FROM identity i WHERE i.contact_id = c.id)
  ), stay AS (
    SELECT stage, at, lead(at) OVER w AS until, lead(stage) OVER w AS next
    FROM move WINDOW w AS (PARTITION BY contact_id ORDER BY at, id NULLS FIRST)
  ), counted AS (
    SELECT stage, until, next, extract(epoch FROM coalesce(until, $3) - at) / 86400 AS days
    FROM stay WHERE ($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at < $2)
  )
  SELECT stage, count(*)::int AS entered,
         count(*) FILTER (WHERE until IS NOT NULL AND next <> 'lapsed')::int AS "movedOn",
         count(*) FILTER (WHERE next = 'lapsed')::int AS lapsed,
         count(*) FILTER (WHERE until IS NULL)::int AS still,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE until IS NOT NULL) AS "medianDays",
         percentile_cont(0.9) WITHIN GROUP (ORDER BY days) FILTER (WHERE until IS NOT NULL) AS "slowestTenthDays",
         percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE until IS NULL) AS "stillMedianDays"
  FROM counted GROUP BY stage`;

type Line = StageReport["stages"][number];

/** How long people stay in which stage, in the order of the stages. */
export async function timeInStage(
  db: Queryable,
  { from, to, now }: { from: Date | null; to: Date | null; now: Date },
): Promise<StageReport> {
  const rows = await db.query<Line>(STAYS, [from, to, now]);
  const nobody = {
    entered: 0,
    movedOn: 0,
    lapsed: 0,
    still: 0,
    medianDays: null,
    slowestTenthDays: null,
    stillMedianDays: null,
  };
  return {
    stages: StageName.options.map((stage) => rows.find((row) => row.stage === stage) ?? { stage, ...nobody }),
  };
}
