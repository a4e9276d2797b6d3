import { ChannelError, type AdapterTools } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { fieldsOf } from "./surroundings.ts";

const KEPT_MS = 7 * 86_400_000;
const MOST_CHANNELS = 500;
const PAGE = 100;
const MOST_PAGES = 5;
const PATIENCE_MS = 10_000;

type Fields = Record<string, unknown>;
interface Seen {
  id: string;
  direct?: true;
}

/**
 * What was said while no session could be resumed: Discord does not repeat it, but it can be asked for. The latest message
 * of each channel is noted; after a new session those channels are read on from there.
 */
export interface CatchUp {
  load(): Promise<void>;
  save(): Promise<void>;
  /** A message is stored. */
  note(message: Fields): void;
  /** Looks into READY and GUILD_CREATE for what was missed. */
  notice(t: string, d: Fields): void;
}

export function createCatchUp(
  { call, tools }: { call: Call; tools: AdapterTools },
  handle: (message: Fields) => void,
  signal: AbortSignal,
): CatchUp {
  const seen = new Map<string, Seen>();
  let saved = "{}";
  let turn: Promise<void> = Promise.resolve();

  function readOn(channelId: string, guildId?: string): void {
    const from = seen.get(channelId);
    if (!from) return;
    const take = (message: Fields) => handle(guildId ? { ...message, guild_id: guildId } : message);
    turn = turn.then(() => readPages({ call, tools }, channelId, from.id, take, signal)).catch(() => undefined);
  }

  return {
    async load() {
      const text = await tools.cache.get("seen");
      for (const [channel, value] of Object.entries(parse(text))) {
        const { id, direct } = fieldsOf(value);
        if (isId(channel) && isId(id)) seen.set(channel, { id, ...(direct === true && { direct }) });
      }
      saved = text ?? saved;
    },
    async save() {
      const text = JSON.stringify(Object.fromEntries(seen));
      if (text === saved) return;
      await tools.cache.set("seen", text, KEPT_MS);
      saved = text;
    },
    note({ id, channel_id, guild_id }) {
      if (!isId(id) || !isId(channel_id)) return;
      const before = seen.get(channel_id);
      if (before && compareIds(before.id, id) >= 0) return;
      seen.delete(channel_id); // the latest stand last
      seen.set(channel_id, { id, ...(guild_id == null && { direct: true }) });
      if (seen.size > MOST_CHANNELS) seen.delete(seen.keys().next().value as string);
    },
    notice(t, d) {
      if (t === "READY") for (const [channel, { direct }] of seen) if (direct) readOn(channel);
      if (t !== "GUILD_CREATE" || typeof d.id !== "string") return;
      for (const raw of [d.channels, d.threads].flat()) {
        const { id, last_message_id: last } = fieldsOf(raw);
        const known = isId(id) ? seen.get(id) : undefined;
        if (known && isId(last) && compareIds(last, known.id) > 0) readOn(id as string, d.id);
      }
    },
  };
}

/** Reads a channel on from this message, oldest first. */
async function readPages(
  parts: { call: Call; tools: AdapterTools },
  channelId: string,
  from: string,
  take: (message: Fields) => void,
  signal: AbortSignal,
): Promise<void> {
  let after = from;
  for (let page = 0; page < MOST_PAGES && !signal.aborted; page++) {
    const messages = (await ask(parts, channelId, after, signal)).map(fieldsOf).filter(({ id }) => isId(id));
    messages.sort((a, b) => compareIds(String(a.id), String(b.id)));
    messages.forEach(take);
    after = String(messages.at(-1)?.id ?? after);
    if (messages.length < PAGE) return;
  }
}

async function ask(
  { call, tools }: { call: Call; tools: AdapterTools },
  channelId: string,
  after: string,
  signal: AbortSignal,
): Promise<unknown[]> {
  const query = new URLSearchParams({ after, limit: String(PAGE) });
  const get = () => call<unknown>("GET", `/channels/${channelId}/messages`, { query }, signal);
  const found = await get().catch(async (error: unknown) => {
    const wait = error instanceof ChannelError ? error.retryAfterMs : undefined;
    if (wait === undefined || wait > PATIENCE_MS) throw error;
    await tools.clock.sleep(wait, signal);
    return get();
  });
  return Array.isArray(found) ? found : [];
}

function isId(value: unknown): value is string {
  return typeof value === "string" && /^\d{1,20}$/.test(value);
}

/** Ids are numbers beyond what JavaScript counts. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

function parse(text: string | undefined): Fields {
  try {
    return text === undefined ? {} : fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}
