import { Agent, request as httpRequest } from "node:http";
import type { Faults } from "./emulator-faults.ts";
import type { Queue, RawUpdate } from "./emulator-queue.ts";

export interface WebhookSettings {
  url: string;
  secret_token?: string;
  max_connections?: number;
}

interface Target extends WebhookSettings {
  agent: Agent;
  /** One chat's updates come in order. */
  chains: Map<string, Promise<void>>;
}

/** Calls the bot's webhook with each update until it says 2xx, as the faults will have it. */
export function createWebhookCaller(queue: Queue, faults: Faults, random: () => number) {
  let target: Target | undefined;
  let lastError: { last_error_date: number; last_error_message: string } | undefined;
  const history = { deliveries: 0, refusedDeliveries: 0 };

  async function deliver(update: RawUpdate, to: Target): Promise<void> {
    const body = JSON.stringify(update);
    if (faults.duplicateShare > 0 && random() < faults.duplicateShare) void attempt(body, to);
    for (let waitMs = faults.redeliverMs; to === target; waitMs = Math.min(waitMs * 2, faults.redeliverMaxMs)) {
      if (await attempt(body, to)) return queue.confirm(update.update_id);
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    }
  }

  async function attempt(body: string, to: Target): Promise<boolean> {
    history.deliveries++;
    const problem = await post(body, to);
    if (problem === undefined) return true;
    history.refusedDeliveries++;
    lastError = { last_error_date: Math.floor(Date.now() / 1_000), last_error_message: problem };
    return false;
  }

  function call(update: RawUpdate): void {
    const to = target;
    if (!to) return;
    if (faults.reorderShare > 0 && random() < faults.reorderShare) {
      setTimeout(() => void deliver(update, to), random() * faults.reorderMs);
      return;
    }
    const chat = chatOf(update);
    const next = (to.chains.get(chat) ?? Promise.resolve()).then(() => deliver(update, to));
    to.chains.set(chat, next);
    void next.then(() => to.chains.get(chat) === next && to.chains.delete(chat));
  }

  function use(settings: WebhookSettings | undefined): void {
    target?.agent.destroy();
    const agent = new Agent({ keepAlive: true, maxSockets: settings?.max_connections ?? 40 });
    target = settings && { ...settings, agent, chains: new Map() };
    queue.inOrder().forEach(call);
  }

  return {
    call,
    use,
    history,
    close: () => use(undefined),
    get url() {
      return target?.url;
    },
    get lastError() {
      return lastError;
    },
  };
}

/** Resolves with what is wrong, or `undefined` on 2xx. */
function post(body: string, { url, secret_token, agent }: Target): Promise<string | undefined> {
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(secret_token && { "x-telegram-bot-api-secret-token": secret_token }),
  };
  return new Promise((resolve) => {
    const request = httpRequest(url, { method: "POST", agent, headers }, (response) => {
      const status = response.statusCode ?? 0;
      const problem = status >= 200 && status < 300 ? undefined : `Wrong response from the webhook: ${status}`;
      response.resume().on("end", () => resolve(problem));
      response.on("error", () => resolve("Connection reset by peer"));
    });
    request.on("error", () => resolve("Connection refused"));
    request.end(body);
  });
}

function chatOf(update: RawUpdate): string {
  for (const value of Object.values(update)) {
    const inner = value as { chat?: { id: number }; message?: { chat?: { id: number } }; from?: { id: number } } | null;
    const id = inner?.chat?.id ?? inner?.message?.chat?.id ?? inner?.from?.id;
    if (id !== undefined) return String(id);
  }
  return "";
}
