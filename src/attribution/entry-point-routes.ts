import { z } from "zod";
import * as api from "../contract/api-attribution.ts";
import {
  decodeCursor,
  defineRoute,
  Download,
  pageSchema,
  PageQuery,
  type Role,
  type Route,
  type Upload,
} from "../contract/index.ts";
import type { Aliases } from "./aliases.ts";
import type { ImportEntryPoints } from "./entry-import.ts";
import type { EntryPoints } from "./entry-points.ts";

const READERS: readonly Role[] = ["owner", "admin", "marketer", "agent", "viewer"];
const WRITERS: readonly Role[] = ["owner", "admin", "marketer"];

const MOST_CSV_BYTES = 5 * 1024 * 1024;

export interface EntryPointDesk {
  entryPoints: EntryPoints;
  aliases: Aliases;
  importEntryPoints: ImportEntryPoints;
  /** @throws NotFound */
  sheet(ids: readonly string[]): Promise<Download>;
}

export function entryPointRoutes({ entryPoints, ...desk }: EntryPointDesk): Route[] {
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
    ...manyRoutes(desk),
    ...aliasRoutes(desk.aliases),
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

function manyRoutes({ importEntryPoints, sheet }: Pick<EntryPointDesk, "importEntryPoints" | "sheet">): Route[] {
  return [
    defineRoute<unknown, z.infer<typeof api.ImportQuery>, Upload, api.EntryImportReport>({
      method: "post",
      path: "/entry-points/import",
      summary: "Make many entry points from a CSV file in UTF-8: all or none, unless `partial`",
      roles: WRITERS,
      query: api.ImportQuery,
      upload: { maxBytes: MOST_CSV_BYTES },
      response: api.EntryImportReport,
      handle: ({ query: { dryRun, partial }, body }) =>
        importEntryPoints(body.bytes, { dryRun: dryRun === "true", partial: partial === "true" }),
    }),
    defineRoute({
      method: "get",
      path: "/entry-points/sheet",
      summary: "Draw entry points as a page to print: QR code, name, short link and keyword",
      roles: READERS,
      query: api.SheetQuery,
      response: Download,
      download: true,
      handle: ({ query: { ids } }) => sheet(ids),
    }),
  ];
}

function aliasRoutes(aliases: Aliases): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/entry-points/{id}/aliases",
      summary: "List the platforms' own names for an entry point",
      roles: READERS,
      params: api.IdParams,
      response: api.AliasList,
      handle: async ({ params: { id } }) => ({ items: await aliases.list(id) }),
    }),
    defineRoute({
      method: "post",
      path: "/entry-points/{id}/aliases",
      summary: "Name an entry point as a platform does: an ad's id, an invite's code, a number that is called",
      roles: WRITERS,
      params: api.IdParams,
      body: api.NewAlias,
      response: api.AliasView,
      status: 201,
      handle: ({ params: { id }, body }) => aliases.add(id, body),
    }),
    defineRoute({
      method: "delete",
      path: "/entry-points/{id}/aliases/{channelId}/{alias}",
      summary: "Take a platform's name from an entry point; what came through it stays recorded",
      roles: WRITERS,
      params: api.AliasParams,
      response: api.AliasView,
      handle: ({ params: { id, channelId, alias } }) => aliases.remove(id, { channelId, alias }),
    }),
  ];
}
