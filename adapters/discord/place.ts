import { ChannelError, type PlaceKind } from "../../src/contract/index.ts";
import type { Added } from "./wire.ts";

// A place is a channel's id: a direct message's, a server's channel's or a thread's. Joining is an event of the whole
// server, so that place is "guild:id"; what is written there goes to the channel that the server greets people in.

/** Discord's kinds of channels that we tell apart. */
const DIRECT = new Set([1]);
const THREADS = new Set([10, 11, 12]);

export interface Placed {
  channel_id: string;
  guild_id?: string | null | undefined;
  channel_type?: number | null | undefined;
}

/** Where an answer goes. Discord's events do not say what kind of channel it is; our side adds that. */
export function placeOf(
  { channel_id, guild_id, channel_type }: Placed,
  { channel }: Added,
): { place: string; placeKind: PlaceKind; placeTitle?: string } {
  const placeKind = kindOf(channel?.type ?? channel_type, guild_id);
  const title = channel?.name && (placeKind === "thread" ? channel.name : `#${channel.name}`);
  return { place: channel_id, placeKind, ...(title && { placeTitle: title }) };
}

function kindOf(type: number | null | undefined, guildId: string | null | undefined): PlaceKind {
  if (type != null && THREADS.has(type)) return "thread";
  if (guildId == null) return type == null || DIRECT.has(type) ? "direct" : "group";
  return "group";
}

export function guildPlace(
  guildId: string,
  { guild }: Added,
): { place: string; placeKind: PlaceKind; placeTitle?: string } {
  return { place: `guild:${guildId}`, placeKind: "group", ...(guild && { placeTitle: guild }) };
}

/** A place as Discord's methods take it. */
export function readPlace(place: string): { channelId: string } | { guildId: string } {
  const [, guildId, channelId] = /^(?:guild:(\d{1,20})|(\d{1,20}))$/.exec(place) ?? [];
  if (guildId) return { guildId };
  if (!channelId) throw new ChannelError("refused", "This is not a place on Discord.");
  return { channelId };
}

export function readMessageId(id: string): string {
  if (!/^\d{1,20}$/.test(id)) throw new ChannelError("refused", "This is not the id of a message on Discord.");
  return id;
}
