import {
  ChannelError,
  type FilePart,
  type OutboundMessage,
  type Referrer,
  type Sent,
} from "../../src/contract/index.ts";
import { faultOf, saidNo } from "./api.ts";
import { encode, encodeBlocks, encodePicture, type Content } from "./encode.ts";
import { bytesOf, isSlackAddress, upload, type FileParts } from "./files.ts";
import { isTs, messageIdOf, readPlace, type Place } from "./ids.ts";
import { isFields, wordOf } from "./rich-text.ts";
import type { Threads } from "./threads.ts";

export interface SendParts extends FileParts {
  threads: Threads;
}

/** Sends one message, by whichever of Slack's ways leads to its place. @throws ChannelError */
export async function send(parts: SendParts, message: OutboundMessage, signal: AbortSignal): Promise<Sent> {
  const place = readPlace(message.place);
  const [part] = message.parts;
  if (part?.type === "file" && !isPicture(part)) return sendFile(parts, part, place, message, signal);
  const content = part?.type === "file" ? encodePicture(part) : encode(message.parts);
  if (place.person) return sendPrivately(parts, place, message, signal);
  try {
    return await post(parts, place, threadOf(place, message), content, signal);
  } catch (error) {
    // A command may be typed where the app is no member; Slack then takes the answer at the command's own address.
    const answered = isGone(error) && (await respond(parts, message, privately(message.parts), signal));
    if (answered) return answered;
    throw error;
  }
}

async function post(
  { call, threads }: SendParts,
  { channel }: Place,
  thread: string | undefined,
  content: Content,
  signal: AbortSignal,
): Promise<Sent> {
  const args = { channel, ...content, ...(thread && { thread_ts: thread }) };
  const result = await call<{ channel?: unknown; ts?: unknown }>("chat.postMessage", args, signal);
  if (typeof result.ts !== "string")
    throw new ChannelError("maybe-sent", "Slack took the message and named no id for it.");
  const where = wordOf(result.channel) ?? channel; // a person's id becomes that of the chat with them
  if (thread) await threads.sent(where, result.ts, thread).catch(() => undefined);
  return { externalId: messageIdOf(where, result.ts) };
}

/** What one person sees: first at the command's own address, which needs no membership, else as an ephemeral message. */
async function sendPrivately(
  parts: SendParts,
  place: Place,
  message: OutboundMessage,
  signal: AbortSignal,
): Promise<Sent> {
  const content = privately(message.parts);
  const answered = await respond(parts, message, content, signal);
  if (answered) return answered;
  const args = { channel: place.channel, user: place.person, ...content };
  const { message_ts } = await parts
    .call<{ message_ts?: unknown }>("chat.postEphemeral", args, signal)
    .catch((error: unknown) => {
      if (isGone(error) || saidNo(error, ["user_not_in_channel"]))
        throw new ChannelError("window-closed", WINDOW_CLOSED, { cause: error });
      throw error;
    });
  return { externalId: `${place.channel}:private:${wordOf(message_ts) ?? message.idempotencyKey}` };
}

/** Answers at a response_url while it lives; `undefined` where there is none, or no longer. */
async function respond(
  { tools, apiRoot }: SendParts,
  { referrer, idempotencyKey, place }: OutboundMessage,
  content: Content,
  signal: AbortSignal,
): Promise<Sent | undefined> {
  const url = responseUrlOf(referrer, tools.clock.now());
  if (!url || !isSlackAddress(url, apiRoot)) return undefined;
  if (signal.aborted) throw new ChannelError("unreachable", "The answer to Slack was stopped before it began.");
  const body = JSON.stringify({ response_type: "ephemeral", replace_original: false, ...content });
  const headers = { "content-type": "application/json" };
  const response = await tools
    .fetch(url, { method: "POST", headers, body, redirect: "manual", signal })
    .catch((error: unknown) => {
      throw faultOf(error);
    });
  await response.arrayBuffer().catch(() => undefined);
  const { status } = response;
  if (status === 429) {
    const seconds = Number(response.headers.get("retry-after")) || 1;
    throw new ChannelError("retry-after", "Slack asks us to slow down.", {
      retryAfterMs: seconds * 1_000,
      scope: "place",
    });
  }
  if (status >= 500) throw new ChannelError("maybe-sent", `Slack broke off at the command's address (${status}).`);
  // Used up after five answers, or expired after half an hour.
  return response.ok ? { externalId: `${readPlace(place).channel}:private:${idempotencyKey}` } : undefined;
}

async function sendFile(
  parts: SendParts,
  part: FilePart,
  place: Place,
  message: OutboundMessage,
  signal: AbortSignal,
): Promise<Sent> {
  if (place.person)
    throw new ChannelError(
      "refused",
      "Slack shows files to a whole channel only; send this one to the person's direct chat.",
    );
  if (signal.aborted) throw new ChannelError("unreachable", "The upload to Slack was stopped before it began.");
  const file = { ...(await bytesOf(parts, part, signal)), alt: part.alt };
  const channel = /^[UW]/.test(place.channel) ? await directChat(parts, place.channel, signal) : place.channel;
  const id = await upload(parts, file, { channel_id: channel, thread_ts: threadOf(place, message) }, signal);
  return { externalId: `${channel}:file:${id}` };
}

async function directChat({ call }: SendParts, user: string, signal: AbortSignal): Promise<string> {
  const { channel } = await call<{ channel?: { id?: unknown } }>("conversations.open", { users: user }, signal);
  const id = wordOf(channel?.id);
  if (!id) throw new ChannelError("unreachable", "Slack opened no chat with this person.");
  return id;
}

const WINDOW_CLOSED =
  "A command typed where the app is no member can be answered for 30 minutes and five times. Invite the app into the channel, or write to the person directly.";

/** Private answers are in blocks: at their addresses formatting cannot be switched off. */
function privately(parts: OutboundMessage["parts"]): Content {
  const [part] = parts;
  return part?.type === "file" && isPicture(part) ? encodePicture(part) : encodeBlocks(parts);
}

function isGone(error: unknown): boolean {
  return error instanceof ChannelError && error.fault === "recipient-gone";
}

/** Slack fetches public pictures itself. */
function isPicture({ kind, ref }: FilePart): boolean {
  return kind === "image" && ref.startsWith("https://");
}

/** An answer to a message of the whole channel goes into that message's thread; elsewhere Slack quotes nothing. */
function threadOf({ channel, thread }: Place, { replyTo }: OutboundMessage): string | undefined {
  if (thread || replyTo === undefined || !/^[CG]/.test(channel)) return thread;
  const [quotedIn, ts] = replyTo.split(":");
  return quotedIn === channel && ts !== undefined && isTs(ts) ? ts : undefined;
}

function responseUrlOf(referrer: Referrer | undefined, now: Date): string | undefined {
  if (!referrer || referrer.expiresAt <= now || !isFields(referrer.data)) return undefined;
  return wordOf(referrer.data.responseUrl);
}
