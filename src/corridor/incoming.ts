import type { HubEvent } from "../contract/index.ts";

/** An event that a channel reported, on its way into the ledger. */
export interface Incoming {
  channelId: string;
  arrivalId: string;
  event: HubEvent;
}
