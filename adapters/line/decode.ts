import {
  BadPayload,
  type Actor,
  type Entry,
  type HubEvent,
  type Json,
  type PlaceKind,
  type Referrer,
} from "../../src/contract/index.ts";
import { partsOf } from "./content.ts";
import { LiffVisit, WebhookBody, type Known, type LineEvent, type LineMessage, type LineSource } from "./payload.ts";
import { placeOf } from "./place.ts";

/** LINE speaks of a minute; others have seen half of it. */
const REPLY_LIFE_MS = 30_000;
/** Where LINE says neither who nor where (an account's own news). */
const NOWHERE = "nowhere";
const CODE = /^[\w-]{1,64}$/;
/** A rich menu's or a card's button that is a door: "e=CODE". */
const DOOR = /^e=([\w-]{1,64})$/;

interface Shared {
  id: string;
  place: string;
  placeKind: PlaceKind;
  placeTitle?: string;
  actor?: Actor;
  sentAt: Date;
  referrer?: Referrer;
}

interface Context {
  /** Our own account's user id. */
  self: string | undefined;
  known: Known;
}

/**
 * What LINE's delivery means. An event of a kind that we do not carry is `unknown`, not an error.
 * @throws BadPayload where a field that we read is of the wrong type
 */
export function decode(payload: Json): HubEvent[] {
  if (typeof payload === "object" && payload !== null && "liff" in payload) return [fromLiff(payload)];
  const { data: body, error } = WebhookBody.safeParse(payload);
  if (!body) throw new BadPayload(sentence(error.issues[0]));
  const context = { self: body.destination, known: body.known ?? {} };
  return body.events.flatMap((event) => fromEvent(event, context));
}

function sentence(issue: { path: PropertyKey[]; message: string } | undefined): string {
  return `The delivery cannot be read at "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "it is none of LINE's"}.`;
}

function fromEvent(event: LineEvent, context: Context): HubEvent[] {
  const shared = about(event, context);
  const asked = event.type === "message" || event.type === "postback" || event.type === "follow";
  if (event.mode === "standby" && asked)
    return [unknown(shared, `Another module answers this chat: a ${event.type} event in standby mode.`)];
  switch (event.type) {
    case "message":
      return [fromMessage(event.message, shared, context)];
    case "messageEdited":
      return [fromEdit(event.message, shared)];
    case "unsend":
      return [event.unsend ? { type: "deleted", ...shared, messageId: event.unsend.messageId } : broken(event, shared)];
    case "postback":
      return [fromPostback(event, shared)];
    case "follow":
      return [{ type: "entered", ...shared }];
    case "unfollow":
      return [shared.actor ? { type: "left", ...shared, member: shared.actor, blocked: true } : broken(event, shared)];
    default:
      return fromMembership(event, shared, context);
  }
}

/** What all events share. Only an active channel may answer, so only then is there something to answer with. */
function about(event: LineEvent, { known }: Context): Shared {
  const { source, timestamp, webhookEventId, replyToken, mode } = event;
  const where = placeOf(source) ?? { place: NOWHERE, placeKind: "direct" as const };
  const actor = actorOf(source, known);
  return {
    id: webhookEventId ?? `${event.type}:${timestamp}:${where.place}`,
    ...where,
    ...(known.placeTitle !== undefined && where.placeKind === "group" && { placeTitle: known.placeTitle }),
    ...(actor && { actor }),
    sentAt: new Date(timestamp),
    ...(replyToken && mode !== "standby" && { referrer: referrerOf(event, replyToken) }),
  };
}

function referrerOf({ message, timestamp }: LineEvent, replyToken: string): Referrer {
  const { quoteToken, markAsReadToken } = message ?? {};
  return {
    data: {
      replyToken,
      ...(quoteToken !== undefined && message && { messageId: message.id, quoteToken }),
      ...(markAsReadToken !== undefined && { markAsReadToken }),
    },
    expiresAt: new Date(Math.min(timestamp + REPLY_LIFE_MS, 8.64e15)),
  };
}

function actorOf(source: LineSource | undefined, { name, locale }: Known = {}): Actor | undefined {
  if (source?.userId === undefined) return undefined;
  return { id: source.userId, ...(name !== undefined && { name }), ...(locale !== undefined && { locale }) };
}

