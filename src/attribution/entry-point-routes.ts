import { z } from "zod";
import * as api from "../contract/api-attribution.ts";
import { decodeCursor, defineRoute, pageSchema, PageQuery, type Role, type Route } from "../contract/index.ts";
import type { EntryPoints } from "./entry-points.ts";

const READERS: readonly Role[] = ["owner", "admin", "marketer", "agent"];
const WRITERS: readonly Role[] = ["owner", "admin", "marketer"];

export function entryPointRoutes(entryPoints: EntryPoints): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/entry-points",
      summary: "Make an entry point: a door with a code of its own",
      roles: WRITERS,
      body: api.NewEntryPoint,
      response: api.EntryPoint,
      status: 201,
      handle: ({ body }) => entryPoints.create(body),
    }),
    defineRoute({
      method: "get",
      path: "/entry-points",
      summary: "List entry points, the newest first",
      roles: READERS,
      query: api.EntryPointQuery,
      response: pageSchema(api.EntryPoint),
      handle: ({ query: { cursor, ...query } }) =>
        entryPoints.list({ ...query, after: decodeCursor(cursor, z.uuid()) }),
    }),
    defineRoute({
      method: "get",
      path: "/entry-points/{id}",
      summary: "Show an entry point, its printable addresses and where it leads now",
      roles: READERS,
      params: api.IdParams,
      response: api.EntryPointDetail,
      handle: ({ params: { id } }) => entryPoints.get(id),
    }),
    defineRoute({
      method: "patch",
      path: "/entry-points/{id}",
      summary: "Change what a printed code stands for, or where it leads",
      roles: WRITERS,
      params: api.IdParams,
      body: api.EntryPointPatch,
      response: api.EntryPoint,
      handle: ({ params: { id }, body }) => entryPoints.change(id, body),
    }),
    ...lifecycleRoutes(entryPoints),
    ...costRoutes(entryPoints),
  ];
}

function lifecycleRoutes(entryPoints: EntryPoints): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/entry-points/{id}/archive",
      summary: "Archive an entry point: its code shows a friendly page and is never given out again",
      roles: WRITERS,
      params: api.IdParams,
      response: api.EntryPoint,
      handle: ({ params: { id } }) => entryPoints.archive(id),
    }),
    defineRoute({
      method: "post",
      path: "/entry-points/{id}/restore",
      summary: "Open an archived entry point again",
      roles: WRITERS,
      params: api.IdParams,
      response: api.EntryPoint,
      handle: ({ params: { id } }) => entryPoints.restore(id),
    }),
  ];
}

function costRoutes(entryPoints: EntryPoints): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/entry-points/{id}/costs",
      summary: "Record what an entry point cost; a negative amount corrects an earlier one",
      roles: WRITERS,
      params: api.IdParams,
      body: api.NewCost,
      response: api.Cost,
      status: 201,
      handle: ({ params: { id }, body }) => entryPoints.addCost(id, body),
    }),
    defineRoute({
      method: "get",
      path: "/entry-points/{id}/costs",
      summary: "List what an entry point cost, the newest first",
      roles: READERS,
      params: api.IdParams,
      query: PageQuery,
      response: pageSchema(api.Cost),
      handle: ({ params: { id }, query: { cursor, limit } }) =>
        entryPoints.costs(id, { limit, after: decodeCursor(cursor, z.uuid()) }),
    }),
  ];
}
