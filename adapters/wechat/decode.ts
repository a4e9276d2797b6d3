import type { Allowance, Entry, HubEvent, Json, Referrer } from "../../src/contract/index.ts";
import { partsOf } from "./content.ts";
import { keyOf, momentOf, readGiven, readPush, type Push } from "./payload.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** After following, scanning, or pressing in a menu. */
const ACTED: Allowance = { forMs: MINUTE_MS, messages: 3 };
/** How long an answer waits in passive mode for the person's next message. */
export const KEPT_MS = 7 * 24 * HOUR_MS;

const SCENE = /^qrscene_([^]{1,64})$/;
/** Presses that are followed by what the person then sends as messages of their own. */
const FOLLOWED = new Set(["pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select"]);
const OPENING = new Set(["VIEW", "view_miniprogram", "view_limited", "article_view_limited", "scancode_push"]);

export interface DecodeOptions {
  /** Answers go out in WeChat's own requests: they are kept until the person writes again. */
  passive: boolean;
}

/**
 * What a push means. One of a kind that we do not carry is an `unknown` event, not an error.
 * @throws BadPayload where a field that we read is of the wrong type
 */
export function decode(payload: Json, options: DecodeOptions): HubEvent[] {
  if (isGiven(payload)) return receiptsOf(payload);
  const push = readPush(payload);
  return [push.MsgType === "event" ? fromEvent(push, options) : fromMessage(push, options)];
}

function isGiven(payload: Json): boolean {
  return typeof payload === "object" && payload !== null && "given" in payload && !("MsgType" in payload);
}

/** Kept answers were read by WeChat just now, one receipt for each. */
function receiptsOf(payload: Json): HubEvent[] {
  const { given, FromUserName, CreateTime } = readGiven(payload);
  return [...new Set(given)].map((messageId) => ({
    type: "receipt",
    id: `${messageId}:delivered`,
    place: FromUserName,
    placeKind: "direct",
    sentAt: momentOf(CreateTime),
    messageId,
    status: "delivered",
  }));
}

/** What all events share. The account's openid is the person and the place alike. */
function about(push: Push) {
  const { FromUserName } = push;
  return { id: keyOf(push), place: FromUserName, placeKind: "direct" as const, sentAt: momentOf(push.CreateTime) };
}

/** What an answer to this event needs: how long it may come, and in passive mode to which request. */
function answerable(push: Push, { passive }: DecodeOptions, allows?: Allowance) {
  const actor = { id: push.FromUserName };
  if (!passive) return { actor, ...(allows && { allows }) };
  const referrer: Referrer = {
    data: { key: keyOf(push), at: Number(push.CreateTime) },
    expiresAt: new Date(momentOf(push.CreateTime).getTime() + KEPT_MS),
  };
  return { actor, allows: { forMs: KEPT_MS }, referrer };
}

function fromMessage(push: Push, options: DecodeOptions): HubEvent {
  // The press of a menu message comes as a text with the option's id; WeChat counts it as a press, not as a message.
  if (push.bizmsgmenuid)
    return { type: "pressed", ...about(push), ...answerable(push, options, ACTED), choice: push.bizmsgmenuid };
  const parts = partsOf(push);
  if (parts.length === 0) return unknown(push, `A message of the kind ${push.MsgType} is not carried, or is empty.`);
  return { type: "message", ...about(push), ...answerable(push, options), parts, addressed: true };
}

function fromEvent(push: Push, options: DecodeOptions): HubEvent {
  switch (push.Event) {
    case "subscribe":
    case "SCAN":
      return fromEntrance(push, options);
    case "unsubscribe":
      return { type: "left", ...about(push), ...leaver(push), blocked: true };
    case "CLICK":
      if (!push.EventKey) return unknown(push, "A press in the menu without a key.");
      return { type: "pressed", ...about(push), ...answerable(push, options, ACTED), choice: push.EventKey };
    case "scancode_waitmsg":
      return fromScanner(push, options);
    case "TEMPLATESENDJOBFINISH":
      return fromJob(push);
    default:
      return unknown(push, reasonFor(push));
  }
}

function leaver({ FromUserName: id }: Push) {
  return { actor: { id }, member: { id } };
}

/** Following (again), or scanning as a follower. Without a code the person came by themselves. */
function fromEntrance(push: Push, options: DecodeOptions): HubEvent {
  const entry = entryOf(push);
  return { type: "entered", ...about(push), ...answerable(push, options, ACTED), ...(entry && { entry }) };
}

/** A new follower's code stands behind "qrscene_", a follower's is bare. What else stands there (a payment's number) is no code. */
function entryOf({ Event, EventKey: raw = "", Ticket }: Push): Entry | undefined {
  const code = Event === "SCAN" ? raw : SCENE.exec(raw)?.[1];
  if (!code || code.length > 64) return undefined;
  return { code, method: "scene", raw, ...(Ticket && { details: { ticket: Ticket } }) };
}

/** A menu's scanner: the person waits for what the hub says about the code in front of them. */
function fromScanner(push: Push, options: DecodeOptions): HubEvent {
  const text = push.ScanCodeInfo?.ScanResult;
  if (!text) return unknown(push, "A scan from the menu that read nothing.");
  return {
    type: "message",
    ...about(push),
    ...answerable(push, options, ACTED),
    parts: [{ type: "text", text }],
    addressed: true,
  };
}

/** What became of a template message. `MsgID`, with a capital D, is the id that sending it gave. */
function fromJob(push: Push): HubEvent {
  const { MsgID: messageId, Status: words = "" } = push;
  if (!messageId || !/^\d{1,32}$/.test(messageId)) return unknown(push, "A finished sending without a message's id.");
  const delivered = /^(send ?)?success$/i.test(words);
  return {
    type: "receipt",
    ...about(push),
    messageId,
    status: delivered ? "delivered" : "failed",
    ...(!delivered && { error: words.slice(0, 200) || "WeChat gave no reason." }),
  };
}

function unknown(push: Push, reason: string): HubEvent {
  return { type: "unknown", ...about(push), actor: { id: push.FromUserName }, reason };
}

function reasonFor({ Event = "", EventKey = "" }: Push): string {
  if (Event === "MASSSENDJOBFINISH")
    return "A mass message has gone out; WeChat reports it for the account, not for a person.";
  if (Event === "LOCATION") return "WeChat reported where the person is; they said nothing.";
  if (OPENING.has(Event)) return `The person opened ${EventKey.slice(0, 200) || "something"} from the menu.`;
  if (FOLLOWED.has(Event)) return "The person chose something from the menu; what they chose follows as messages.";
  return `An event of the kind ${Event.slice(0, 64) || "without a name"} is not carried.`;
}
