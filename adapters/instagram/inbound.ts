import type { AdapterTools, Webhook } from "../../src/contract/index.ts";
import type { GraphClient } from "../graph/index.ts";
import {
  createMessagingWebhook,
  createPeople,
  subscribe,
  type createFileDoor,
  type createTrail,
} from "../graph/messaging.ts";
import { factsOf } from "./decode.ts";
import type { Settings } from "./settings.ts";

/** What the hub reads of the account itself (Instagram Login). */
const OWN_FIELDS = [
  "messages",
  "messaging_postbacks",
  "messaging_referral",
  "messaging_seen",
  "message_reactions",
] as const;
/** With Facebook Login the page passes its account's messages on as soon as the app is subscribed to anything of it. */
const PAGE_FIELDS = ["messages"] as const;

export function fieldsOf({ login }: Pick<Settings, "login">): readonly string[] {
  return login === "instagram" ? OWN_FIELDS : PAGE_FIELDS;
}

export interface InboundParts {
  client: GraphClient;
  trail: ReturnType<typeof createTrail>;
  files: ReturnType<typeof createFileDoor>;
  tools: AdapterTools;
}

/** Meta calls this channel. The address itself is typed in at the App Dashboard: Meta takes it from no program. */
export function createInbound(settings: Settings, { client, trail, files, tools }: InboundParts): Webhook {
  const { appId, appSecret, verifyToken } = settings;
  return createMessagingWebhook({
    proof: { appSecret, verifyToken },
    facts: factsOf(settings),
    people: createPeople({ ...tools, client, fields: "name,username" }),
    trail,
    files,
    register: (_url, signal) => subscribe(client, "me", appId, fieldsOf(settings), signal),
  });
}
