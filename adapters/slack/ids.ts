import { BadPayload, ChannelError, type PlaceKind } from "../../src/contract/index.ts";

// A place is a channel's id ("C…", a group's or a direct chat's), "channel:thread", "channel@person" (what only that person
// sees: a slash command's answer), or a person's id (their chat with the app, before we know that chat's own id).
// A message's id is "channel:ts"; Slack's ts is unique within a channel.

const CHANNEL = /^[A-Z][A-Z0-9]{1,31}$/;
const TS = /^\d{1,12}\.\d{1,9}$/;
const PLACE = /^([A-Z][A-Z0-9]{1,31})(?::(\d{1,12}\.\d{1,9})|@([UW][A-Z0-9]{1,31}))?$/;
const MESSAGE = /^([A-Z][A-Z0-9]{1,31}):(\d{1,12}\.\d{1,9})$/;
/** An upload has no ts: Slack shares it a little later. */
const FILE_MESSAGE = /^([A-Z][A-Z0-9]{1,31}):file:(F[A-Z0-9]{1,31})$/;

export interface Place {
  /** A channel, or a person's id. */
  channel: string;
  thread?: string;
  /** The only one who sees it. */
  person?: string;
}

/** @throws ChannelError when it is no place on Slack */
export function readPlace(place: string): Place {
  const [, channel, thread, person] = PLACE.exec(place) ?? [];
  if (!channel) throw new ChannelError("refused", "This is not a place on Slack.");
  return { channel, ...(thread && { thread }), ...(person && { person }) };
}

/** A message's channel and ts, or the file that stands for it. @throws ChannelError */
export function readMessageId(id: string): { channel: string; ts: string } | { channel: string; file: string } {
  const [, channel, ts] = MESSAGE.exec(id) ?? [];
  if (channel && ts) return { channel, ts };
  const [, shared, file] = FILE_MESSAGE.exec(id) ?? [];
  if (shared && file) return { channel: shared, file };
  throw new ChannelError("refused", "This is not the id of a message on Slack that can still be changed.");
}

export function messageIdOf(channel: string, ts: string): string {
  return `${channel}:${ts}`;
}

export function threadPlace(channel: string, thread: string): { place: string; placeKind: PlaceKind } {
  return { place: `${channel}:${thread}`, placeKind: "thread" };
}

/** What only one person sees in a channel. */
export function privatePlace(channel: string, person: string): { place: string; placeKind: PlaceKind } {
  return { place: `${channel}@${person}`, placeKind: "direct" };
}

/** The channel itself; those of direct chats begin with D, and a person's id stands for theirs. */
export function channelPlace(channel: string): { place: string; placeKind: PlaceKind } {
  return { place: channel, placeKind: /^[DUW]/.test(channel) ? "direct" : "group" };
}

export function isChannelId(text: string): boolean {
  return CHANNEL.test(text);
}

export function isTs(text: string): boolean {
  return TS.test(text);
}

/** Slack's ts: seconds and a counter. Some events have microseconds without the point. */
export function momentOf(ts: string): Date {
  const [, seconds, fraction = ""] = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(ts) ?? [];
  if (seconds !== undefined)
    return new Date(Number(seconds) * 1_000 + Math.floor(Number(`0.${fraction || "0"}`) * 1_000));
  if (/^\d{13,16}$/.test(ts)) return new Date(Math.floor(Number(ts) / 1_000));
  throw new BadPayload("The event carries no time that can be read.");
}
