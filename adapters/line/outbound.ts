import {
  ChannelError,
  type Action,
  type AdapterTools,
  type EntryLink,
  type OutboundMessage,
  type Part,
  type Sent,
} from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { encode, type Found } from "./encode.ts";
import { LineFault } from "./faults.ts";
import type { FileLinks } from "./files.ts";
import { isPerson, readPlace } from "./place.ts";
import type { Quotes } from "./quotes.ts";
import type { Deliver } from "./reply.ts";

const DAY_MS = 86_400_000;
/** LINE shows its dots for so long, or until we write. */
const TYPING_S = 20;
const STICKER = /^sticker:\d+:\d+$/;

export interface OutboundParts {
  call: Call;
  tools: AdapterTools;
  deliver: Deliver;
  files: FileLinks;
  quotes: Quotes;
  liffId: string | undefined;
  prefilledText: string | undefined;
}

/** All that goes out to LINE. */
export function createOutbound({ call, tools, deliver, files, quotes, liffId, prefilledText }: OutboundParts) {
  async function send(message: OutboundMessage, signal: AbortSignal): Promise<Sent> {
    return deliver(message, encode(message.parts, await find(message)), signal);
  }

  async function find({ parts, replyTo, referrer }: OutboundMessage): Promise<Found> {
    const [part] = parts;
    const quoteToken =
      replyTo === undefined ? undefined : (quotedIn(referrer?.data, replyTo) ?? (await quotes.tokenOf(replyTo)));
    const file = part && isLinked(part) ? await files.link(part) : undefined;
    return { previewUrl: files.previewUrl, ...(file && { file }), ...(quoteToken !== undefined && { quoteToken }) };
  }

  /** LINE can show that we write, in a person's chat, and that we have read; it can change nothing that was sent. */
  async function act(action: Action, signal: AbortSignal): Promise<void> {
    if (action.type === "typing") {
      const chatId = readPlace(action.place);
      if (!isPerson(chatId)) return;
      const json = { chatId, loadingSeconds: TYPING_S };
      await call({ method: "POST", path: "/v2/bot/chat/loading/start", json }, signal);
    } else if (action.type === "acknowledge") await markRead(action.referrer.data, signal);
    else throw new ChannelError("refused", `A LINE account cannot ${action.type} messages.`);
  }

  /** Where the account's chat is off, LINE marks messages read by itself and gives no token. */
  async function markRead(data: unknown, signal: AbortSignal): Promise<void> {
    const token =
      typeof data === "object" && data !== null && "markAsReadToken" in data ? data.markAsReadToken : undefined;
    if (typeof token !== "string") return;
    const json = { markAsReadToken: token };
    await call({ method: "POST", path: "/v2/bot/chat/markAsRead", json }, signal).catch((error: unknown) => {
      if (!(error instanceof LineFault) || error.status !== 400) throw error; // read already, or the chat was switched off
    });
  }

  async function entryLink(code: string, signal: AbortSignal): Promise<EntryLink> {
    if (!/^[\w-]{1,64}$/.test(code))
      throw new ChannelError("refused", "A code on LINE is 1 to 64 characters of A-Z a-z 0-9 _ -.");
    if (liffId !== undefined) return { url: `https://liff.line.me/${liffId}?e=${code}` };
    return { url: `${await chatUrl(signal)}?${encodeURIComponent(`${prefilledText ?? "Hello!"} ${code}`)}` };
  }

  /** Opens the chat in LINE; who is no friend yet is asked to become one. */
  async function chatUrl(signal: AbortSignal): Promise<string> {
    const known = await tools.cache.get("basicId");
    const basicId = known ?? (await askBasicId(signal));
    if (known === undefined) await tools.cache.set("basicId", basicId, DAY_MS);
    return `https://line.me/R/oaMessage/${encodeURIComponent(basicId)}/`;
  }

  async function askBasicId(signal: AbortSignal): Promise<string> {
    const { body } = await call({ method: "GET", path: "/v2/bot/info" }, signal);
    if (typeof body.basicId === "string" && body.basicId !== "") return body.basicId;
    throw new ChannelError("refused", "LINE names no id for this account.");
  }

  return { send, act, entryLink, chatUrl };
}

function isLinked(part: Part): part is Extract<Part, { type: "file" }> {
  return part.type === "file" && !STICKER.test(part.ref);
}

/** What is answered often is what the reply token came with. */
function quotedIn(data: unknown, replyTo: string): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { messageId, quoteToken } = data as { messageId?: unknown; quoteToken?: unknown };
  return messageId === replyTo && typeof quoteToken === "string" ? quoteToken : undefined;
}
