import type { Faults } from "./emulator-faults.ts";
import { createSockets, type Answered } from "./emulator-sockets.ts";
import { signSlack, type Kind, type World } from "./emulator-world.ts";

/** One try to deliver something to the app. */
export interface DeliveryRecord {
  kind: Kind;
  body: Record<string, unknown>;
  attempt: number;
  /** Acknowledged within the time. */
  ok: boolean;
  tookMs: number;
  /** When that was known, as performance.now() counts. */
  atMs: number;
  /** What the app said besides. */
  answer?: unknown;
}

export type Delivery = ReturnType<typeof createDelivery>;

/** Carries events to the app: over its sockets, or to its address where it has one. */
export function createDelivery(world: World, faults: Faults, random: () => number) {
  const records: DeliveryRecord[] = [];
  const sockets = createSockets(() => faults.ackMs);
  let url: URL | undefined;
  let pending = 0;
  let isClosed = false;

  const chance = (share: number) => share > 0 && random() < share;

  /** Events are tried four times; a press or a command once, and then the person sees an error. */
  async function deliver(kind: Kind, body: Record<string, unknown>): Promise<void> {
    if (chance(faults.reorderShare)) await sleep(1 + random() * faults.reorderMs);
    const tries = kind === "events_api" ? faults.retryWaitsMs.length + 1 : 1;
    for (let attempt = 0; attempt < tries && !isClosed; attempt++) {
      if (attempt > 0) await sleep(faults.retryWaitsMs[attempt - 1] ?? 0);
      let tried = await tryOnce(kind, body, attempt);
      while (tried.isBroken && !isClosed) tried = await tryOnce(kind, body, attempt);
      if (tried.ok || tried.stop) break;
    }
    if (chance(faults.duplicateShare) && !isClosed) await tryOnce(kind, body, 0);
  }

  async function tryOnce(kind: Kind, body: Record<string, unknown>, attempt: number): Promise<Answered> {
    const fromMs = performance.now();
    const given = url ? await post(url, kind, body, attempt) : await sockets.deliver(kind, body, attempt);
    const atMs = performance.now();
    const { ok, answer } = given;
    records.push({ kind, body, attempt, ok, atMs, tookMs: atMs - fromMs, ...(answer !== undefined && { answer }) });
    return given;
  }

  const post = (to: URL, kind: Kind, body: Record<string, unknown>, attempt: number) =>
    postTo(world, faults, to, { kind, body, attempt });

  return {
    records: records as readonly DeliveryRecord[],
    sockets,
    get pending() {
      return pending;
    },
    enqueue(kind: Kind, body: Record<string, unknown>) {
      pending++;
      void deliver(kind, structuredClone(body)).finally(() => pending--);
    },
    /** From now on events go to this address. */
    attach: (to: URL) => void (url = to),
    /** Slack tries an address before it takes it. */
    verify: (to: URL, challenge: string) =>
      post(to, "events_api", { type: "url_verification", token: "t", challenge }, 0),
    async settle() {
      while (pending > 0) await sleep(2);
    },
    close() {
      isClosed = true;
      sockets.close();
    },
  };
}

/** The Events API's way: signed, and given up on after a while. */
async function postTo(
  world: World,
  faults: Faults,
  to: URL,
  { kind, body, attempt }: Pick<DeliveryRecord, "kind" | "body" | "attempt">,
): Promise<Answered> {
  const [type, text] = encodeBody(kind, body);
  const timestamp = String(Math.floor(world.now().getTime() / 1_000));
  const headers = {
    "content-type": type,
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": signSlack(world.signingSecret, timestamp, text),
    "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    ...(attempt > 0 && { "x-slack-retry-num": String(attempt), "x-slack-retry-reason": "http_timeout" }),
  };
  try {
    const signal = AbortSignal.timeout(faults.ackMs);
    const response = await fetch(to, { method: "POST", headers, body: text, signal });
    const answer = await response.text();
    return { ok: response.ok, answer, stop: response.headers.get("x-slack-no-retry") === "1" };
  } catch {
    return { ok: false };
  }
}

function encodeBody(kind: Kind, body: Record<string, unknown>): [type: string, text: string] {
  const form = "application/x-www-form-urlencoded";
  if (kind === "events_api") return ["application/json", JSON.stringify(body)];
  if (kind === "interactive") return [form, new URLSearchParams({ payload: JSON.stringify(body) }).toString()];
  return [form, new URLSearchParams(body as Record<string, string>).toString()];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
