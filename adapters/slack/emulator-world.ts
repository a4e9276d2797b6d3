import { createHmac } from "node:crypto";

/** What Slack delivers: events, presses and dialogs, commands. */
export type Kind = "events_api" | "interactive" | "slash_commands";

/** A message as the emulated Slack keeps it, in Slack's own fields. */
export interface StoredMessage extends Record<string, unknown> {
  type: "message";
  ts: string;
  user?: string;
  bot_id?: string;
  text: string;
  thread_ts?: string;
  blocks?: unknown[];
  files?: StoredFile[];
  reactions?: { name: string; users: string[] }[];
  edited?: { user: string; ts: string };
}

export interface StoredFile extends Record<string, unknown> {
  id: string;
  name: string;
  mimetype: string;
  size: number;
}

export interface RawUser {
  id: string;
  name: string;
  realName: string;
  locale: string;
}

export interface RawChannel {
  id: string;
  name: string;
  type: "im" | "channel" | "group";
  /** The person of a direct chat. */
  user?: string;
  members: Set<string>;
  isArchived: boolean;
  messages: Map<string, StoredMessage>;
}

/** One accepted send. */
export interface SentMessage {
  channel: string;
  ts: string;
  method: string;
  text: string;
  /** Who alone sees it. */
  person?: string;
  /** Milliseconds, as performance.now() counts. */
  atMs: number;
  /** All that the app asked for. */
  args: Record<string, unknown>;
}

export interface World {
  teamId: string;
  enterpriseId: string | undefined;
  appId: string;
  botId: string;
  botUserId: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  scopes: string[];
  isRevoked: boolean;
  users: Map<string, RawUser>;
  channels: Map<string, RawChannel>;
  files: Map<string, StoredFile & { bytes: Buffer; isShared: boolean }>;
  /** What may be answered at /respond/KEY, and how often still. */
  responses: Map<string, { channel: string; user: string; left: number; untilMs: number }>;
  sent: SentMessage[];
  now: () => Date;
  /** The address under which this Slack stands. */
  base: string;
  counters: { id: number; micros: number };
}

/** A new id, of Slack's looks. */
export function newSlackId({ counters }: World, prefix: string): string {
  return `${prefix}0E${(++counters.id).toString(36).toUpperCase().padStart(6, "0")}`;
}

/** Slack's ts: seconds and a counter, never twice. */
export function newTs(world: World): string {
  const { counters, now } = world;
  const micros = (counters.micros = Math.max(counters.micros + 1, now().getTime() * 1_000));
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;
}

export function channelNamed(world: World, name: string): RawChannel {
  const found = [...world.channels.values()].find((channel) => channel.type !== "im" && channel.name === name);
  if (found) return found;
  const members = new Set([world.botUserId]);
  return addChannel(world, { id: newSlackId(world, "C"), name, type: "channel", members });
}

/** The chat between a person and the app. */
export function directChat(world: World, user: string): RawChannel {
  const found = [...world.channels.values()].find((channel) => channel.type === "im" && channel.user === user);
  if (found) return found;
  return addChannel(world, {
    id: newSlackId(world, "D"),
    name: "directmessage",
    type: "im",
    user,
    members: new Set([user, world.botUserId]),
  });
}

function addChannel(world: World, given: Omit<RawChannel, "isArchived" | "messages">): RawChannel {
  const channel = { ...given, isArchived: false, messages: new Map<string, StoredMessage>() };
  world.channels.set(channel.id, channel);
  return channel;
}

export function addFile(world: World, name: string, mimetype: string, bytes: Buffer): StoredFile {
  const id = newSlackId(world, "F");
  const url = `${world.base}/files-pri/${world.teamId}-${id}/${encodeURIComponent(name)}`;
  const file = {
    id,
    name,
    title: name,
    mimetype,
    filetype: mimetype.split("/")[1] ?? "binary",
    size: bytes.length,
    mode: "hosted",
    is_external: false,
    url_private: url,
    url_private_download: url.replace("/files-pri/", "/files-pri/download/"),
  };
  world.files.set(id, { ...file, bytes, isShared: false });
  return file;
}

/** A signature as Slack makes it. */
export function signSlack(secret: string, timestamp: string, body: string | Uint8Array): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex")}`;
}
