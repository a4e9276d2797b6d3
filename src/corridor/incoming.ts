import type { HubEvent } from "../contract/index.ts";

/** An event that a channel reported, on its way into the ledger. */
export interface Incoming {
  channelId: string;
  arrivalId: string;
  event: HubEvent;
  /** What its place is called by the end of the batch; without it, as the event says. */
  place?: string;
  /** The same of the account that it is about. */
  personId?: string;
}
