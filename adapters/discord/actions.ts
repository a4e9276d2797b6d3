import { ChannelError, type Action } from "../../src/contract/index.ts";
import { refusedWith, type Call } from "./api.ts";
import { encodeParts } from "./encode.ts";
import { readMessageId } from "./place.ts";

const UNKNOWN_MESSAGE = 10_008;
const UNKNOWN_EMOJI = 10_014;

type ChannelOf = (place: string, signal: AbortSignal) => Promise<string>;

/** What is done besides sending. */
export function createActions(
  call: Call,
  channelOf: ChannelOf,
): (action: Action, signal: AbortSignal) => Promise<void> {
  return async (action, signal) => {
    if (action.type === "acknowledge")
      throw new ChannelError("refused", "Interactions on Discord are acknowledged as soon as they are stored.");
    const channel = `/channels/${await channelOf(action.place, signal)}` as const;
    if (action.type === "typing") return call("POST", `${channel}/typing`, {}, signal);
    const message = `${channel}/messages/${readMessageId(action.messageId)}` as const;
    switch (action.type) {
      case "edit":
        return call("PATCH", message, { body: encodeParts(action.parts) }, signal);
      case "delete":
        return unlessGone(call("DELETE", message, {}, signal), UNKNOWN_MESSAGE);
      case "react":
        if (action.emoji === null) return takeBack(call, message, signal);
        return call("PUT", `${message}/reactions/${encodeURIComponent(action.emoji)}/@me`, {}, signal);
    }
  };
}

interface Reactions {
  reactions?: { me?: boolean; emoji?: { id?: string | null; name?: string | null } }[];
}

/** Discord keeps several reactions of one person; ours are all those that it marks as such. */
async function takeBack(call: Call, message: `/${string}`, signal: AbortSignal): Promise<void> {
  const { reactions = [] } = await call<Reactions>("GET", message, {}, signal);
  for (const { me, emoji } of reactions) {
    if (!me || !emoji?.name) continue;
    const name = encodeURIComponent(emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name);
    await unlessGone(call("DELETE", `${message}/reactions/${name}/@me`, {}, signal), UNKNOWN_EMOJI, UNKNOWN_MESSAGE);
  }
}

async function unlessGone(done: Promise<unknown>, ...numbers: number[]): Promise<void> {
  await done.catch((error: unknown) => {
    if (!refusedWith(error, ...numbers)) throw error;
  });
}
