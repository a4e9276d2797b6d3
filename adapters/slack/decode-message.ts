import type { HubEvent, MessageEvent as MessageHubEvent, PlaceKind } from "../../src/contract/index.ts";
import { partsOf } from "./content.ts";
import { channelPlace, messageIdOf, momentOf, threadPlace } from "./ids.ts";
import { isOwn, mentionsSelf, writerOf, type Scene } from "./people.ts";
import type { ChangedEvent, DeletedEvent, MessageEvent, Said } from "./payload.ts";
import type { z } from "zod";

/** Messages that people and bots write; the other subtypes tell of the channel (somebody joined, the topic changed). */
const WRITTEN = new Set(["", "file_share", "thread_broadcast", "me_message", "bot_message"]);

interface Placed {
  place: string;
  placeKind: PlaceKind;
  placeTitle?: string;
}

/**
 * Where an answer to this message goes. A mention in a channel begins a thread, since that is where Slack's people expect
 * the answer; what follows in the thread has the same place.
 */
export function placeOf(
  channel: string,
  said: Pick<Said, "ts" | "thread_ts" | "text">,
  addressed: boolean,
  scene: Scene,
): Placed {
  const title = scene.noted.title ? { placeTitle: scene.noted.title } : {};
  if (said.thread_ts && said.thread_ts !== said.ts) return { ...threadPlace(channel, said.thread_ts), ...title };
  const whole = channelPlace(channel);
  if (whole.placeKind === "direct") return whole;
  return { ...(addressed || mentionsSelf(said.text, scene) ? threadPlace(channel, said.ts) : whole), ...title };
}

/** A message; `named` where Slack says that it mentions us. Both tellings of a mention become the same event. */
export function fromMessage(event: MessageEvent, named: boolean, scene: Scene): HubEvent {
  const { channel, ts, subtype, thread_ts, parent_user_id } = event;
  const isDirect = event.channel_type === "im" || event.channel_type === "app_home" || channel.startsWith("D");
  const isMention = named || mentionsSelf(event.text, scene);
  const shared = {
    id: messageIdOf(channel, ts),
    ...placeOf(channel, event, isMention, scene),
    ...writerOf(event, scene),
    sentAt: momentOf(ts),
  };
  const unknown = (reason: string): HubEvent => ({ type: "unknown", ...shared, reason });
  if (isOwn(event, scene)) return unknown("The app's own message came back (own echo).");
  if (!WRITTEN.has(subtype ?? "")) return unknown(aboutChannel(subtype ?? ""));
  const parts = partsOf(event, scene);
  if (parts.length === 0) return unknown("A message without words or files.");

  const said: MessageHubEvent = {
    type: "message",
    ...shared,
    parts,
    addressed: isDirect || isMention || Boolean(scene.self && parent_user_id === scene.self),
  };
  return thread_ts && thread_ts !== ts ? { ...said, replyTo: messageIdOf(channel, thread_ts) } : said;
}

function aboutChannel(subtype: string): string {
  const kind = kindWord(subtype);
  if (/^(channel|group)_(join|leave)$/.test(subtype))
    return `A notice of the kind ${kind}; the event member_joined_channel or member_left_channel tells the same.`;
  return `A message of the kind ${kind} is not carried.`;
}

/** A kind's name is written by others too. */
export function kindWord(text: string): string {
  return text.replaceAll(/[^\w.-]/g, "?").slice(0, 64) || "nothing";
}

/** Slack tells of every change of a message by this event: edits, but also unfurled links, new replies, a deleted thread's head. */
export function fromChange(event: z.infer<typeof ChangedEvent>, scene: Scene): HubEvent {
  const { channel, message, previous_message: before } = event;
  const messageId = messageIdOf(channel, message.ts);
  const at = event.event_ts ?? event.ts ?? message.edited?.ts ?? message.ts; // finer than when the edit says it was
  const shared = {
    id: `${messageId}:${at}`,
    ...placeOf(channel, { ...(before ?? message), ts: message.ts }, false, scene),
    ...writerOf(message, scene),
    sentAt: momentOf(at),
  };
  if (message.subtype === "tombstone") return deletion(shared, messageId);
  const unknown = (reason: string): HubEvent => ({ type: "unknown", ...shared, reason });
  if (isOwn(message, scene)) return unknown("The app's own change came back (own echo).");
  if (!isEdit(message, before))
    return unknown("Slack changed what surrounds the message (a link's preview, a reply's count), not its words.");
  const parts = partsOf(message, scene);
  return parts.length > 0
    ? { type: "edited", ...shared, messageId, parts }
    : unknown("An edit that leaves no words or files.");
}

/** Equal words and files are no edit, whatever else came along. */
function isEdit(message: Said, before: Said | null | undefined): boolean {
  if (!before) return Boolean(message.edited);
  if ((message.text ?? "") !== (before.text ?? "")) return true;
  const filesIn = ({ files }: Said) =>
    (files ?? [])
      .filter(({ mode }) => mode !== "tombstone")
      .map(({ id }) => id)
      .join();
  return filesIn(message) !== filesIn(before) || (message.edited?.ts ?? "") !== (before.edited?.ts ?? "");
}

/** Slack does not say who deleted. */
export function fromDeletion(event: z.infer<typeof DeletedEvent>, scene: Scene): HubEvent {
  const { channel, deleted_ts, previous_message } = event;
  const { place, placeKind, placeTitle } = placeOf(channel, { ...previous_message, ts: deleted_ts }, false, scene);
  const at = {
    id: "",
    place,
    placeKind,
    ...(placeTitle && { placeTitle }),
    sentAt: momentOf(event.event_ts ?? event.ts ?? deleted_ts),
  };
  return deletion(at, messageIdOf(channel, deleted_ts));
}

type Shared = Placed & { sentAt: Date };

/** A deleted message may be told twice, as a deletion and as a tombstone: both have one id. */
function deletion({ place, placeKind, placeTitle, sentAt }: Shared, messageId: string): HubEvent {
  return { type: "deleted", id: messageId, place, placeKind, ...(placeTitle && { placeTitle }), sentAt, messageId };
}
