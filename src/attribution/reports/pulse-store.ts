import type { Queryable } from "../../store/index.ts";
import { createValues, peopleWithin, spanOf } from "./facts-store.ts";
import { NOBODY } from "./tally-store.ts";

export interface PulseRow {
  entryPointId: string;
  date: string;
  people: number;
  hits: number;
}

/** New people and hits by entry point and day of the reports' time zone, where there were any. */
export async function readPulse(db: Queryable, from: Date, zone: string): Promise<PulseRow[]> {
  const values = createValues();
  const facts = peopleWithin(await spanOf(db, { from: from.toISOString() }), values);
  return db.query<PulseRow>(
    `SELECT f.entry_point_id AS "entryPointId", (f.at AT TIME ZONE ${values.put(zone)}::text)::date::text AS date,
            sum(f.people)::int AS people, sum(f.hits)::int AS hits
     FROM (${facts}) f WHERE f.entry_point_id <> '${NOBODY}' GROUP BY 1, 2 HAVING sum(f.people) <> 0 OR sum(f.hits) <> 0
     ORDER BY 1, 2`,
    values.values,
  );
}
