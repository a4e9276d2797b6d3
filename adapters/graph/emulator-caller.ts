import { randomInt } from "node:crypto";
import { Agent, request as httpRequest } from "node:http";
import type { GraphFaults } from "./emulator-faults.ts";
import { signatureOf } from "./signature.ts";

export interface CallerParts {
  /** The `object` of its deliveries: "whatsapp_business_account", "page", "instagram". */
  object: string;
  appSecret: string;
  verifyToken: string;
  faults: GraphFaults;
  random: () => number;
}

/** One item of `entry[]`: its id, and what happened. */
export type Entry = { id: string } & Record<string, unknown>;

export interface GraphCaller {
  /** Asks the address whether it knows the verify token, and calls it from now on. Throws when it does not. */
  attach(url: URL, verifyToken?: string): Promise<void>;
  /** Delivers an entry, until it is taken. Where nobody is attached yet it waits. */
  deliver(entry: Entry): void;
  /** Resolves when all that was delivered is taken. */
  settle(): Promise<void>;
  readonly history: { deliveries: number; refused: number; forgedTaken: number; slowestMs: number };
  close(): void;
}

/** Calls a webhook as Meta does: signed over the escaped bytes, batched, repeated until it says 2xx, in no order to rely on. */
export function createGraphCaller(parts: CallerParts): GraphCaller {
  const { faults, random } = parts;
  const postman = createPostman(parts);
  const early: Entry[] = [];
  const settled = new Set<() => void>();
  let waiting: Entry[] = [];
  let open = 0;
  let line = Promise.resolve();

  function send(entries: Entry[]): void {
    const done = () => {
      open -= entries.length;
      if (open === 0) for (const tell of settled) tell();
    };
    if (faults.reorderShare > 0 && random() < faults.reorderShare) {
      setTimeout(() => void postman.deliver(entries).then(done), random() * faults.reorderMs);
      return;
    }
    line = line.then(() => postman.deliver(entries)).then(done);
  }

  function deliver(entry: Entry): void {
    if (!postman.target) return void early.push(structuredClone(entry));
    open++;
    if (faults.batchMs === 0) return send([structuredClone(entry)]);
    waiting.push(structuredClone(entry));
    if (waiting.length > 1) return;
    setTimeout(() => {
      const batch = waiting;
      waiting = [];
      send(batch);
    }, faults.batchMs);
  }

  return {
    async attach(url, token = parts.verifyToken) {
      await shakeHands(url, token);
      postman.target = url;
      early.splice(0).forEach(deliver);
    },
    deliver,
    async settle() {
      while (open > 0) {
        await new Promise<void>((resolve) => {
          const told = () => {
            settled.delete(told);
            resolve();
          };
          settled.add(told);
        });
      }
    },
    history: postman.history,
    close() {
      postman.close();
      open = 0;
      for (const tell of settled) tell();
    },
  };
}

/** Brings one batch until it is taken. */
function createPostman({ object, appSecret, faults, random }: CallerParts) {
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  const history = { deliveries: 0, refused: 0, forgedTaken: 0, slowestMs: 0 };
  const chance = (share: number) => share > 0 && random() < share;

  async function attempt(body: Buffer, secret = appSecret): Promise<boolean> {
    if (!postman.target) return true;
    const startedMs = performance.now();
    history.deliveries++;
    const status = await post(postman.target, agent, body, secret);
    history.slowestMs = Math.max(history.slowestMs, performance.now() - startedMs);
    return status >= 200 && status < 300;
  }

  const postman = {
    target: undefined as URL | undefined,
    history,
    async deliver(entries: Entry[]): Promise<void> {
      const body = escaped({ object, entry: entries });
      if (chance(faults.forgeShare) && (await attempt(body, `${appSecret}x`))) history.forgedTaken++;
      for (let waitMs = faults.redeliverMs; postman.target; waitMs = Math.min(waitMs * 2, faults.redeliverMaxMs)) {
        if (await attempt(body)) break;
        history.refused++;
        await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
      }
      if (chance(faults.duplicateShare)) await attempt(body);
    },
    close(): void {
      postman.target = undefined;
      agent.destroy();
    },
  };
  return postman;
}

/** JSON as Meta writes and signs it: everything beyond ASCII, and the slash, escaped. */
export function escaped(value: unknown): Buffer {
  const text = JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return Buffer.from(text.replaceAll("/", "\\/"));
}

async function shakeHands(url: URL, verifyToken: string): Promise<void> {
  const challenge = String(randomInt(1_000_000_000));
  const asked = new URL(url);
  asked.searchParams.set("hub.mode", "subscribe");
  asked.searchParams.set("hub.verify_token", verifyToken);
  asked.searchParams.set("hub.challenge", challenge);
  const response = await fetch(asked).catch(() => undefined);
  const given = await response?.text();
  if (response?.status !== 200 || given !== challenge)
    throw new Error("The callback URL or verify token couldn't be validated.");
}

/** The status; 0 where there was no answer. */
function post(url: URL, agent: Agent, body: Buffer, appSecret: string): Promise<number> {
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    "user-agent": "facebookexternalua",
    "x-hub-signature-256": signatureOf(appSecret, body),
  };
  return new Promise((resolve) => {
    const request = httpRequest(url, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
      response.on("error", () => resolve(0));
    });
    request.on("error", () => resolve(0));
    request.end(body);
  });
}