function fromMessage(message: LineMessage | undefined, shared: Shared, { known }: Context): HubEvent {
  if (!message) return unknown(shared, "A message event without its message.");
  const parts = partsOf(message);
  const told = { ...shared, id: message.id };
  if (parts.length === 0) return unknown(told, `A message of the kind ${nameOf(message.type)} is not carried.`);
  const isForUs = known.quotesUs === true || (message.mention?.mentionees.some(({ isSelf }) => isSelf) ?? false);
  return {
    type: "message",
    ...told,
    parts,
    addressed: shared.placeKind === "direct" || isForUs,
    ...(message.quotedMessageId !== undefined && { replyTo: message.quotedMessageId }),
    ...(message.imageSet && { album: message.imageSet.id }),
  };
}

/** An edit's answer would be a second one to the same question: it carries nothing to answer with. */
function fromEdit(message: LineMessage | undefined, { referrer: _, ...shared }: Shared): HubEvent {
  const parts = message ? partsOf(message) : [];
  if (!message || parts.length === 0) return unknown(shared, "An edit of a kind that is not carried.");
  return { type: "edited", ...shared, messageId: message.id, parts };
}

/** What a date picker gave stands behind the button's own data. */
function fromPostback(event: LineEvent, shared: Shared): HubEvent {
  if (!event.postback) return broken(event, shared);
  const { data, params = {} } = event.postback;
  if (params.newRichMenuAliasId !== undefined) return unknown(shared, "Another page of the rich menu was opened.");
  const [code] = DOOR.exec(data)?.slice(1) ?? [];
  const picked = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return {
    type: "pressed",
    ...shared,
    choice: [data, ...picked].join("&"),
    ...(code !== undefined && { entry: { code, method: "start-param", raw: data } satisfies Entry }),
  };
}

function fromMembership(event: LineEvent, shared: Shared, { self }: Context): HubEvent[] {
  const us: Actor = { id: self ?? "self", isSelf: true, isBot: true };
  if (event.type === "join") return [{ type: "joined", ...shared, member: us }];
  if (event.type === "leave") return [{ type: "left", ...shared, member: us }];
  if (event.type !== "memberJoined" && event.type !== "memberLeft") return [fromOther(event, shared)];

  const members = (event.joined ?? event.left)?.members.flatMap((member) => actorOf(member) ?? []) ?? [];
  if (members.length === 0) return [broken(event, shared)];
  const { referrer, ...rest } = shared;
  return members.map((member, index) => ({
    type: event.type === "memberJoined" ? "joined" : "left",
    ...rest,
    id: `${shared.id}:${member.id}`,
    actor: member,
    member,
    ...(index === 0 && referrer && { referrer }),
  }));
}

const REASONS: Readonly<Record<string, string>> = {
  beacon: "A LINE Beacon was near: not carried.",
  accountLink: "An account link ended: not carried.",
  videoPlayComplete: "A video was watched to its end: not carried.",
  membership: "A paid membership changed: not carried.",
  things: "A LINE Things device said something: not carried.",
  module: "A module was attached or detached: not carried.",
  activated: "This module became the one that answers.",
  deactivated: "This module is no longer the one that answers.",
  botSuspended: "LINE suspended the account. Look at the LINE Official Account Manager.",
  botResumed: "LINE resumed the account.",
  delivery: "A notification by phone number was delivered: not carried.",
};

function fromOther(event: LineEvent, { referrer: _, ...shared }: Shared): HubEvent {
  const reason = Object.hasOwn(REASONS, event.type) ? REASONS[event.type] : undefined;
  return unknown(shared, reason ?? `An event of the kind ${nameOf(event.type)} is not carried.`);
}

function broken(event: LineEvent, shared: Shared): HubEvent {
  return unknown(shared, `A ${nameOf(event.type)} event without what it is about.`);
}

function unknown({ referrer: _, ...shared }: Shared, reason: string): HubEvent {
  return { type: "unknown", ...shared, reason };
}

/** LINE proved who came; the code is what the link carried. */
function fromLiff(payload: Json): HubEvent {
  const { data, error } = LiffVisit.safeParse(payload);
  if (!data) throw new BadPayload(sentence(error.issues[0]));
  const { id, userId, atMs, code, name } = data.liff;
  return {
    type: "entered",
    id,
    place: userId,
    placeKind: "direct",
    actor: { id: userId, ...(name && { name }) },
    sentAt: new Date(atMs),
    ...(code !== undefined && CODE.test(code) && { entry: { code, method: "start-param", raw: `liff ?e=${code}` } }),
  };
}

/** A kind's name is written by others too. */
function nameOf(kind: string): string {
  return kind.replaceAll(/[^\w-]/g, "?").slice(0, 64) || "nothing";
}
