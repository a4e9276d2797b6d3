import { IdParams } from "../../contract/api-fields.ts";
import * as api from "../../contract/api-privacy.ts";
import { defineRoute, type Role, type Route } from "../../contract/index.ts";
import type { ConsentDesk } from "./consents.ts";
import type { Privacy } from "./privacy.ts";

const WRITERS: readonly Role[] = ["owner", "admin", "agent", "marketer"];
const KEEPERS: readonly Role[] = ["owner", "admin"];

export function privacyRoutes(consents: ConsentDesk, privacy: Privacy): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/contacts/{id}/consents",
      summary: "Tell what a person allowed, for what and on what basis",
      roles: WRITERS,
      params: IdParams,
      response: api.Consents,
      handle: ({ params: { id } }) => consents.list(id),
    }),
    defineRoute({
      method: "post",
      path: "/contacts/{id}/consents",
      summary: "Note that a person allowed something, or took it back; nothing is written over",
      roles: WRITERS,
      params: IdParams,
      body: api.NewConsent,
      response: api.Consents,
      status: 201,
      handle: ({ params: { id }, body, asker }) => consents.record(id, body, asker),
    }),
    defineRoute({
      method: "get",
      path: "/contacts/{id}/export",
      summary: "Everything that is kept of a person, table by table",
      roles: KEEPERS,
      params: IdParams,
      response: api.PersonExport,
      handle: ({ params: { id }, asker }) => privacy.export(id, asker),
    }),
    defineRoute({
      method: "delete",
      path: "/contacts/{id}",
      summary: "Take a person out of every table for good; anonymous counts stay",
      roles: KEEPERS,
      params: IdParams,
      response: api.Erased,
      handle: ({ params: { id }, asker }) => privacy.erase(id, asker),
    }),
    defineRoute({
      method: "get",
      path: "/privacy/settings",
      summary: "Tell for how long touches say who it was",
      roles: [...WRITERS, "viewer"],
      response: api.PrivacySettings,
      handle: () => privacy.settings(),
    }),
    defineRoute({
      method: "put",
      path: "/privacy/settings",
      summary: "Change for how long touches say who it was",
      roles: KEEPERS,
      body: api.PrivacySettings,
      response: api.PrivacySettings,
      handle: ({ body, asker }) => privacy.changeSettings(body, asker),
    }),
  ];
}
