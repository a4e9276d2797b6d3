import * as api from "../contract/api-staff.ts";
import { defineRoute, ROLES, type Route } from "../contract/index.ts";
import type { Staff } from "./staff.ts";

/** What everybody may do about themselves. */
export function selfRoutes(staff: Staff): Route[] {
  return [...profileRoutes(staff), ...secondFactorRoutes(staff)];
}

function profileRoutes({ self }: Staff): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/me",
      summary: "Who am I, and what may I do?",
      roles: ROLES,
      response: api.Me,
      handle: ({ asker }) => self.me(asker),
    }),
    defineRoute({
      method: "patch",
      path: "/me",
      summary: "Change my name, or the language and theme of my console.",
      roles: ROLES,
      body: api.MeChange,
      response: api.Me,
      handle: ({ body, asker }) => self.change(asker, body),
    }),
    defineRoute({
      method: "post",
      path: "/me/password",
      summary: "Change my password. All my other sessions end.",
      roles: ROLES,
      body: api.PasswordChange,
      response: api.Done,
      async handle({ body, asker }) {
        await self.changePassword(asker, body.current, body.next);
        return {};
      },
    }),
  ];
}

function secondFactorRoutes({ self, secondFactor }: Staff): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/me/second-factor",
      summary: "A secret for an authenticator app. It counts once its first code is confirmed.",
      roles: ROLES,
      body: api.PasswordProof,
      response: api.SecondFactorStart,
      status: 201,
      secret: true,
      handle: async ({ body, asker }) => secondFactor.start(await self.prove(asker, body.password)),
    }),
    defineRoute({
      method: "post",
      path: "/me/second-factor/confirm",
      summary: "Show the app's code: from now on one is asked for. All my other sessions end.",
      roles: ROLES,
      body: api.CodeProof,
      response: api.RecoveryCodes,
      secret: true,
      handle: async ({ body, asker }) => ({
        codes: await secondFactor.confirm(await self.account(asker), body.code, asker),
      }),
    }),
    defineRoute({
      method: "post",
      path: "/me/second-factor/remove",
      summary: "Sign in by password alone again.",
      roles: ROLES,
      body: api.PasswordProof,
      response: api.Done,
      async handle({ body, asker }) {
        await secondFactor.remove(await self.prove(asker, body.password), asker);
        return {};
      },
    }),
    defineRoute({
      method: "post",
      path: "/me/recovery-codes",
      summary: "New recovery codes; the old ones are void.",
      roles: ROLES,
      body: api.PasswordProof,
      response: api.RecoveryCodes,
      status: 201,
      secret: true,
      handle: async ({ body, asker }) => ({
        codes: await secondFactor.renewCodes(await self.prove(asker, body.password), asker),
      }),
    }),
  ];
}
