import { z } from "zod";
import * as api from "../contract/api-staff.ts";
import { decodeCursor, defineRoute, pageOf, PageQuery, pageSchema, type Route } from "../contract/index.ts";
import { KEEPERS } from "./roles.ts";
import type { Staff } from "./staff.ts";
import type { TokenRow } from "./store.ts";

/** Tokens for programs. */
export function tokenRoutes({ tokens }: Staff): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/tokens",
      summary: "API tokens, the newest first; never the tokens themselves.",
      roles: KEEPERS,
      query: PageQuery,
      response: pageSchema(api.TokenView),
      async handle({ query }) {
        const rows = await tokens.list(decodeCursor(query.cursor, z.uuid()), query.limit + 1);
        const page = pageOf(rows, query.limit, (last) => last.id);
        return { ...page, items: page.items.map(present) };
      },
    }),
    defineRoute({
      method: "post",
      path: "/tokens",
      summary: "Make an API token. Its role is at most your own; it is shown once.",
      roles: KEEPERS,
      body: api.NewTokenBody,
      response: api.MadeTokenView,
      status: 201,
      secret: true,
      async handle({ body, asker }) {
        const made = await tokens.create(body, asker);
        return { ...present(made), token: made.token };
      },
    }),
    defineRoute({
      method: "delete",
      path: "/tokens/{id}",
      summary: "Revoke an API token. Every hub refuses it from then on.",
      roles: KEEPERS,
      params: z.object({ id: z.uuid() }),
      response: api.TokenView,
      handle: async ({ params, asker }) => present(await tokens.revoke(params.id, asker)),
    }),
  ];
}

function present({ id, staffId, name, role, prefix, createdAt, lastUsedAt, revokedAt }: TokenRow): api.TokenView {
  return {
    ...{ id, staffId, name, role, prefix, createdAt: createdAt.toISOString() },
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
