import type { HubEvent, Json } from "../../src/contract/index.ts";
import { decodeMessaging, type MessagingFacts } from "../graph/messaging.ts";
import type { Settings } from "./settings.ts";

export const MESSENGER = "Messenger";

export function factsOf({ pageId, appId }: Pick<Settings, "pageId" | "appId">): MessagingFacts {
  return { platform: MESSENGER, object: "page", account: pageId, appId };
}

/** What a delivery to the Page means, item by item. @throws BadPayload */
export function decode(payload: Json, settings: Pick<Settings, "pageId" | "appId">): HubEvent[] {
  return decodeMessaging(payload, factsOf(settings));
}
