import { z } from "zod";
import * as api from "../../contract/api-reports.ts";
import {
  decodeCursor,
  defineRoute,
  Download,
  pageSchema,
  type Asker,
  type Role,
  type Route,
} from "../../contract/index.ts";
import type { Reports } from "./reports.ts";

const ROLES: readonly Role[] = ["owner", "admin", "marketer"];
const READERS: readonly Role[] = [...ROLES, "viewer"];
const KEEPERS: readonly Role[] = ["owner", "admin"];
const Behind = z.tuple([z.iso.datetime(), z.uuid()]);

/** Every report takes the same filters and answers with sums that agree with all the others. */
export function reportsRoutes(reports: Reports): Route[] {
  return [...figureRoutes(reports), ...behindRoutes(reports), ...settingRoutes(reports)];
}

/** Who only looks on sees what may be shown to anybody: no group of fewer than five. */
function as<Filter extends { shared: "true" | "false" }>({ role }: Asker, filter: Filter): Filter {
  return role === "viewer" ? { ...filter, shared: "true" } : filter;
}

function figureRoutes(reports: Reports): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/reports/funnel",
      summary: "From the hit to the recommendation, by entry point, campaign, channel, owner, region or medium",
      roles: READERS,
      query: api.FunnelQuery,
      response: api.FunnelReport,
      handle: ({ query: { by, ...filter }, asker }) => reports.funnel(by, as(asker, filter)),
    }),
    defineRoute({
      method: "get",
      path: "/reports/trend",
      summary: "The same figures by day, week or month",
      roles: READERS,
      query: api.TrendQuery,
      response: api.TrendReport,
      handle: ({ query: { unit, timeZone, weekStart, ...filter }, asker }) =>
        reports.trend({ unit, timeZone, weekStart }, as(asker, filter)),
    }),
    defineRoute({
      method: "get",
      path: "/reports/cohorts",
      summary: "Of those who came in a week or month, how many had ordered how soon",
      roles: READERS,
      query: api.CohortQuery,
      response: api.CohortReport,
      handle: ({ query: { unit, timeZone, weekStart, ...filter }, asker }) =>
        reports.cohorts({ unit, timeZone, weekStart }, as(asker, filter)),
    }),
    defineRoute({
      method: "get",
      path: "/reports/delays",
      summary: "How long it takes from the first touch to a conversion",
      roles: READERS,
      query: api.ReportFilter,
      response: api.DelayReport,
      handle: ({ query, asker }) => reports.delays(as(asker, query)),
    }),
    defineRoute({
      method: "get",
      path: "/reports/paths",
      summary: "The most frequent ways to a conversion, as a list and as the flows of a Sankey",
      roles: READERS,
      query: api.PathQuery,
      response: api.PathReport,
      handle: ({ query: { by, limit, ...filter }, asker }) => reports.paths(by, limit, as(asker, filter)),
    }),
  ];
}

function behindRoutes(reports: Reports): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/reports/pulse",
      summary: "The last days of each entry point, to be drawn small",
      roles: ROLES,
      query: api.PulseQuery,
      response: api.PulseReport,
      handle: ({ query: { days } }) => reports.pulse(days),
    }),
    defineRoute({
      method: "get",
      path: "/reports/people",
      summary: "The people behind a figure, the latest first",
      roles: ROLES,
      query: api.PeopleQuery,
      response: pageSchema(api.PersonBehind),
      handle: ({ query: { cursor, ...query } }) => reports.people(query, decodeCursor(cursor, Behind)),
    }),
    defineRoute({
      method: "get",
      path: "/reports/sales",
      summary: "The conversions behind a figure, the latest first",
      roles: ROLES,
      query: api.SalesQuery,
      response: pageSchema(api.SaleBehind),
      handle: ({ query: { cursor, ...query } }) => reports.sales(query, decodeCursor(cursor, Behind)),
    }),
  ];
}

function settingRoutes(reports: Reports): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/reports/export",
      summary: "A report as CSV that a spreadsheet shows and never runs",
      roles: READERS,
      query: api.ExportQuery,
      response: Download,
      download: true,
      handle: ({ query, asker }) => reports.export(as(asker, query)),
    }),
    defineRoute({
      method: "get",
      path: "/reports/settings",
      summary: "Where a day and a week of the reports begin",
      roles: READERS,
      response: api.ReportSettings,
      handle: () => reports.settings(),
    }),
    defineRoute({
      method: "put",
      path: "/reports/settings",
      summary: "Change where a day and a week begin; the counts are made anew",
      roles: KEEPERS,
      body: api.ReportSettings,
      response: api.ReportSettings,
      handle: ({ body }) => reports.change(body),
    }),
  ];
}
