import { createWebhookCaller, type WebhookSettings } from "./emulator-webhook.ts";
import type { Faults } from "./emulator-faults.ts";
import { createQueue, type Queue, type RawUpdate } from "./emulator-queue.ts";

/** Left out unless they are asked for. */
const OPT_IN = new Set(["chat_member", "message_reaction", "message_reaction_count"]);

/** Carries updates to the bot: by getUpdates, or to its webhook until that says 2xx. */
export function createDelivery(faults: Faults, random: () => number) {
  const queue = createQueue();
  const desk = createDesk(queue);
  const caller = createWebhookCaller(queue, faults, random);
  let allowed: Set<string> | undefined;

  return {
    caller,
    enqueue(update: RawUpdate): void {
      const kind = Object.keys(update).find((key) => key !== "update_id") ?? "";
      if (allowed ? !allowed.has(kind) : OPT_IN.has(kind)) return;
      queue.add(update);
      caller.call(update);
    },
    allow(kinds: unknown): void {
      if (Array.isArray(kinds)) allowed = kinds.length > 0 ? new Set(kinds as string[]) : undefined;
    },
    setWebhook(settings: WebhookSettings | undefined): void {
      caller.use(settings);
      queue.tell();
    },
    async getUpdates(offset?: number, limit?: number, timeoutS?: number): Promise<RawUpdate[] | "webhook" | "other"> {
      if (caller.url) return "webhook";
      const updates = await desk.getUpdates(offset, limit, timeoutS);
      return caller.url ? "webhook" : updates;
    },
    info: () => ({
      url: caller.url ?? "",
      has_custom_certificate: false,
      pending_update_count: queue.size,
      ...caller.lastError,
      ...(allowed && { allowed_updates: [...allowed] }),
    }),
    dropPending: () => queue.inOrder().forEach(({ update_id }) => queue.confirm(update_id)),
    /** Resolves when the bot has taken everything. */
    async settle(): Promise<void> {
      while (queue.size > 0) await new Promise<void>((resolve) => once(queue, resolve));
    },
    close(): void {
      caller.close();
      queue.tell();
    },
  };
}

export type Delivery = ReturnType<typeof createDelivery>;

/** Answers getUpdates, holding the question open while there is nothing. The newer of two questions wins. */
function createDesk(queue: Queue) {
  let interrupt: (() => void) | undefined;

  function newsWithin(ms: number): Promise<"news" | "other"> {
    return new Promise((resolve) => {
      const end = (how: "news" | "other") => {
        clearTimeout(timer);
        queue.listeners.delete(wake);
        if (interrupt === other) interrupt = undefined;
        resolve(how);
      };
      const wake = () => end("news");
      const other = () => end("other");
      const timer = setTimeout(wake, ms);
      queue.listeners.add(wake);
      interrupt = other;
    });
  }

  return {
    async getUpdates(offset = 0, limit = 100, timeoutS = 0): Promise<RawUpdate[] | "other"> {
      interrupt?.();
      for (const { update_id } of queue.inOrder()) if (update_id < offset) queue.confirm(update_id);
      if (queue.size === 0 && timeoutS > 0 && (await newsWithin(timeoutS * 1_000)) === "other") return "other";
      return queue.inOrder().slice(0, limit);
    },
  };
}

function once(queue: Queue, listener: () => void): void {
  const told = () => {
    queue.listeners.delete(told);
    listener();
  };
  queue.listeners.add(told);
}
