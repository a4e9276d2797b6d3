import { z } from "zod";
import {
  BadPayload,
  BadSignature,
  ChannelError,
  defineAdapter,
  header,
  parseJson,
  sameSecret,
  type Actor,
  type Capabilities,
  type HubEvent,
  type Json,
  type OutboundMessage,
} from "../../src/contract/index.ts";

/** What a test's platform delivers: an event in plain words. */
export interface LoopbackUpdate {
  key: string;
  place: string;
  from: string;
  text?: string;
  group?: boolean;
  addressed?: boolean;
  fromBot?: boolean;
  /** What the platform says they are called; `from`, unless it says nothing (null). */
  name?: string | null;
  /** A person of ours wrote on the platform itself. */
  fromUs?: boolean;
  idBefore?: string;
  placeBefore?: string;
  edit?: { of: string; text: string };
  remove?: string;
  react?: { to: string; emoji: string };
  /** They joined (true) or left the place. */
  came?: boolean;
  at?: number;
  replyTo?: string;
  poison?: "decode" | "store";
}

export interface LoopbackPlatform {
  sent: (OutboundMessage & { at: number })[];
  /** Called before a send is accepted; throw a ChannelError to refuse it. */
  onSend: (message: OutboundMessage) => Promise<void> | void;
}

const CAPABILITIES: Capabilities = {
  parts: ["text", "choice"],
  text: { max: 4_096, unit: "utf16", formatting: false },
  choice: { maxOptions: 10, maxLabel: 64 },
  edit: false,
  delete: false,
  react: false,
  thread: false,
  typing: false,
  acknowledge: false,
  reply: true,
  receipts: [],
  moderation: [],
  idempotentSend: false,
  rates: {},
  entry: [],
  history: false,
};

/** A platform in memory, for tests of the corridor that are not about a platform. */
export function createLoopback(capabilities: Partial<Capabilities> = {}) {
  const platform: LoopbackPlatform = { sent: [], onSend: () => undefined };
  const adapter = defineAdapter({
    name: "loopback",
    settings: z.object({ secret: z.string().min(4) }),
    capabilities: { ...CAPABILITIES, ...capabilities },
    connect: ({ secret }) => ({
      inbound: {
        type: "webhook",
        receive: async (request) => {
          if (!sameSecret(header(request, "x-secret"), secret)) throw new BadSignature("The secret does not match.");
          const update = parseJson(request.body) as unknown as LoopbackUpdate;
          if (typeof update?.key !== "string") throw new BadPayload("There is no key.");
          return { arrivals: [{ key: update.key, lane: update.place, payload: update as unknown as Json }] };
        },
      },
      decode: (payload) => decode(payload as unknown as LoopbackUpdate),
      async send(message) {
        await platform.onSend(message);
        platform.sent.push({ ...message, at: performance.now() });
        return { externalId: `out-${platform.sent.length}` };
      },
      check: async () => [],
    }),
  });
  return { adapter, platform };
}

function decode(update: LoopbackUpdate): HubEvent[] {
  if (update.poison === "decode") throw new BadPayload("It cannot be read.");
  const base = {
    place: update.place,
    ...(update.placeBefore && { placeBefore: update.placeBefore }),
    placeKind: update.group ? ("group" as const) : ("direct" as const),
    actor: {
      id: update.from,
      ...(update.name !== null && { name: update.name ?? update.from }),
      ...(update.fromBot && { isBot: true }),
      ...(update.fromUs && { isSelf: true }),
      ...(update.idBefore && { idBefore: update.idBefore }),
    },
    sentAt: new Date(update.at ?? Date.UTC(2026, 0, 1)),
  };
  if (update.poison === "store") base.sentAt = new Date(Number.NaN);
  return [meaningOf(update, { ...base, id: update.key })];
}

type Base = Omit<Extract<HubEvent, { type: "entered" }>, "type"> & { actor: Actor };

function meaningOf(update: LoopbackUpdate, base: Base): HubEvent {
  const { edit, remove, react, came } = update;
  if (edit) return { ...base, type: "edited", messageId: edit.of, parts: [{ type: "text", text: edit.text }] };
  if (remove) return { ...base, type: "deleted", messageId: remove };
  if (react) return { ...base, type: "reaction", messageId: react.to, added: [react.emoji], removed: [] };
  if (came !== undefined) return { ...base, type: came ? "joined" : "left", member: base.actor };
  const addressed = update.addressed ?? !update.group;
  const quoted = update.replyTo === undefined ? {} : { replyTo: update.replyTo };
  return { ...base, type: "message", parts: [{ type: "text", text: update.text ?? "" }], addressed, ...quoted };
}

export const busy = (retryAfterMs: number) => new ChannelError("retry-after", "busy", { retryAfterMs });
