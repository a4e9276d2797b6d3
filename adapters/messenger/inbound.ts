import type { AdapterTools, Webhook } from "../../src/contract/index.ts";
import { createGraphClient, type GraphClient } from "../graph/index.ts";
import {
  createFileDoor,
  createMessagingWebhook,
  createPeople,
  subscribe,
  type createTrail,
} from "../graph/messaging.ts";
import { factsOf, MESSENGER } from "./decode.ts";
import type { Settings } from "./settings.ts";

/** What the hub reads; all of them are ticked when the hub registers itself. */
export const FIELDS = [
  "messages",
  "messaging_postbacks",
  "messaging_referrals",
  "messaging_optins",
  "message_echoes",
  "message_edits",
  "message_reactions",
  "message_deliveries",
  "message_reads",
] as const;

export interface InboundParts {
  client: GraphClient;
  trail: ReturnType<typeof createTrail>;
  tools: AdapterTools;
}

/** Meta calls this channel; it is told so by the app (the address) and by the Page (whose messages). */
export function createInbound(settings: Settings, { client, trail, tools }: InboundParts): Webhook {
  const { appId, appSecret, verifyToken, pageId, baseUrl, version } = settings;
  const app = createGraphClient({
    baseUrl,
    version,
    accessToken: `${appId}|${appSecret}`,
    fetch: tools.fetch,
    clock: tools.clock,
    platform: MESSENGER,
    tokenHint: 'Check the settings "appId" and "appSecret".',
  });
  return createMessagingWebhook({
    proof: { appSecret, verifyToken },
    facts: factsOf(settings),
    people: createPeople({ ...tools, client, fields: "first_name,last_name,locale" }),
    trail,
    files: createFileDoor({ ...tools, appSecret }),
    async register(url, signal) {
      const json = { object: "page", callback_url: url.href, verify_token: verifyToken, fields: FIELDS.join(",") };
      await app.call("POST", `${appId}/subscriptions`, { json }, signal);
      await subscribe(client, pageId, appId, FIELDS, signal);
    },
  });
}
