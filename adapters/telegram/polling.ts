import { ChannelError, type AdapterTools, type Arrival, type Json } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { isObject } from "./lane.ts";
import { ALLOWED_UPDATES } from "./update.ts";

const SECOND_MS = 1_000;
/** Telegram holds the question open for so long when there is nothing new. */
const LONG_POLL_S = 30;
const MAX_WAIT_MS = 30 * SECOND_MS;

interface PollParts {
  call: Call;
  tools: AdapterTools;
  arrivalOf(update: Json, now: Date): Arrival;
}
type Emit = (arrival: Arrival) => Promise<void>;

/** Asks for updates until aborted. Asking for the next ones is what confirms the last, so they are stored by then. */
export async function poll(parts: PollParts, emit: Emit, signal: AbortSignal): Promise<void> {
  const { call, tools } = parts;
  let offset: number | undefined;
  let failures = 0;
  let ready = false; // a webhook of before would keep getUpdates from working
  while (!signal.aborted) {
    try {
      if (!ready) await call("deleteWebhook", {}, signal); // without drop_pending_updates: nothing is lost
      ready = true;
      const updates = await call<Json>(
        "getUpdates",
        { offset, timeout: LONG_POLL_S, allowed_updates: ALLOWED_UPDATES },
        signal,
      );
      offset = (await store(parts, updates, emit)) ?? offset;
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      ready = false;
      await tools.clock.sleep(report(parts, error, failures), signal);
    }
  }
}

/** Emits a batch: each chat in order, the chats side by side. Returns the offset that confirms it. */
async function store({ tools, arrivalOf }: PollParts, updates: Json, emit: Emit): Promise<number | undefined> {
  const lanes = new Map<string, Arrival[]>();
  let last: number | undefined;
  for (const update of Array.isArray(updates) ? updates : []) {
    if (!isObject(update) || !Number.isSafeInteger(update.update_id)) {
      tools.log.error({}, "Telegram delivered something that is no update; it is skipped.");
      continue;
    }
    const arrival = arrivalOf(update, tools.clock.now());
    lanes.set(arrival.lane, [...(lanes.get(arrival.lane) ?? []), arrival]);
    last = Math.max(last ?? 0, update.update_id as number);
  }
  await Promise.all([...lanes.values()].map((lane) => inOrder(lane, emit)));
  return last === undefined ? undefined : last + 1;
}

async function inOrder(arrivals: Arrival[], emit: Emit): Promise<void> {
  for (const arrival of arrivals) await emit(arrival);
}

/** Says in the log what went wrong, and returns how long to wait. */
function report({ tools }: PollParts, error: unknown, failures: number): number {
  const waitMs = Math.min(2 ** (failures - 1) * SECOND_MS, MAX_WAIT_MS);
  const fields = { channelId: tools.channelId, failures, waitMs };
  if (!(error instanceof ChannelError)) {
    tools.log.error(
      { ...fields, error: error instanceof Error ? error.name : "unknown" },
      "An update from Telegram could not be stored; it will be asked for again.",
    );
    return waitMs;
  }
  if (error.fault === "retry-after") return error.retryAfterMs ?? waitMs;
  if (/conflict/i.test(error.message)) {
    tools.log.warn(
      fields,
      "Another program reads this bot's updates, so Telegram refuses us. Stop it, or give this channel a bot of its own.",
    );
    return waitMs;
  }
  tools.log.warn({ ...fields, fault: error.fault }, error.message);
  return error.fault === "unauthorized" ? MAX_WAIT_MS : waitMs;
}
