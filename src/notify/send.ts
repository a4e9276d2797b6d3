import type { Clock } from "../contract/index.ts";
import type { Vault } from "../lib/vault.ts";
import type { Database } from "../store/index.ts";
import { isHopeless, nextTry } from "./retry.ts";
import { signedHeaders } from "./signature.ts";
import { claimDue, forgetOld, settleDelivery, stopWebhook, type DueDelivery } from "./store.ts";

export interface NotifySendParts {
  db: Database;
  clock: Clock;
  vault: Vault;
  /** Guarded: an address from a form leads to no private network. */
  fetch: typeof fetch;
}

const AT_ONCE = 10;
const TIMEOUT_MS = 15_000;
const LEASE_MS = 60_000;
const POLL_MS = 2_000;
const KEPT_MS = 30 * 86_400_000;
const GONE = 410;
const HOPELESS = "Nothing got through for five days, so the hub stopped. Mend the address, then switch it on again.";
const UNWANTED = "The address answered 410: it wants no more.";

interface Attempt {
  status: number | null;
  reason: string | null;
}

/** Sends what is due; resolves with how long to wait. At least once: the receiver knows a repetition by its webhook-id. */
export function createSend(parts: NotifySendParts): (signal: AbortSignal) => Promise<number> {
  const { db, clock } = parts;

  async function settle(delivery: DueDelivery, { status, reason }: Attempt): Promise<void> {
    const now = clock.now();
    const again = nextTry(delivery.attempts, now, spreadOf(delivery.id));
    const state = reason === null ? "sent" : again ? "waiting" : "failed";
    await settleDelivery(db, delivery.id, { state, status, reason, dueAt: again ?? now, now });
    if (reason === null) return;
    if (status === GONE) await stopWebhook(db, delivery.webhookId, UNWANTED, now);
    else if (isHopeless(delivery.failingSince, now)) await stopWebhook(db, delivery.webhookId, HOPELESS, now);
  }

  return async (signal) => {
    const now = clock.now();
    const due = await claimDue(db, now, new Date(now.getTime() + LEASE_MS), AT_ONCE);
    await Promise.all(due.map(async (delivery) => settle(delivery, await attempt(parts, delivery, signal))));
    if (due.length === 0) await forgetOld(db, new Date(now.getTime() - KEPT_MS));
    return due.length > 0 ? 0 : POLL_MS;
  };
}

/** 0 to 1, by the random end of its id. */
function spreadOf(id: string): number {
  return Number.parseInt(id.slice(-4), 16) / 0xffff;
}

async function attempt(parts: NotifySendParts, delivery: DueDelivery, signal: AbortSignal): Promise<Attempt> {
  const { id, payload: body, url, webhookId } = delivery;
  try {
    const secret = parts.vault.open(delivery.secret, webhookId);
    const response = await parts.fetch(url, {
      method: "POST",
      redirect: "manual", // what is signed for one address is not carried to another
      headers: { "content-type": "application/json", ...signedHeaders(secret, { id, at: parts.clock.now(), body }) },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    const { status } = response;
    return { status, reason: status >= 200 && status < 300 ? null : `The address answered ${status}.` };
  } catch (error) {
    return { status: null, reason: wordsOf(error) };
  }
}

/** What went wrong, without the address: it may hold a secret of its own. */
function wordsOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner.message.includes("private address")) return "The address leads to a private network; it is not called.";
    if (inner.name === "TimeoutError") return "The address did not answer within 15 seconds.";
    if ("code" in inner && typeof inner.code === "string") return `The address cannot be reached (${inner.code}).`;
  }
  return "The address cannot be reached.";
}
