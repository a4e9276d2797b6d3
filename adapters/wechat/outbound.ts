import {
  ChannelError,
  unfit,
  type Action,
  type AdapterTools,
  type Capabilities,
  type OutboundMessage,
  type Part,
  type Sent,
} from "../../src/contract/index.ts";
import type { Api } from "./api.ts";
import { encode, readPlace } from "./encode.ts";
import { NO_MENU_MESSAGE, NO_TYPING, WechatFault } from "./faults.ts";
import type { Answer } from "./http.ts";
import type { Media } from "./media.ts";
import type { Passive } from "./passive.ts";
import type { Kept } from "./passive-reply.ts";
import { replyOf } from "./reply.ts";

export interface OutboundParts {
  api: Api;
  media: Media;
  /** Missing where answers go out by WeChat's interface. */
  passive: Passive | undefined;
  capabilities: Capabilities;
  tools: AdapterTools;
}

/** All that goes out to people. */
export function createOutbound({ api, media, passive, capabilities, tools }: OutboundParts) {
  async function send(message: OutboundMessage, signal: AbortSignal): Promise<Sent> {
    if (signal.aborted) throw new ChannelError("unreachable", "The call to WeChat was stopped before it began.");
    const reason = unfit(message, capabilities);
    if (reason) throw new ChannelError("refused", reason);
    const mediaId = await mediaIdOf(message.parts, signal);
    const isTemplate = message.parts[0]?.type === "template";
    return passive && !isTemplate ? keep(passive, message, mediaId) : deliver(message, mediaId, signal);
  }

  /** WeChat names an id for templates alone; for others ours stands, and no receipt will ask for it. */
  async function deliver(message: OutboundMessage, mediaId: string | undefined, signal: AbortSignal): Promise<Sent> {
    const { path, body, otherwise } = encode(message, mediaId);
    const answer = await api.post(path, body, signal).catch((error: unknown) => {
      if (!otherwise || !(error instanceof WechatFault) || error.errcode !== NO_MENU_MESSAGE) throw error;
      return api.post(path, otherwise, signal);
    });
    return { externalId: messageIdIn(answer) ?? message.idempotencyKey };
  }

  /** It is as good as sent: the person's open request takes it, or their next one. A receipt tells when. */
  async function keep(box: Passive, message: OutboundMessage, mediaId: string | undefined): Promise<Sent> {
    const { idempotencyKey: id, parts, place, referrer } = message;
    const reply = replyOf(parts.filter(isNoTemplate), mediaId);
    await box.keep(readPlace(place), { id, reply, for: askedBy(referrer?.data) ?? { at: seconds(tools) } });
    return { externalId: id };
  }

  async function mediaIdOf([part]: readonly Part[], signal: AbortSignal): Promise<string | undefined> {
    return part?.type === "file" ? media.idOf(part, signal) : undefined;
  }

  async function act(action: Action, signal: AbortSignal): Promise<void> {
    if (action.type !== "typing") throw new ChannelError("refused", `WeChat cannot ${action.type}.`);
    const touser = readPlace(action.place);
    if (passive) return; // the open request is all that there is
    await api.post("/cgi-bin/message/custom/typing", { touser, command: "Typing" }, signal).catch((error: unknown) => {
      if (!(error instanceof WechatFault) || !NO_TYPING.has(error.errcode)) throw error;
    });
  }

  return { send, act };
}

/** A 64-bit number, read as text. */
function messageIdIn({ raw }: Answer): string | undefined {
  return /"msgid"\s*:\s*"?(\d{1,32})/.exec(raw)?.[1];
}

function isNoTemplate<P extends Part>(part: P): part is Exclude<P, { type: "template" }> {
  return part.type !== "template";
}

/** The request that a referrer of ours belongs to. */
function askedBy(data: unknown): Kept["for"] | undefined {
  if (typeof data !== "object" || data === null || !("key" in data) || !("at" in data)) return undefined;
  const { key, at } = data;
  return typeof key === "string" && typeof at === "number" ? { key, at } : undefined;
}

function seconds({ clock }: AdapterTools): number {
  return Math.floor(clock.now().getTime() / 1_000);
}
