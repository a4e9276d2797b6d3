import { ChannelError, type AdapterTools, type OutboundMessage, type Sent } from "../../src/contract/index.ts";
import { createActions } from "./actions.ts";
import type { Call } from "./api.ts";
import { encode } from "./encode.ts";
import { createEntryLink } from "./entry-link.ts";
import { createFiles } from "./files.ts";
import { readPlace } from "./place.ts";
import { createReplies, receiptId, type Receipt } from "./replies.ts";

const DAY_MS = 86_400_000;

export interface OutboundParts {
  call: Call;
  tools: AdapterTools;
  applicationId: string;
  inviteChannelId: string | undefined;
  cdnRoot: string;
}

/** All that goes out to Discord. */
export function createOutbound(parts: OutboundParts) {
  const { call, tools } = parts;
  const files = createFiles(parts);
  const replies = createReplies(parts);

  async function send(message: OutboundMessage, signal: AbortSignal): Promise<Sent> {
    const body = encode(message);
    const uploads = await files.filesOf(message.parts, signal);
    const interacted = replies.readReferrer(message);
    const answered = interacted && (await replies.inPlace(interacted, message.idempotencyKey, body, uploads, signal));
    if (answered) return { externalId: receiptId(answered) };
    const channelId = await channelOf(message.place, signal);
    const options = { body, ...(uploads && { files: uploads }) };
    const result = await call<Receipt>("POST", `/channels/${channelId}/messages`, options, signal).catch(
      (error: unknown) => {
        if (interacted) return replies.followUp(interacted, body, uploads, error, signal);
        throw error;
      },
    );
    return { externalId: receiptId(result) };
  }

  /** A server's own place is the channel in which it greets people. */
  async function channelOf(place: string, signal: AbortSignal): Promise<string> {
    const at = readPlace(place);
    if ("channelId" in at) return at.channelId;
    const id = await tools.cache.once(`greeting:${at.guildId}`, DAY_MS, async () => {
      const guild = await call<{ system_channel_id?: unknown }>("GET", `/guilds/${at.guildId}`, {}, signal);
      return typeof guild.system_channel_id === "string" ? guild.system_channel_id : "";
    });
    if (/^\d{1,20}$/.test(id)) return id;
    throw new ChannelError("refused", "This server has no channel for system messages; choose one in its settings.");
  }

  return {
    send,
    act: createActions(call, channelOf),
    entryLink: createEntryLink(parts, parts.inviteChannelId),
    fetchFile: files.fetchFile,
  };
}
