import { z } from "zod";
import { decodeCursor, defineRoute, pageOf, PageQuery, pageSchema, ROLES, type Route } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { listStaff } from "./store.ts";
import type { Tokens } from "./tokens.ts";

const Role = z.enum(ROLES as [...typeof ROLES]);
const Id = z.uuid();
const Moment = z.date();
const KEEPERS = ["owner", "admin"] as const;

const Me = z.object({ staffId: Id.nullable(), name: z.string(), role: Role }).meta({ id: "Me" });
const Person = z.object({ id: Id, name: z.string(), role: Role, email: z.string().nullable() }).meta({ id: "Person" });
const tokenFields = {
  id: Id,
  staffId: Id.nullable(),
  name: z.string(),
  role: Role,
  prefix: z.string().meta({ description: "How the token begins.", example: "trib_1a2b3c4d" }),
  createdAt: Moment,
  lastUsedAt: Moment.nullable().meta({ description: "To the minute." }),
  revokedAt: Moment.nullable(),
};
const Token = z.object(tokenFields).meta({ id: "Token" });
const MadeToken = z
  .object({ ...tokenFields, token: z.string().meta({ description: "Shown this once." }) })
  .meta({ id: "MadeToken" });
const NewToken = z
  .object({
    name: z.string().trim().min(1).max(100).meta({ description: "What it is for.", example: "till in the shop" }),
    role: Role,
    staffId: Id.optional().meta({ description: "The person it speaks for; without one it belongs to a machine." }),
  })
  .meta({ id: "NewToken" });

/** People of ours and their tokens. */
export function staffRoutes({ db, tokens }: { db: Database; tokens: Tokens }): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/me",
      summary: "Who am I, and what may I do?",
      roles: ROLES,
      response: Me,
      handle: async ({ asker }) => ({ staffId: asker.staffId, name: asker.name, role: asker.role }),
    }),
    defineRoute({
      method: "get",
      path: "/staff",
      summary: "People of ours. E-mail addresses are shown to owners and admins.",
      roles: ROLES,
      query: PageQuery,
      response: pageSchema(Person),
      async handle({ query, asker }) {
        const rows = await listStaff(db, decodeCursor(query.cursor, Id), query.limit + 1);
        const page = pageOf(rows, query.limit, (last) => last.id);
        const seesEmail = KEEPERS.some((role) => role === asker.role);
        return { ...page, items: page.items.map((row) => ({ ...row, email: seesEmail ? row.email : null })) };
      },
    }),
    defineRoute({
      method: "get",
      path: "/tokens",
      summary: "API tokens, the newest first; never the tokens themselves.",
      roles: KEEPERS,
      query: PageQuery,
      response: pageSchema(Token),
      async handle({ query }) {
        const rows = await tokens.list(decodeCursor(query.cursor, Id), query.limit + 1);
        return pageOf(rows, query.limit, (last) => last.id);
      },
    }),
    defineRoute({
      method: "post",
      path: "/tokens",
      summary: "Make an API token. Its role is at most your own; it is shown once.",
      roles: KEEPERS,
      body: NewToken,
      response: MadeToken,
      status: 201,
      secret: true,
      handle: ({ body, asker }) => tokens.create(body, asker),
    }),
    defineRoute({
      method: "delete",
      path: "/tokens/{id}",
      summary: "Revoke an API token. Every hub refuses it from then on.",
      roles: KEEPERS,
      params: z.object({ id: Id }),
      response: Token,
      handle: ({ params, asker }) => tokens.revoke(params.id, asker),
    }),
  ];
}
