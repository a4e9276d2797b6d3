import type { Clock } from "../contract/index.ts";
import type { Door } from "./touch-store.ts";

export type EntryLinker = (channelId: string, code: string, signal: AbortSignal) => Promise<string>;

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

export function createLinks(parts: { clock: Clock; publicUrl: () => URL; entryLink: EntryLinker }): Links {
  const { clock, entryLink } = parts;
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

    const link = inTime(clock, (signal) => entryLink(channelId, door.code, signal)).then((url) => new URL(url).href);
    kept.delete(key);
    kept.set(key, { link, untilMs: clock.monotonicMs() + KEEP_MS });
    link.catch(() => kept.get(key)?.link === link && kept.delete(key));
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return link;
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
