import { createHmac } from "node:crypto";
import { cleanText, type Clock, type Log } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database } from "../store/index.ts";
import { foldCase, looksLikeCode } from "./codes.ts";
import { insertHit } from "./hit-store.ts";
import type { ChannelName, Links } from "./links.ts";
import { isMachine, isPrefetch } from "./preview-bots.ts";
import { findDoors, type Door } from "./touch-store.ts";

/** What following a code needs to know of an HTTP request. */
export interface FollowRequest {
  method: string;
  ip: string;
  userAgent?: string | undefined;
  referrer?: string | undefined;
  /** The purpose headers, joined. */
  purpose?: string | undefined;
  /** Of an entry point that leads to several channels: the one to go to, by its id or its platform. */
  channel?: string | undefined;
  /** They come from our own page, and were counted there. */
  isOnward?: boolean;
}

/** The ways that a person may choose from. */
export interface Offer {
  code: string;
  channels: readonly ChannelName[];
  phone: string | null;
  keyword: string | null;
}

/** Go there, choose a way, or see a friendly page that says why not. */
export type Followed = { redirect: string } | { offer: Offer } | { page: "unknown" | "archived" | "unreachable" };

export type Device = "phone" | "desktop" | "unknown";
export type Follow = (code: string, request: FollowRequest) => Promise<Followed>;

const PURPOSE_HEADERS = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/** Reads what `follow` needs from a request's headers as node:http gives them. */
export function followRequest(
  method: string,
  ip: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): FollowRequest {
  const one = (name: string) => [headers[name] ?? []].flat().join(", ") || undefined;
  return {
    method,
    ip,
    userAgent: one("user-agent"),
    referrer: one("referer"),
    purpose: PURPOSE_HEADERS.map(one).filter(Boolean).join(", ") || undefined,
  };
}

/** Follows printed and shared codes: stores the hit and says where to go. Nothing of the request decides the target. */
export function createFollow(parts: {
  db: Database;
  clock: Clock;
  log: Log;
  links: Links;
  salt: string;
  /** Names and platforms of channels, in this order. */
  channels(ids: readonly string[]): Promise<readonly ChannelName[]>;
}): Follow {
  const { db, clock, log, links, salt } = parts;

  /** A hit that cannot be stored must not keep the person out. */
  async function count(door: Door, request: FollowRequest): Promise<void> {
    if (request.isOnward || !isPersonsVisit(request)) return;
    const at = clock.now();
    const hit = {
      id: newId(),
      entryPointId: door.id,
      at,
      device: deviceOf(request.userAgent ?? ""),
      referrer: originOf(request.referrer),
      visitorHash: visitorHash(salt, at, request),
    };
    await insertHit(db, hit).catch((error: unknown) => {
      log.error({ entryPointId: door.id, err: error }, "A hit could not be stored.");
    });
  }

  async function targetOf(door: Door, channelId?: string): Promise<string | undefined> {
    try {
      return await links.target(door, channelId);
    } catch (error) {
      log.warn(
        { entryPointId: door.id, channelId: channelId ?? door.channelId, err: error },
        "An entry point leads nowhere just now.",
      );
      return undefined;
    }
  }

  /** Where they go: the one way there is, the one they chose, or a page of all that are open now. */
  async function wayOf(door: Door, wanted: string | undefined): Promise<Followed> {
    const { code, phone, keyword } = door;
    if (door.targetUrl !== null || (door.channelId !== null && door.channelIds.length === 0)) {
      return goTo(await targetOf(door));
    }
    const channels = await parts.channels(door.channelIds);
    const chosen = channels.filter(({ id, adapter }) => id === wanted || adapter === wanted);
    if (chosen[0] && chosen.length === 1) return goTo(await targetOf(door, chosen[0].id));
    const targets = await Promise.all(channels.map(({ id }) => targetOf(door, id)));
    const open = channels.filter((_channel, at) => targets[at] !== undefined);
    if (open.length === 0 && phone === null && keyword === null) return { page: "unreachable" };
    return { offer: { code, channels: open, phone, keyword } };
  }

  return async function follow(code, request) {
    const door = looksLikeCode(code) ? (await findDoors(db, [code])).get(foldCase(code)) : undefined;
    if (!door) return { page: "unknown" };
    if (door.archivedAt) {
      await count(door, request);
      return { page: "archived" };
    }
    const [way] = await Promise.all([wayOf(door, request.channel), count(door, request)]);
    return way;
  };
}

function goTo(redirect: string | undefined): Followed {
  return redirect === undefined ? { page: "unreachable" } : { redirect };
}

/** A browser in a person's hand, that really goes there. */
export function isPersonsVisit(request: FollowRequest): boolean {
  return request.method === "GET" && !isMachine(request.userAgent) && !isPrefetch(request.purpose);
}

export function deviceOf(userAgent: string): Device {
  if (/mobile|android|iphone|ipad|ipod|harmonyos/i.test(userAgent)) return "phone";
  return /windows|macintosh|x11|linux|cros/i.test(userAgent) ? "desktop" : "unknown";
}

/** The referring site without path or query: those may name a person. */
function originOf(referrer: string | undefined): string | null {
  if (referrer === undefined || !URL.canParse(referrer)) return null;
  const { protocol, origin } = new URL(referrer);
  return protocol === "https:" || protocol === "http:" ? cleanText(origin).slice(0, 300) : null;
}

/** Tells two visitors of one day apart; the day is in the key, so that nobody can be followed from day to day. */
function visitorHash(salt: string, at: Date, { ip, userAgent = "" }: FollowRequest): string {
  const key = createHmac("sha256", salt).update(at.toISOString().slice(0, 10)).digest();
  return createHmac("sha256", key)
    .update(JSON.stringify([ip, userAgent]))
    .digest("base64url")
    .slice(0, 22);
}
