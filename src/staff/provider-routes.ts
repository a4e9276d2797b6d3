import * as api from "../contract/api-staff.ts";
import { defineRoute, type Route } from "../contract/index.ts";
import { KEEPERS } from "./roles.ts";
import type { Staff } from "./staff.ts";

/** The organisation's own sign-in. Who sets it decides who comes in, as whom: the owner alone. */
export function providerRoutes({ provider }: Staff): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/identity-provider",
      summary: "The identity provider (OpenID Connect), without its secret.",
      roles: KEEPERS,
      response: api.ProviderView,
      handle: () => provider.view(),
    }),
    defineRoute({
      method: "put",
      path: "/identity-provider",
      summary: "Let people sign in by an identity provider that speaks OpenID Connect.",
      roles: ["owner"],
      body: api.ProviderSettings,
      response: api.ProviderView,
      handle: ({ body, asker }) => provider.set(body, asker),
    }),
    defineRoute({
      method: "delete",
      path: "/identity-provider",
      summary: "Let nobody sign in by the identity provider any more.",
      roles: ["owner"],
      response: api.Done,
      async handle({ asker }) {
        await provider.remove(asker);
        return {};
      },
    }),
    defineRoute({
      method: "post",
      path: "/identity-provider/check",
      summary: "Does the identity provider answer?",
      roles: ["owner"],
      response: api.ProviderCheck,
      handle: () => provider.check(),
    }),
  ];
}
