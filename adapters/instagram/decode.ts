import type { HubEvent, Json } from "../../src/contract/index.ts";
import { decodeMessaging, type MessagingFacts } from "../graph/messaging.ts";
import type { Settings } from "./settings.ts";

export const INSTAGRAM = "Instagram";

export function factsOf({ accountId, appId }: Pick<Settings, "accountId" | "appId">): MessagingFacts {
  return { platform: INSTAGRAM, object: "instagram", account: accountId, appId };
}

/** What a delivery to the account means, item by item. @throws BadPayload */
export function decode(payload: Json, settings: Pick<Settings, "accountId" | "appId">): HubEvent[] {
  return decodeMessaging(payload, factsOf(settings));
}
