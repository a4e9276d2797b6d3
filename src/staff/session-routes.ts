import { z } from "zod";
import * as api from "../contract/api-staff.ts";
import { defineRoute, ROLES, type Asker, type Route } from "../contract/index.ts";
import { KEEPERS } from "./roles.ts";
import type { SessionRow } from "./session-store.ts";
import type { Staff } from "./staff.ts";
import { hasOwner } from "./store.ts";

const Id = z.object({ id: z.uuid() });
const Sessions = z.object({ items: z.array(api.SessionView) });
const Ended = z.object({ ended: z.number().int() });

/** Signing in and out, and what is open where. */
export function sessionRoutes(staff: Staff): Route[] {
  return [...signInRoutes(staff), ...ownRoutes(staff), ...theirRoutes(staff)];
}

function signInRoutes({ db, signIn, self, sessions, provider }: Staff): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/session",
      summary: "How can one sign in here?",
      roles: [],
      open: true,
      response: api.SignInWays,
      handle: async () => ({ claimed: await hasOwner(db), provider: await provider.offered() }),
    }),
    defineRoute({
      method: "post",
      path: "/session",
      summary: "Sign in. The browser keeps the session in a cookie.",
      roles: [],
      open: true,
      body: api.NewSession,
      response: api.SignedIn,
      async handle({ body, caller }) {
        const done = await signIn.withPassword(body, caller);
        return done ? { me: await self.me(done) } : { needsCode: true as const };
      },
    }),
    defineRoute({
      method: "delete",
      path: "/session",
      summary: "Sign out: the session that asks ends.",
      roles: ROLES,
      response: api.Done,
      async handle({ asker, caller }) {
        if (asker.staffId !== null && asker.sessionId !== undefined)
          await sessions.end(asker.staffId, asker.sessionId, asker);
        caller.forget();
        return {};
      },
    }),
  ];
}

function ownRoutes({ sessions }: Staff): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/me/sessions",
      summary: "Where am I signed in?",
      roles: ROLES,
      response: Sessions,
      handle: async ({ asker }) => (asker.staffId === null ? { items: [] } : listed(sessions, asker.staffId, asker)),
    }),
    defineRoute({
      method: "delete",
      path: "/me/sessions",
      summary: "End all my sessions but the one that asks.",
      roles: ROLES,
      response: Ended,
      handle: async ({ asker }) => ({
        ended: asker.staffId === null ? 0 : await sessions.endAll(asker.staffId, asker, asker.sessionId),
      }),
    }),
    defineRoute({
      method: "delete",
      path: "/me/sessions/{id}",
      summary: "End one of my sessions.",
      roles: ROLES,
      params: Id,
      response: api.Done,
      async handle({ params, asker }) {
        await sessions.end(asker.staffId ?? params.id, params.id, asker); // a machine's token has none: not found
        return {};
      },
    }),
  ];
}

function theirRoutes({ sessions, people }: Staff): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/staff/{id}/sessions",
      summary: "Where somebody of ours is signed in.",
      roles: KEEPERS,
      params: Id,
      response: Sessions,
      async handle({ params, asker }) {
        await people.refuseAbove(params.id, asker);
        return listed(sessions, params.id, asker);
      },
    }),
    defineRoute({
      method: "delete",
      path: "/staff/{id}/sessions",
      summary: "Sign somebody of ours out everywhere.",
      roles: KEEPERS,
      params: Id,
      response: Ended,
      async handle({ params, asker }) {
        await people.refuseAbove(params.id, asker);
        return { ended: await sessions.endAll(params.id, asker) };
      },
    }),
    defineRoute({
      method: "delete",
      path: "/staff/{id}/sessions/{sessionId}",
      summary: "End one session of somebody of ours.",
      roles: KEEPERS,
      params: Id.extend({ sessionId: z.uuid() }),
      response: api.Done,
      async handle({ params, asker }) {
        await people.refuseAbove(params.id, asker);
        await sessions.end(params.id, params.sessionId, asker);
        return {};
      },
    }),
  ];
}

async function listed(sessions: Staff["sessions"], staffId: string, asker: Asker) {
  return { items: (await sessions.list(staffId)).map((row) => present(row, asker)) };
}

function present(row: SessionRow, { sessionId }: Asker): api.SessionView {
  const { id, method, address, agent, createdAt, lastUsedAt, expiresAt } = row;
  return {
    ...{ id, method, address, agent, current: id === sessionId },
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
