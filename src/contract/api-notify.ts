import { z } from "zod";
import { targetUrl } from "./api-fields.ts";
import { cleanText } from "./json.ts";

// Webhooks out: other programs are told what happens, by Standard Webhooks (https://www.standardwebhooks.com).

export const WEBHOOK_EVENTS = [
  "message.received",
  "conversation.handed-over",
  "conversation.resolved",
  "conversion.recorded",
  "case.opened",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

const id = z.uuid();
const moment = z.iso.datetime();
const name = z.string().trim().min(1).max(100).transform(cleanText);
const events = z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length);

export const NewWebhook = z
  .object({ name, url: targetUrl, events })
  .meta({ id: "NewWebhook", description: "https, unless the hub may call private addresses." });
export type NewWebhook = z.infer<typeof NewWebhook>;
export const WebhookChange = z
  .object({
    name: name.optional(),
    url: targetUrl.optional(),
    events: events.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: "WebhookChange" });
export type WebhookChange = z.infer<typeof WebhookChange>;

const fields = {
  id,
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  failingSince: moment.nullable().meta({ description: "Every attempt has failed since." }),
  stoppedReason: z.string().nullable().meta({ description: "Why the hub switched it off by itself." }),
  createdAt: moment,
};
export const WebhookView = z.object(fields).meta({ id: "Webhook" });
export type WebhookView = z.infer<typeof WebhookView>;
export const MadeWebhook = z
  .object({
    ...fields,
    secret: z.string().meta({ description: "whsec_..., to check signatures with. Shown this once." }),
  })
  .meta({ id: "MadeWebhook" });
export type MadeWebhook = z.infer<typeof MadeWebhook>;
export const WebhookSecret = z.object({ secret: z.string() }).meta({ id: "WebhookSecret" });

export const WebhookDeliveryView = z
  .object({
    id: id.meta({ description: "The webhook-id that it goes out with." }),
    event: z.string(),
    state: z.enum(["waiting", "sent", "failed"]),
    attempts: z.int(),
    status: z.int().nullable().meta({ description: "What the address answered last." }),
    reason: z.string().nullable(),
    dueAt: moment,
    createdAt: moment,
    doneAt: moment.nullable(),
  })
  .meta({ id: "WebhookDelivery" });
export type WebhookDeliveryView = z.infer<typeof WebhookDeliveryView>;
