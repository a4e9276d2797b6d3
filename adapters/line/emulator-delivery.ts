import { createHmac } from "node:crypto";
import type { World } from "./emulator-world.ts";

export type RawEvent = Record<string, unknown>;

export interface Delivery {
  /** Adds what all events have, and lets them go out: together where they are held, one by one otherwise. */
  emit(event: RawEvent): RawEvent;
  /** What is emitted meanwhile goes out as one batch. */
  batch(emitting: () => void): void;
  /** Posts any body, rightly signed; resolves with the status, 0 for none. */
  post(body: string): Promise<number>;
  /** Resolves when nothing is under way any more. */
  settle(): Promise<void>;
  close(): void;
  readonly history: { deliveries: number; refused: number };
}

/** Calls the account's webhook, as the faults will have it. */
export function createDelivery(world: World, random: () => number): Delivery {
  const poster = createPoster(world, random);
  const { track, deliver } = createCarrier(world, poster, random);
  let held: RawEvent[] | undefined;
  let number = 0;

  return {
    history: poster.history,
    post: poster.post,
    settle: poster.settle,
    close: poster.close,
    emit(event) {
      const { mode = "active", timestamp = world.now(), webhookEventId = ulid(++number) } = event;
      const whole = { ...event, mode, timestamp, webhookEventId, deliveryContext: { isRedelivery: false } };
      if (held) held.push(whole);
      else track(deliver([whole]));
      return whole;
    },
    batch(emitting) {
      held = [];
      try {
        emitting();
      } finally {
        const events = held;
        held = undefined;
        track(deliver(events));
      }
    },
  };
}

/** Signs and posts bodies, and knows what is under way. */
function createPoster(world: World, random: () => number) {
  const history = { deliveries: 0, refused: 0 };
  const underWay = new Set<Promise<unknown>>();
  let isOpen = true;

  return {
    history,
    underWay,
    get isOpen() {
      return isOpen;
    },
    async post(body: string): Promise<number> {
      const { webhook, faults, channelSecret } = world;
      if (!webhook?.active || !isOpen) return 0;
      history.deliveries++;
      const key = faults.forgedShare > 0 && random() < faults.forgedShare ? "another" : channelSecret;
      const signature = createHmac("sha256", key).update(body).digest("base64");
      const headers = { "content-type": "application/json; charset=utf-8", "x-line-signature": signature };
      const status = await fetch(webhook.endpoint, { method: "POST", headers, body }).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status;
        },
        () => 0,
      );
      if (status < 200 || status > 299) history.refused++;
      return status;
    },
    async settle(): Promise<void> {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
    close(): void {
      isOpen = false;
    },
  };
}

/** Late, twice, or again until it is taken, as the faults say. */
function createCarrier(
  { faults, botId: destination }: World,
  poster: ReturnType<typeof createPoster>,
  random: () => number,
) {
  function track(work: Promise<unknown>): void {
    poster.underWay.add(work);
    void work.finally(() => poster.underWay.delete(work)).catch(() => undefined);
  }

  async function deliver(events: RawEvent[]): Promise<void> {
    const body = JSON.stringify({ destination, events });
    if (faults.reorderShare > 0 && random() < faults.reorderShare) await pause(random() * faults.reorderMs);
    if (faults.duplicateShare > 0 && random() < faults.duplicateShare) track(poster.post(body));
    let status = await poster.post(body);
    while (poster.isOpen && faults.redelivery && (status < 200 || status > 299)) {
      await pause(faults.redeliverMs);
      const again = events.map((event) => ({ ...event, deliveryContext: { isRedelivery: true } }));
      status = await poster.post(JSON.stringify({ destination, events: again }));
    }
  }

  return { track, deliver };
}

function ulid(number: number): string {
  return `01HZ${number.toString(32).toUpperCase().padStart(22, "0")}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
