import type { Route } from "../contract/index.ts";
import type { Observer } from "../corridor/index.ts";
import { notifyRoutes } from "./routes.ts";
import { createSend, type NotifySendParts } from "./send.ts";
import { createTell, createConversionSweep, createTellingObserver, type Tell } from "./tell.ts";
import { createWebhooks, type WebhookParts } from "./webhooks.ts";

const CONVERSIONS_MS = 5_000;

export type NotifyParts = WebhookParts & NotifySendParts;

/** Tells other programs what happens here, by Standard Webhooks. */
export interface Notify {
  observer: Observer;
  /** For rooms whose happenings stand in no conversation's ledger. */
  tell: Tell;
  /** A loop's step: looks for conversions to tell of; resolves with how long to wait. */
  tellConversions(): Promise<number>;
  /** A loop's step: sends what is due; resolves with how long to wait. */
  sendDue(signal: AbortSignal): Promise<number>;
  routes: Route[];
}

export function createNotify(parts: NotifyParts): Notify {
  const tell = createTell(parts);
  const sweep = createConversionSweep(parts);
  return {
    tell,
    observer: createTellingObserver(tell),
    tellConversions: async () => ((await sweep()) > 0 ? 0 : CONVERSIONS_MS),
    sendDue: createSend(parts),
    routes: notifyRoutes({ db: parts.db, webhooks: createWebhooks(parts) }),
  };
}
