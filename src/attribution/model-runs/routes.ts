import { z } from "zod";
import { IdParams } from "../../contract/api-fields.ts";
import * as api from "../../contract/api-reports.ts";
import { decodeCursor, defineRoute, pageSchema, type Role, type Route } from "../../contract/index.ts";
import type { ModelRuns } from "./model-runs.ts";

const ROLES: readonly Role[] = ["owner", "admin", "marketer"];
const READERS: readonly Role[] = [...ROLES, "viewer"];

export function modelRunRoutes(runs: ModelRuns): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/model-runs",
      summary: "Work out attribution models over the journeys of one kind of conversion, and keep the result",
      roles: ROLES,
      body: api.NewModelRun,
      response: z.array(api.ModelRunHead),
      status: 201,
      handle: ({ body, asker, signal }) => runs.run(body, asker, signal),
    }),
    defineRoute({
      method: "get",
      path: "/model-runs",
      summary: "List model runs, the newest first",
      roles: READERS,
      query: api.ModelRunQuery,
      response: pageSchema(api.ModelRunHead),
      handle: ({ query: { cursor, limit, model, kind } }) =>
        runs.list({ model, kind, limit, after: decodeCursor(cursor, z.uuid()) }),
    }),
    defineRoute({
      method: "get",
      path: "/model-runs/{id}",
      summary: "Show what a model made of which journeys, with intervals",
      roles: READERS,
      params: IdParams,
      response: api.ModelRun,
      handle: ({ params: { id } }) => runs.get(id),
    }),
    defineRoute({
      method: "get",
      path: "/model-runs/{id}/compare",
      summary: "Put the models of a batch side by side",
      roles: READERS,
      params: IdParams,
      response: api.Comparison,
      handle: ({ params: { id } }) => runs.compare(id),
    }),
    defineRoute({
      method: "get",
      path: "/conversion-windows",
      summary: "How long before a conversion a touch may have been, by kind",
      roles: READERS,
      response: z.array(api.KindWindow),
      handle: () => runs.windows(),
    }),
    defineRoute({
      method: "put",
      path: "/conversion-windows",
      summary: "Set the window of a kind; results that are kept stay what they were",
      roles: ROLES,
      body: api.KindWindow,
      response: api.KindWindow,
      handle: ({ body: { kind, windowDays } }) => runs.setWindow(kind, windowDays),
    }),
  ];
}
