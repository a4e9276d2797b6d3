import type { Part, Referrer } from "./message.ts";

/** A person or bot as the platform names them. */
export interface Actor {
  id: string;
  name?: string;
  username?: string;
  /** BCP 47, as the platform tells it. */
  locale?: string;
  isBot?: boolean;
  /** Our own account: a person of ours wrote on the platform itself, past the hub. What the hub sent is not reported. */
  isSelf?: boolean;
  /** The id this account had before (a phone number that became a user id): the identity moves along. */
  idBefore?: string;
  /** Facts the platform vouches for (a verified e-mail, say). */
  attributes?: Record<string, string>;
}

/** How a code reached us; `attribution/confidence.ts` says what each is worth. */
export type EntryMethod =
  | "start-param" //       the platform carried our code in the link that opened the chat
  | "group-start-param" // the same, adding the bot to a group
  | "invite" //            an invite link of ours, reported with the join
  | "referral" //          the platform's own referral object
  | "ad"
  | "scene" //             a parametric QR code
  | "prefilled" //         a code in a text that the person could edit
  | "keyword"
  | "page"; //             a web page told us (its URL, UTM parameters, referrer)

/** The door that a person came through, as far as the platform says. */
export interface Entry {
  /** Our code. Missing where the platform tells only circumstances (UTM parameters, a referrer). */
  code?: string;
  /** The platform's own name for the door, where our code does not travel: an invite's code, an ad's id. */
  alias?: string;
  /** Several doors are possible and the platform does not say which: each `alias` with its share, summing to 1. Never a guess. */
  candidates?: { alias: string; weight: number }[];
  method: EntryMethod;
  /** The platform's own words, kept as evidence. */
  raw: string;
  /** UTM parameters, click ids, referrer and landing page. */
  details?: Record<string, string>;
}

/** How much we may write after an event. */
export interface Allowance {
  forMs: number;
  /** Missing: as many as we like. */
  messages?: number;
}

export type PlaceKind = "direct" | "group" | "thread";

interface EventBase {
  /** The event's own identity on the platform, unique with `type` in its place: a redelivery has the same. */
  id: string;
  /** Where on the platform an answer goes; only its adapter reads it. */
  place: string;
  placeKind: PlaceKind;
  placeTitle?: string;
  /** The name this place had before; the conversation moves along. */
  placeBefore?: string;
  /** Who did it; missing where the platform hides them. */
  actor?: Actor;
  /** When the platform says it happened. */
  sentAt: Date;
  entry?: Entry;
  referrer?: Referrer;
  /** On platforms with a reply window: what this event allows, where it is not what a message allows. */
  allows?: Allowance;
}

/** `addressed`: meant for us (a direct message, a mention, a reply to the bot). */
export interface MessageEvent extends EventBase {
  type: "message";
  parts: Part[];
  addressed: boolean;
  replyTo?: string;
  /** Messages of one album share it; the turn waits until they are all here. */
  album?: string;
}
export interface EditedEvent extends EventBase {
  type: "edited";
  messageId: string;
  parts: Part[];
}
export interface DeletedEvent extends EventBase {
  type: "deleted";
  messageId: string;
}
export interface ReactionEvent extends EventBase {
  type: "reaction";
  messageId: string;
  added: string[];
  removed: string[];
  /** `added` is all that this person has on the message now: platforms that do not say what was taken away. */
  replaces?: boolean;
}
/** A button was pressed; `choice` is the option's id. */
export interface PressedEvent extends EventBase {
  type: "pressed";
  choice: string;
  messageId?: string;
}
/** A person opened the chat, through a door that we know or not. */
export interface EnteredEvent extends EventBase {
  type: "entered";
}
export interface JoinedEvent extends EventBase {
  type: "joined";
  member: Actor;
}
/** `blocked`: in a direct chat, the person stopped the bot. */
export interface LeftEvent extends EventBase {
  type: "left";
  member: Actor;
  blocked?: boolean;
}
export interface ReceiptEvent extends EventBase {
  type: "receipt";
  messageId: string;
  status: "sent" | "delivered" | "read" | "failed";
  error?: string;
}
/** Something we do not carry. Not an error: refusing it would make the platform send it again. */
export interface UnknownEvent extends EventBase {
  type: "unknown";
  reason: string;
}

/** What an arrival means. */
export type HubEvent =
  | MessageEvent
  | EditedEvent
  | DeletedEvent
  | ReactionEvent
  | PressedEvent
  | EnteredEvent
  | JoinedEvent
  | LeftEvent
  | ReceiptEvent
  | UnknownEvent;
