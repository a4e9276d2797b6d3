import type { Dimension, ReportFilter } from "../../contract/api-reports.ts";
import type { Queryable } from "../../store/index.ts";
import { createValues, doorFilter, DOORS, KEYS, type Span, type Values } from "./facts-store.ts";
import { NOBODY, STEPS } from "./tally-store.ts";

export interface Drill {
  span: Span;
  filter: Partial<ReportFilter>;
  by?: Dimension | undefined;
  group?: string | undefined;
  after: readonly [string, string] | undefined;
  take: number;
}

export interface PersonRow {
  contactId: string;
  name: string | null;
  stage: string;
  at: string;
  entryPointId: string | null;
  steps: string[];
  conversations: string[];
}

const NONE = "none";

function groupFilter({ by, group }: Drill, { put }: Values): string {
  if (by === undefined || group === undefined) return "true";
  return group === NONE ? `${KEYS[by]} IS NULL` : `${KEYS[by]} = ${put(group)}`;
}

// Times go to the cursor and back as the database writes them: a Date would cut microseconds off.
const iso = (at: string) => `to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The people whom a figure counts, the latest first. */
export function listPeople(db: Queryable, step: "people" | (typeof STEPS)[number], drill: Drill): Promise<PersonRow[]> {
  const values = createValues();
  const { put } = values;
  const wanted = [
    `f.at >= ${put(drill.span.from)}::timestamptz AND f.at < ${put(drill.span.to)}::timestamptz`,
    doorFilter(drill.filter, values),
    groupFilter(drill, values),
    ...(step === "people" ? [] : [`f.${step}`]),
    ...(drill.after
      ? [`(f.at, f.contact_id) < (${put(drill.after[0])}::timestamptz, ${put(drill.after[1])}::uuid)`]
      : []),
  ];
  const steps = STEPS.map((name) => `CASE WHEN p.${name} THEN '${name}' END`).join(", ");
  return db.query<PersonRow>(
    `SELECT p.contact_id AS "contactId", c.name, c.stage, ${iso("p.at")} AS at, nullif(p.entry_point_id, '${NOBODY}') AS "entryPointId",
            array_remove(ARRAY['people', ${steps}], NULL) AS steps,
            ARRAY(SELECT v.id FROM conversation v WHERE v.contact_id = p.contact_id ORDER BY v.id LIMIT 20) AS conversations
     FROM (SELECT f.* FROM contact_tally f ${DOORS} WHERE ${wanted.join(" AND ")} ORDER BY f.at DESC, f.contact_id DESC LIMIT ${put(drill.take)}) p
     JOIN contact c ON c.id = p.contact_id ORDER BY p.at DESC, p.contact_id DESC`,
    values.values,
  );
}

export interface SaleBehindRow {
  conversionId: string;
  contactId: string;
  kind: string;
  turn: "first" | "repeat" | "other";
  offline: boolean;
  amount: string;
  refunded: string;
  currency: string;
  at: string;
  entryPointId: string | null;
}

/** The conversions that a figure counts, the latest first. */
export function listSales(db: Queryable, drill: Drill): Promise<SaleBehindRow[]> {
  const values = createValues();
  const { put } = values;
  const { filter } = drill;
  const model = filter.model ?? "first";
  const wanted = [
    `f.at >= ${put(drill.span.from)}::timestamptz AND f.at < ${put(drill.span.to)}::timestamptz`,
    doorFilter(filter, values),
    groupFilter(drill, values),
    ...(filter.kind === undefined ? [] : [`f.kind = ${put(filter.kind)}`]),
    ...(filter.currency === undefined ? [] : [`f.currency = ${put(filter.currency)}`]),
    ...(drill.after
      ? [`(f.at, f.conversion_id) < (${put(drill.after[0])}::timestamptz, ${put(drill.after[1])}::uuid)`]
      : []),
  ];
  return db.query<SaleBehindRow>(
    `SELECT f.conversion_id AS "conversionId", f.contact_id AS "contactId", f.kind, f.turn, f.offline, f.amount, f.refunded, f.currency,
            ${iso("f.at")} AS at, nullif(f.entry_point_id, '${NOBODY}') AS "entryPointId"
     FROM (SELECT t.*, t.${model}_entry_point_id AS entry_point_id, t.${model}_channel_id AS channel_id FROM conversion_tally t) f ${DOORS}
     WHERE ${wanted.join(" AND ")} ORDER BY f.at DESC, f.conversion_id DESC LIMIT ${put(drill.take)}`,
    values.values,
  );
}
