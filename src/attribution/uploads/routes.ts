import { z } from "zod";
import { IdParams } from "../../contract/api-fields.ts";
import * as api from "../../contract/api-uploads.ts";
import { decodeCursor, defineRoute, pageSchema, type Role, type Route } from "../../contract/index.ts";
import type { Targets } from "./targets.ts";
import type { Uploads } from "./uploads.ts";

const PLANNERS: readonly Role[] = ["owner", "admin", "marketer"];
const KEEPERS: readonly Role[] = ["owner", "admin"];

export function targetRoutes(targets: Targets): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/upload-targets",
      summary: "List the advertising platforms that are told of conversions",
      roles: PLANNERS,
      response: z.array(api.UploadTarget),
      handle: () => targets.list(),
    }),
    defineRoute({
      method: "post",
      path: "/upload-targets",
      summary: "Set up a platform to be told of conversions; it begins switched off",
      roles: KEEPERS,
      body: api.NewUploadTarget,
      response: api.UploadTarget,
      status: 201,
      handle: ({ body }) => targets.create(body),
    }),
    defineRoute({
      method: "patch",
      path: "/upload-targets/{id}",
      summary: "Change such a platform's settings, or switch it on or off",
      roles: KEEPERS,
      params: IdParams,
      body: api.UploadTargetPatch,
      response: api.UploadTarget,
      handle: ({ params: { id }, body }) => targets.change(id, body),
    }),
  ];
}

export function uploadRoutes(uploads: Uploads): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/uploads",
      summary: "List what was told, withheld or refused, the newest first",
      roles: PLANNERS,
      query: api.UploadQuery,
      response: pageSchema(api.Upload),
      handle: ({ query: { cursor, limit, targetId, state } }) => {
        const after = decodeCursor(cursor, z.uuid());
        return uploads.list({
          limit,
          ...(targetId !== undefined && { targetId }),
          ...(state !== undefined && { state }),
          ...(after !== undefined && { after }),
        });
      },
    }),
    defineRoute({
      method: "post",
      path: "/uploads/{id}/retry",
      summary: "Try one again that was withheld or refused",
      roles: PLANNERS,
      params: IdParams,
      response: api.Upload,
      handle: ({ params: { id } }) => uploads.retry(id),
    }),
    defineRoute({
      method: "get",
      path: "/conversions/{id}/uploads",
      summary: "Show exactly what would leave for this conversion, target by target, and why not",
      roles: PLANNERS,
      params: IdParams,
      response: z.array(api.UploadPreview),
      handle: ({ params: { id } }) => uploads.preview(id),
    }),
  ];
}
