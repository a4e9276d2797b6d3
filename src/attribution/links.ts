import type { Clock, EntryLink } from "../contract/index.ts";
import type { AliasStore } from "./alias-store.ts";
import type { Door } from "./touch-store.ts";

export type EntryLinker = (channelId: string, code: string, signal: AbortSignal) => Promise<EntryLink>;

/** Where an entry point's addresses come from. */
export interface Links {
  /** The address to print: our own, so that the target can change after print. */
  shortUrl(code: string): string;
  /** Does this address lead back to an entry point of ours? */
  isShortUrl(url: URL): boolean;
  /** Where the door leads now. Rejects when its channel gives no link. */
  target(door: Door): Promise<string>;
}

const KEEP_MS = 60_000;
const PATIENCE_MS = 5_000;
const MAX_KEPT = 1_000;

interface Kept {
  link: Promise<string>;
  untilMs: number;
}

export function createLinks(parts: {
  clock: Clock;
  publicUrl: () => URL;
  entryLink: EntryLinker;
  aliases: AliasStore;
}): Links {
  const { clock, entryLink, aliases } = parts;
  const kept = new Map<string, Kept>();

  const base = () => {
    const { origin, pathname } = parts.publicUrl();
    return `${origin}${pathname.replace(/\/$/, "")}/e/`;
  };

  /** The channel's deep link, asked for once a minute; those who come meanwhile wait for the same answer. */
  function deepLink(door: Door, channelId: string): Promise<string> {
    const key = `${door.id} ${channelId}`; // an edited target is another link
    const known = kept.get(key);
    if (known && clock.monotonicMs() < known.untilMs) return known.link;

    const link = inTime(clock, (signal) => makeLink(door, channelId, signal));
    kept.delete(key);
    kept.set(key, { link, untilMs: clock.monotonicMs() + KEEP_MS });
    link.catch(() => kept.get(key)?.link === link && kept.delete(key));
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return link;
  }

  /** A link under the platform's own name (an invite) is made once and kept: the name is how we know the door again. */
  async function makeLink(door: Door, channelId: string, signal: AbortSignal): Promise<string> {
    const made = await aliases.link(channelId, door.id);
    if (made !== undefined) return made;
    const { url, alias } = await entryLink(channelId, door.code, signal);
    const { href } = new URL(url);
    if (alias !== undefined) await aliases.keep({ channelId, alias, entryPointId: door.id, url: href });
    return href;
  }

  return {
    shortUrl: (code) => base() + code,
    isShortUrl: (url) => url.href.toLowerCase().startsWith(base().toLowerCase()),
    async target(door) {
      if (door.targetUrl !== null) return withCode(door.targetUrl, door.code);
      if (door.channelId !== null) return deepLink(door, door.channelId);
      throw new Error("The entry point has neither a channel nor a target address.");
    },
  };
}

/** @throws when the stored address is not one that a browser may be sent to. */
function withCode(targetUrl: string, code: string): string {
  const url = new URL(targetUrl);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw new Error("The target address is neither http nor https.");
  url.searchParams.set("e", code);
  return url.href;
}

/** Gives up on a platform that does not answer: the person is waiting with the telephone in their hand. */
async function inTime<T>(clock: Clock, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const over = new AbortController();
  const timeout = clock.sleep(PATIENCE_MS, over.signal).then((): never => {
    late.abort();
    throw new Error(`The channel gave no link within ${PATIENCE_MS} ms.`);
  });
  try {
    return await Promise.race([run(late.signal), timeout]);
  } finally {
    over.abort();
  }
}
