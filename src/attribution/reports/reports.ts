import type { z } from "zod";
import type * as api from "../../contract/api-reports.ts";
import { Invalid, pageOf, type Clock, type Download, type Page } from "../../contract/index.ts";
import { LOCKS } from "../../lib/locks.ts";
import type { Database, Queryable } from "../../store/index.ts";
import { listPeople, listSales, type Drill } from "./behind-store.ts";
import { rebuildCounts } from "./count-store.ts";
import { cohortsCsv, delaysCsv, funnelCsv, pathsCsv, trendCsv } from "./export.ts";
import { settingsOf, spanOf, writeSettings } from "./facts-store.ts";
import { funnel, trend, type Calendar } from "./funnel.ts";
import { cohorts, delays } from "./over-time.ts";
import { paths } from "./paths.ts";
import { pulse } from "./pulse.ts";

type Filter = api.ReportFilter;
type PeopleQuery = Omit<z.infer<typeof api.PeopleQuery>, "cursor">;
type SalesQuery = Omit<z.infer<typeof api.SalesQuery>, "cursor">;
type Behind = readonly [string, string] | undefined;

/** What the counts tell. Each report is read at one moment, so that its sums agree whatever is written meanwhile. */
export interface Reports {
  funnel(by: api.Dimension, filter: Filter): Promise<api.FunnelReport>;
  trend(calendar: Calendar, filter: Filter): Promise<api.TrendReport>;
  cohorts(calendar: Calendar & { unit: "week" | "month" }, filter: Filter): Promise<api.CohortReport>;
  delays(filter: Filter): Promise<api.DelayReport>;
  paths(by: api.Dimension, limit: number, filter: Filter): Promise<api.PathReport>;
  /** The last days of each entry point. */
  pulse(days: number): Promise<api.PulseReport>;
  people(query: PeopleQuery, after: Behind): Promise<Page<z.infer<typeof api.PersonBehind>>>;
  sales(query: SalesQuery, after: Behind): Promise<Page<z.infer<typeof api.SaleBehind>>>;
  export(query: z.infer<typeof api.ExportQuery>): Promise<Download>;
  settings(): Promise<api.ReportSettings>;
  /** Another time zone has other days: everything is counted anew, at once or not at all. */
  change(settings: api.ReportSettings): Promise<api.ReportSettings>;
}

const MOST_EXPORTED_PATHS = 1_000;

export function createReports({ db, clock }: { db: Database; clock: Clock }): Reports {
  const read = <T>(filter: Pick<Filter, "from" | "to">, work: (tx: Queryable) => Promise<T>): Promise<T> => {
    checkPeriod(filter);
    return db.transaction(async (tx) => {
      await tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      return work(tx);
    });
  };

  const reports: Reports = {
    funnel: (by, filter) => read(filter, (tx) => funnel(tx, by, filter)),
    trend: (calendar, filter) => read(filter, (tx) => trend(tx, calendar, filter)),
    cohorts: (calendar, filter) => read(filter, (tx) => cohorts(tx, calendar, filter, clock.now())),
    delays: (filter) => read(filter, (tx) => delays(tx, filter)),
    paths: (by, limit, filter) => read(filter, (tx) => paths(tx, by, limit, filter)),
    pulse: (days) => read({}, (tx) => pulse(tx, days, clock.now())),
    people: ({ step, limit, by, group, ...filter }, after) =>
      read(filter, async (tx) => {
        const rows = await listPeople(tx, step, await drillOf(tx, { filter, by, group, after, take: limit + 1 }));
        const page = pageOf(rows, limit, (last) => [last.at, last.contactId]);
        return {
          ...page,
          items: page.items.map((row) => ({ ...row, steps: row.steps as z.infer<typeof api.Step>[] })),
        };
      }),
    sales: ({ limit, by, group, ...filter }, after) =>
      read(filter, async (tx) => {
        const rows = await listSales(tx, await drillOf(tx, { filter, by, group, after, take: limit + 1 }));
        const page = pageOf(rows, limit, (last) => [last.at, last.conversionId]);
        return {
          ...page,
          items: page.items.map((row) => ({ ...row, amount: Number(row.amount), refunded: Number(row.refunded) })),
        };
      }),
    async export({ report, by, unit, timeZone, weekStart, ...filter }) {
      const months = { unit: unit === "day" ? ("month" as const) : unit, timeZone, weekStart };
      const text = await {
        funnel: async () => funnelCsv(await reports.funnel(by, filter)),
        trend: async () => trendCsv(await reports.trend({ unit, timeZone, weekStart }, filter)),
        cohorts: async () => cohortsCsv(await reports.cohorts(months, filter)),
        delays: async () => delaysCsv(await reports.delays(filter)),
        paths: async () => pathsCsv(await reports.paths(by, MOST_EXPORTED_PATHS, filter)),
      }[report]();
      return { bytes: Buffer.from(text), name: `${report}.csv`, mimeType: "text/csv; charset=utf-8", inline: false };
    },
    settings: () => settingsOf(db),
    change: (settings) =>
      db.transaction(async (tx) => {
        await tx.query("SELECT pg_advisory_xact_lock($1)", [LOCKS.counts]);
        const before = await settingsOf(tx);
        await writeSettings(tx, settings.timeZone, settings.weekStart);
        if (before.timeZone !== settings.timeZone) await rebuildCounts(tx, LOCKS.counts);
        return settings;
      }),
  };
  return reports;
}

async function drillOf(tx: Queryable, { filter, ...drill }: Omit<Drill, "span">): Promise<Drill> {
  return { ...drill, filter, span: await spanOf(tx, filter) };
}

/** @throws Invalid */
function checkPeriod({ from, to }: Pick<Filter, "from" | "to">): void {
  if (from === undefined || to === undefined || new Date(from) < new Date(to)) return;
  throw new Invalid("The period ends before it begins.", { "query.to": "Not after `from`." });
}
