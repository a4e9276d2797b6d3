import { ChannelError, type Check, type Json } from "../../src/contract/index.ts";
import type { GraphClient } from "./client.ts";
import { subscribedFields } from "./messaging-subscription.ts";
import { objectsIn, type JsonObject } from "./values.ts";

export interface MessagingCheckParts {
  client: GraphClient;
  node: string;
  appId: string;
  /** The fields that the hub reads. */
  fields: readonly string[];
  /** Where a missing subscription is set right, as a sentence. */
  subscribeHint: string;
  /** Whose account the token opens. */
  account(signal: AbortSignal): Promise<Check[]>;
  /** What stands on the account's messaging profile. */
  profile: { query: Readonly<Record<string, string>>; judge(profile: JsonObject): Check };
}

/** What `doctor` says of a channel. Each finding stands alone: a missing permission hides one of them, not all. */
export async function checkMessaging(parts: MessagingCheckParts, signal: AbortSignal): Promise<Check[]> {
  try {
    return [
      ...(await parts.account(signal)),
      await finding("webhook", () => subscriptionCheck(parts, signal)),
      await finding("entry door", () => profileCheck(parts, signal)),
    ];
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return [{ name: error.fault === "unauthorized" ? "token" : "connection", ok: false, detail: error.message }];
  }
}

async function finding(name: string, find: () => Promise<Check>): Promise<Check> {
  return find().catch((error: unknown) => {
    if (!(error instanceof ChannelError)) throw error;
    return { name, ok: false, detail: error.message };
  });
}

async function subscriptionCheck(
  { client, node, appId, fields, subscribeHint }: MessagingCheckParts,
  signal: AbortSignal,
): Promise<Check> {
  const name = "webhook";
  const given = await subscribedFields(client, node, appId, signal);
  if (!given)
    return {
      name,
      ok: false,
      detail: `The app is not subscribed to this account, so nothing comes in. ${subscribeHint}`,
    };
  const missing = fields.filter((field) => !given.includes(field));
  if (missing.length === 0) return { name, ok: true, detail: "The app is subscribed to all that the hub reads." };
  return { name, ok: false, detail: `The app is not subscribed to ${missing.join(", ")}. ${subscribeHint}` };
}

async function profileCheck({ client, node, profile }: MessagingCheckParts, signal: AbortSignal): Promise<Check> {
  const query = { fields: "get_started,ice_breakers,persistent_menu", ...profile.query };
  const answer = (await client.call("GET", `${node}/messenger_profile`, { query }, signal)) as Json;
  return profile.judge(Object.assign({}, ...objectsIn(answer, "data")) as JsonObject);
}
