import {
  ChannelError,
  type Action,
  type AdapterTools,
  type OutboundMessage,
  type Sent,
} from "../../src/contract/index.ts";
import { idIn, objectsIn, type GraphClient, type JsonObject } from "../graph/index.ts";
import { encode } from "./encode.ts";
import { createMedia } from "./media.ts";
import type { Seen } from "./seen.ts";
import { addressOf } from "./place.ts";

export interface OutboundParts {
  client: GraphClient;
  phoneNumberId: string;
  tools: AdapterTools;
  /** The last message of each person, which typing is shown below. */
  seen: Seen;
}

/** All that goes out to WhatsApp. */
export function createOutbound({ client, phoneNumberId, tools, seen }: OutboundParts) {
  const { fileFor, fetchFile } = createMedia({ client, phoneNumberId, tools });
  const post = (json: object, signal: AbortSignal) =>
    client.call<JsonObject>("POST", `${phoneNumberId}/messages`, { json }, signal);

  async function send(message: OutboundMessage, signal: AbortSignal): Promise<Sent> {
    const [part] = message.parts;
    const file = part?.type === "file" ? await fileFor(part, signal) : undefined;
    const answer = await post(encode(message, file), signal);
    const id = idIn(objectsIn(answer, "messages")[0], "id");
    if (id === undefined) throw new ChannelError("maybe-sent", "WhatsApp took the message and named no id for it.");
    return { externalId: id };
  }

  async function act(action: Action, signal: AbortSignal): Promise<void> {
    switch (action.type) {
      case "react": {
        const reaction = { message_id: action.messageId, emoji: action.emoji ?? "" };
        await post({ messaging_product: "whatsapp", ...addressOf(action.place), type: "reaction", reaction }, signal);
        return;
      }
      case "typing":
        return markRead(seen.lastOf(action.place), true, signal);
      case "acknowledge":
        return markRead(idIn(action.referrer.data, "messageId"), false, signal);
      default:
        throw new ChannelError("refused", `WhatsApp cannot ${action.type} a message that was sent.`);
    }
  }

  /** WhatsApp shows both in one: whoever types has read. It says typing for 25 seconds, or until the answer comes. */
  async function markRead(messageId: string | undefined, typing: boolean, signal: AbortSignal): Promise<void> {
    if (messageId === undefined)
      throw new ChannelError("refused", "WhatsApp shows this below a message of the person, and none is known here.");
    const indicator = typing ? { typing_indicator: { type: "text" } } : {};
    await post({ messaging_product: "whatsapp", status: "read", message_id: messageId, ...indicator }, signal);
  }

  return { send, act, fetchFile };
}
