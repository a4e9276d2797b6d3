import * as api from "../contract/api-attribution.ts";
import { defineRoute, type Route } from "../contract/index.ts";
import type { ReportWindow } from "./report-store.ts";

export function reportRoutes(report: (window: ReportWindow) => Promise<api.EntryPointReport>): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/reports/entry-points",
      summary: "What each entry point brought and cost, by first and by last touch",
      roles: ["owner", "admin", "marketer", "viewer"],
      query: api.ReportQuery,
      response: api.EntryPointReport,
      handle: ({ query: { from, to, currency } }) => report({ from: moment(from), to: moment(to), currency }),
    }),
  ];
}

function moment(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
