import {
  ChannelError,
  type Action,
  type AdapterTools,
  type FilePart,
  type Json,
  type OutboundMessage,
  type Sent,
} from "../../src/contract/index.ts";
import type { GraphClient } from "./client.ts";
import { encodeMessaging, type FileSource, type Rendered } from "./messaging-encode.ts";
import type { FileDoor } from "./messaging-files.ts";
import { readFileRef, type FileRef } from "./messaging-ref.ts";
import type { Trail } from "./messaging-trail.ts";
import { idIn, objectIn, objectsIn, textIn, type JsonObject } from "./values.ts";

const MESSAGE_ID = /^[\w$:=.+-]{4,512}$/;

export interface MessagingOutboundParts {
  client: GraphClient;
  tools: Pick<AdapterTools, "files" | "clock" | "log">;
  platform: string;
  /** Where calls about the account go: its id, or "me". */
  node: string;
  trail: Trail;
  /** Files go as bytes where Meta takes them, else it fetches them from this channel. */
  fileDoor: FileDoor | "upload";
  /** The largest file of each kind, in bytes, where it is less than the channel's own limit. */
  mostBytes?: Partial<Record<FilePart["kind"], number>>;
  /** How the platform names an emoji in a reaction. @throws ChannelError where it takes none such */
  reactionOf(emoji: string): string;
}

interface Upload {
  name: string;
  mimeType: string;
  bytes: Uint8Array;
}

/** All that goes out to Messenger and Instagram. */
export function createMessagingOutbound(parts: MessagingOutboundParts) {
  const { client, tools, platform, node, trail } = parts;
  const files = createFiles(parts);

  async function send(message: OutboundMessage, signal: AbortSignal): Promise<Sent> {
    if (signal.aborted) throw new ChannelError("unreachable", `The send to ${platform} was stopped before it began.`);
    const { source, upload } = await files.prepare(message, signal);
    const rendered = encodeMessaging(message, platform, tools.clock.now(), source);
    const ended = await remember(() => trail.begin(message.place, rendered.message as JsonObject));
    const mid = await post(rendered, upload, signal).catch(async (error: unknown) => {
      if (!(error instanceof ChannelError && error.fault === "maybe-sent")) await remember(() => ended?.(undefined));
      throw error;
    });
    await remember(() => ended?.(mid));
    return { externalId: mid };
  }

  async function post(rendered: Rendered, upload: Upload | undefined, signal: AbortSignal): Promise<string> {
    const input = upload
      ? { form: { fields: formOf(rendered), file: { field: "filedata", ...upload } } }
      : { json: rendered };
    const mid = idIn((await client.call("POST", `${node}/messages`, input, signal)) as Json, "message_id");
    if (mid === undefined) throw new ChannelError("maybe-sent", `${platform} took the message and named no id for it.`);
    return mid;
  }

  /** What only helps to read receipts and echoes does not hold up a message. */
  async function remember<T>(work: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      tools.log.warn({ err: error }, "a send could not be noted for its receipts");
      return undefined;
    }
  }

  async function act(action: Action, signal: AbortSignal): Promise<void> {
    const tell = (sender_action: string, place: string, more: object = {}) =>
      client.call("POST", `${node}/messages`, { json: { recipient: { id: place }, sender_action, ...more } }, signal);
    switch (action.type) {
      case "typing":
        await tell("mark_seen", action.place);
        await tell("typing_on", action.place);
        return;
      case "react": {
        const { place, messageId, emoji } = action;
        const payload = { message_id: messageId, ...(emoji !== null && { reaction: parts.reactionOf(emoji) }) };
        await tell(emoji === null ? "unreact" : "react", place, { payload });
        return;
      }
      default:
        throw new ChannelError("refused", `${platform} cannot ${action.type} a message.`);
    }
  }

  return { send, act, fetchFile: files.fetch };
}

/** Files in both directions. */
function createFiles({ client, tools, platform, fileDoor, mostBytes = {} }: MessagingOutboundParts) {
  async function prepare(
    { parts: [part] }: OutboundMessage,
    signal: AbortSignal,
  ): Promise<{ source?: FileSource; upload?: Upload }> {
    if (part?.type !== "file") return {};
    const kept = await tools.files.get(part.ref);
    if (kept) {
      const most = mostBytes[part.kind] ?? Infinity;
      if (kept.bytes.length > most)
        throw new ChannelError(
          "refused",
          `${platform} takes no file of this kind over ${most} bytes; this one has ${kept.bytes.length}.`,
        );
      return fileDoor === "upload"
        ? { source: "upload", upload: kept }
        : { source: { url: fileDoor.addressOf(part.ref) } };
    }
    const came = readFileRef(part.ref);
    if (came) return { source: { url: (await freshAddress(came, signal)) ?? came.url } };
    if (!/^https:\/\//i.test(part.ref)) throw new ChannelError("refused", "The file to be sent is gone.");
    return { source: { url: part.ref } };
  }

  async function fetchFile(ref: string, signal: AbortSignal): Promise<Response> {
    const came = readFileRef(ref);
    if (!came) throw new ChannelError("refused", `This is no reference to a file on ${platform}.`);
    return client.download(came.url, false, signal).catch(async (error: unknown) => {
      // The address has had its time; by the message's id Meta makes a new one.
      const address = isRefusal(error) ? await freshAddress(came, signal) : undefined;
      if (address === undefined) throw error;
      return client.download(address, false, signal);
    });
  }

  async function freshAddress({ mid, index }: FileRef, signal: AbortSignal): Promise<string | undefined> {
    if (!MESSAGE_ID.test(mid)) return undefined;
    const fields = index === "story" ? "story" : "attachments,story";
    const query = { fields };
    const message = (await client.call("GET", encodeURIComponent(mid), { query }, signal).catch((error: unknown) => {
      if (isRefusal(error)) return {};
      throw error;
    })) as Json;
    if (index === "story") return storyAddress(message);
    return attachmentAddress(objectsIn(objectIn(message, "attachments"), "data")[index]) ?? storyAddress(message);
  }

  return { prepare, fetch: fetchFile };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ChannelError && (error.fault === "refused" || error.fault === "unauthorized");
}

function attachmentAddress(attachment: JsonObject | undefined): string | undefined {
  return (
    textIn(objectIn(attachment, "image_data"), "url") ??
    textIn(objectIn(attachment, "video_data"), "url") ??
    textIn(attachment, "file_url")
  );
}

function storyAddress(message: Json): string | undefined {
  const story = objectIn(message, "story");
  return textIn(objectIn(story, "reply_to"), "link") ?? textIn(objectIn(story, "mention"), "link");
}

/** In a form every field is text, objects as JSON. */
function formOf(rendered: Rendered): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rendered).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
