import { z } from "zod";
import { IdParams } from "../contract/api-fields.ts";
import * as api from "../contract/api-notify.ts";
import { decodeCursor, defineRoute, pageOf, PageQuery, pageSchema, type Role, type Route } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import { deliveriesOf } from "./store.ts";
import type { Webhooks } from "./webhooks.ts";

const KEEPERS: readonly Role[] = ["owner", "admin"];
const params = IdParams;
const Done = z.object({});

/** Which programs are told what, and what became of it. They hear what people write: for owners and admins. */
export function notifyRoutes({ db, webhooks }: { db: Database; webhooks: Webhooks }): Route[] {
  return [...settingRoutes(webhooks), ...logRoutes(db, webhooks)];
}

function settingRoutes(webhooks: Webhooks): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/webhooks",
      summary: "Addresses that are told what happens, by Standard Webhooks",
      roles: KEEPERS,
      response: z.object({ items: z.array(api.WebhookView) }),
      handle: async () => ({ items: await webhooks.list() }),
    }),
    defineRoute({
      method: "post",
      path: "/webhooks",
      summary: "Have an address told; its secret is shown once",
      roles: KEEPERS,
      body: api.NewWebhook,
      response: api.MadeWebhook,
      status: 201,
      secret: true,
      handle: ({ body, asker }) => webhooks.create(body, asker),
    }),
    defineRoute({
      method: "patch",
      path: "/webhooks/{id}",
      summary: "Change it, or switch it on or off",
      roles: KEEPERS,
      params,
      body: api.WebhookChange,
      response: api.WebhookView,
      handle: ({ params: { id }, body, asker }) => webhooks.change(id, body, asker),
    }),
    defineRoute({
      method: "delete",
      path: "/webhooks/{id}",
      summary: "Tell it nothing more, and forget what it was told",
      roles: KEEPERS,
      params,
      response: Done,
      handle: ({ params: { id }, asker }) => webhooks.remove(id, asker).then(() => ({})),
    }),
    defineRoute({
      method: "post",
      path: "/webhooks/{id}/secret",
      summary: "A new secret, shown once; the old one is void at once",
      roles: KEEPERS,
      params,
      response: api.WebhookSecret,
      status: 201,
      secret: true,
      handle: ({ params: { id }, asker }) => webhooks.renewSecret(id, asker),
    }),
  ];
}

function logRoutes(db: Database, webhooks: Webhooks): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/webhooks/{id}/ping",
      summary: "Send a message that says nothing, to see whether it arrives",
      roles: KEEPERS,
      params,
      response: Done,
      status: 202,
      handle: ({ params: { id } }) => webhooks.ping(id).then(() => ({})),
    }),
    defineRoute({
      method: "get",
      path: "/webhooks/{id}/deliveries",
      summary: "What it was told in the last 30 days, the newest first, and what it answered",
      roles: KEEPERS,
      params,
      query: PageQuery,
      response: pageSchema(api.WebhookDeliveryView),
      async handle({ params: { id }, query: { cursor, limit } }) {
        const rows = await deliveriesOf(db, id, decodeCursor(cursor, z.uuid()), limit + 1);
        return pageOf(rows, limit, (last) => last.id);
      },
    }),
    defineRoute({
      method: "post",
      path: "/webhooks/{id}/deliveries/{deliveryId}/retry",
      summary: "Tell it once more, under the same webhook-id",
      roles: KEEPERS,
      params: IdParams.extend({ deliveryId: z.uuid() }),
      response: Done,
      handle: ({ params: { id, deliveryId } }) => webhooks.sendAgain(id, deliveryId).then(() => ({})),
    }),
  ];
}
