import type { ChannelLink } from "../contract/api-attribution.ts";
import { HubError, type Clock, type EntryLink, type EntryMethod } from "../contract/index.ts";
import type { AliasStore } from "./alias-store.ts";
import type { Door } from "./touch-store.ts";

export type EntryLinker = (channelId: string, code: string, signal: AbortSignal) => Promise<EntryLink>;

/** Where an entry point's addresses come from. */
export interface Links {
  /** The address to print: our own, so that the target can change after print. */
  shortUrl(code: string): string;
  /** Does this address lead back to an entry point of ours? */
  isShortUrl(url: URL): boolean;
  /** Where the door leads now, or in this one of its channels. Rejects when the channel gives no link. */
  target(door: Pick<Door, "id" | "code" | "channelId" | "targetUrl">, channelId?: string): Promise<string>;
  /** The link into each channel, and what that platform's links cannot do. */
  describe(door: Pick<Door, "id" | "code">, channels: readonly ChannelName[]): Promise<ChannelLink[]>;
}

export interface ChannelName {
  id: string;
  name: string;
  adapter: string;
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
  /** By which ways a channel's platform can tell a code. */
  entryMethods: (channelId: string) => readonly EntryMethod[];
}): Links {
  const { clock, entryLink, aliases } = parts;
  const kept = new Map<string, Kept>();

  const base = () => {
    const { origin, pathname } = parts.publicUrl();
    return `${origin}${pathname.replace(/\/$/, "")}/e/`;
  };

  /** The channel's deep link, asked for once a minute; those who come meanwhile wait for the same answer. */
  function deepLink(door: Pick<Door, "id" | "code">, channelId: string): Promise<string> {
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
  async function makeLink(door: Pick<Door, "id" | "code">, channelId: string, signal: AbortSignal): Promise<string> {
    const made = await aliases.link(channelId, door.id);
    if (made !== undefined) return made;
    const { url, alias } = await entryLink(channelId, door.code, signal);
    const { href } = new URL(url);
    if (alias !== undefined) await aliases.keep({ channelId, alias, entryPointId: door.id, url: href });
    return href;
  }

  const shortUrl = (code: string) => base() + code;

  return {
    shortUrl,
    isShortUrl: (url) => url.href.toLowerCase().startsWith(base().toLowerCase()),
    async target(door, channelId) {
      if (channelId !== undefined) return deepLink(door, channelId);
      if (door.targetUrl !== null) return withCode(door.targetUrl, door.code);
      if (door.channelId !== null) return deepLink(door, door.channelId);
      throw new Error("The entry point has neither a channel nor a target address.");
    },
    describe: (door, channels) =>
      Promise.all(
        channels.map(async ({ id, name, adapter }): Promise<ChannelLink> => {
          const base = { channelId: id, name, adapter, shortUrl: `${shortUrl(door.code)}?c=${id}` };
          try {
            const url = await deepLink(door, id);
            return { ...base, url, problem: null, limits: limitsOf(url, door.code, parts.entryMethods(id)) };
          } catch (error) {
            return { ...base, url: null, problem: problemOf(error), limits: [] };
          }
        }),
      ),
  };
}

/** What a person of ours may read; anything else that went wrong may hold an address of the platform's with a token. */
function problemOf(error: unknown): string {
  return error instanceof HubError ? error.message : "The channel gives no link just now. Check the channel.";
}

const LIMITS = {
  "text-can-be-changed": {
    en: "The code stands in a text that the person may change or delete before sending it.",
    zh: "编号写在预填文字里，对方发送前可能会改动或删除。",
  },
  "no-code-in-link": {
    en: "This platform's links carry no code. The person must type the code or the keyword.",
    zh: "该平台的链接无法携带编号，需要对方手动输入编号或口令。",
  },
  "joins-may-be-ambiguous": {
    en: "The link is an invite. When several people join at once, the platform may not tell through which.",
    zh: "该链接是邀请链接。多人同时加入时，平台可能无法说明各自来自哪个邀请。",
  },
  "qr-code-of-the-platform": {
    en: "The link shows the platform's own QR code, to be scanned in its app.",
    zh: "该链接显示平台自己的二维码，需在其应用内扫码。",
  },
} as const;

/** Read off the link itself: a code that is no parameter's whole value stands in words. */
function limitsOf(link: string, code: string, methods: readonly EntryMethod[]): ChannelLink["limits"] {
  const limit = (name: keyof typeof LIMITS) => [{ name, says: { ...LIMITS[name] } }];
  const url = new URL(link);
  if ([...url.searchParams.values()].includes(code)) return [];
  if (decoded(url.href).includes(code)) return limit("text-can-be-changed");
  if (methods.includes("scene")) return limit("qr-code-of-the-platform");
  return methods.includes("invite") && !methods.includes("keyword")
    ? limit("joins-may-be-ambiguous")
    : limit("no-code-in-link");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
