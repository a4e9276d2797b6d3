import { z } from "zod";
import * as api from "../contract/api-staff.ts";
import { decodeCursor, defineRoute, pageOf, PageQuery, pageSchema, ROLES, type Route } from "../contract/index.ts";
import type { LinkRow } from "./link-store.ts";
import type { Person, PersonRow } from "./people-store.ts";
import { KEEPERS } from "./roles.ts";
import type { Staff } from "./staff.ts";

const Id = z.object({ id: z.uuid() });
const Cursor = z.uuid();
const PeopleQuery = PageQuery.extend({
  ended: z.stringbool().default(false).meta({ description: "Those who left, too; for owners and admins." }),
});

/** People of ours, and who is to become one. */
export function peopleRoutes(staff: Staff): Route[] {
  return [...personRoutes(staff), ...linkRoutes(staff)];
}

function personRoutes({ people }: Staff): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/staff",
      summary: "People of ours. E-mail addresses are shown to owners and admins.",
      roles: ROLES,
      query: PeopleQuery,
      response: pageSchema(api.PersonView),
      async handle({ query, asker }) {
        const seesAll = KEEPERS.includes(asker.role);
        const after = decodeCursor(query.cursor, Cursor);
        const rows = await people.list({ ended: query.ended && seesAll, after, limit: query.limit + 1 });
        const page = pageOf(rows, query.limit, (last) => last.id);
        return { ...page, items: page.items.map((row) => presentRow(row, seesAll)) };
      },
    }),
    defineRoute({
      method: "patch",
      path: "/staff/{id}",
      summary: "Give somebody of ours another role. Their sessions and tokens have it at once.",
      roles: KEEPERS,
      params: Id,
      body: api.RoleChange,
      response: api.PersonView,
      handle: async ({ params, body, asker }) => present(await people.changeRole(params.id, body.role, asker)),
    }),
    defineRoute({
      method: "delete",
      path: "/staff/{id}",
      summary: "End somebody's time with us: their sessions, tokens and passwords are gone at once.",
      roles: KEEPERS,
      params: Id,
      response: api.PersonView,
      handle: async ({ params, asker }) => present(await people.end(params.id, asker)),
    }),
    defineRoute({
      method: "post",
      path: "/staff/{id}/restore",
      summary: "Bring somebody back. They need a link for a new password.",
      roles: KEEPERS,
      params: Id,
      response: api.PersonView,
      handle: async ({ params, asker }) => present(await people.restore(params.id, asker)),
    }),
  ];
}

function linkRoutes({ links }: Staff): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/staff/{id}/reset-link",
      summary: "A one-time link to a new password, to be handed over. It works for four hours.",
      roles: KEEPERS,
      params: Id,
      body: api.NewReset,
      response: api.OneTimeLink,
      status: 201,
      secret: true,
      async handle({ params, body, asker }) {
        const { url, expiresAt } = await links.reset(params.id, body.forgetFactor, asker);
        return { url, expiresAt: expiresAt.toISOString() };
      },
    }),
    defineRoute({
      method: "get",
      path: "/invitations",
      summary: "Invitations that nobody has accepted yet, the newest first.",
      roles: KEEPERS,
      query: PageQuery,
      response: pageSchema(api.InvitationView),
      async handle({ query }) {
        const rows = await links.invitations(decodeCursor(query.cursor, Cursor), query.limit + 1);
        const page = pageOf(rows, query.limit, (last) => last.id);
        return { ...page, items: page.items.map(presentInvitation) };
      },
    }),
    defineRoute({
      method: "post",
      path: "/invitations",
      summary: "Invite somebody: a one-time link, to be handed over. It works for seven days.",
      roles: KEEPERS,
      body: api.NewInvitation,
      response: api.MadeInvitation,
      status: 201,
      secret: true,
      async handle({ body, asker }) {
        const { link, url } = await links.invite(body, asker);
        return { ...presentInvitation(link), url };
      },
    }),
    defineRoute({
      method: "delete",
      path: "/invitations/{id}",
      summary: "Take an invitation back.",
      roles: KEEPERS,
      params: Id,
      response: api.InvitationView,
      handle: async ({ params, asker }) => presentInvitation(await links.revoke(params.id, asker)),
    }),
  ];
}

function presentRow(row: PersonRow, seesAll: boolean): api.PersonView {
  if (seesAll) {
    const { hasPassword, secondFactor, lastSeenAt } = row;
    return { ...present(row), hasPassword, secondFactor, lastSeenAt: lastSeenAt?.toISOString() ?? null };
  }
  return { ...present(row), email: null, endedAt: null };
}

function present({ id, name, role, email, endedAt }: Person): api.PersonView {
  const ended = endedAt?.toISOString() ?? null;
  return { id, name, role, email, hasPassword: null, secondFactor: null, lastSeenAt: null, endedAt: ended };
}

function presentInvitation({ id, email, role, madeBy, createdAt, expiresAt }: LinkRow): api.InvitationView {
  const moments = { createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
  return { id, email, role: role!, madeBy, ...moments };
}
