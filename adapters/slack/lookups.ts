import type { AdapterTools, Json } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { note } from "./arrival.ts";
import { createAsked, type Facts } from "./asked.ts";
import { isChannelId, isTs } from "./ids.ts";
import { isFields, wordOf } from "./rich-text.ts";
import type { Threads } from "./threads.ts";

/** Slack gives us 3 s for everything. A name that takes longer comes with the next message. */
const PATIENCE_MS = 700;
/** People mentioned in one text whose names are asked for. */
const MOST_MENTIONS = 5;

type Body = { [key: string]: Json | undefined };

/** Adds to a delivery what Slack leaves out of it: people's names, the channel's, and a reaction's thread. */
export type Lookups = (body: Body) => Promise<void>;

interface LookupParts {
  call: Call;
  tools: AdapterTools;
  threads: Threads;
  /** False: no names are asked for. */
  names: boolean;
  botUserId: string | undefined;
}

export function createLookups({ call, tools, threads, names, botUserId }: LookupParts): Lookups {
  const { ask, known } = createAsked(call, tools);
  const person = (id: string) =>
    ask(`user:${id}`, "users.info", { user: id, include_locale: true }, (answer) => personFacts(id, answer));
  const channel = (id: string) => ask(`channel:${id}`, "conversations.info", { channel: id }, channelFacts);

  async function addNames(body: Body): Promise<void> {
    const { people, channels } = mentionedIn(body);
    const asked = [...people.map(person), ...channels.map(channel)];
    if (asked.some((each) => each instanceof Promise)) await inTime(Promise.all(asked));
    const found = people.map((id) => known(`user:${id}`)).filter((facts) => facts != null);
    const title = channels.map((id) => wordOf(known(`channel:${id}`)?.title)).find((each) => each !== undefined);
    if (found.length > 0 || title !== undefined)
      note(body, { ...(found.length > 0 && { people: found }), ...(title && { title }) });
  }

  async function inTime(work: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    await Promise.race([work, tools.clock.sleep(PATIENCE_MS, done.signal)]);
    done.abort();
  }

  async function addThread(body: Body): Promise<void> {
    const event = isFields(body.event) ? body.event : {};
    const { channel, ts, thread } = threadIn(event, selfIn(body) ?? botUserId);
    if (channel && ts && thread) threads.heard(channel, ts, thread);
    if (!isFields(event.item) || typeof event.item.channel !== "string" || typeof event.item.ts !== "string") return;
    const found = await threads.find(event.item.channel, event.item.ts);
    if (found) note(body, { thread: found });
  }

  // A delivery is stored with or without what is looked up for it.
  return async (body) => {
    await addThread(body).catch(() => undefined);
    if (names) await addNames(body).catch(() => undefined);
  };
}

function personFacts(id: string, answer: unknown): Facts {
  const user = isFields(answer) && isFields(answer.user) ? answer.user : {};
  const profile = isFields(user.profile) ? user.profile : {};
  const name = wordOf(profile.display_name) ?? wordOf(profile.real_name) ?? wordOf(user.real_name);
  const [username, locale] = [wordOf(user.name), wordOf(user.locale)];
  return {
    id,
    ...(name && { name }),
    ...(username && { username }),
    ...(locale && { locale }),
    isBot: user.is_bot === true,
  };
}

function channelFacts(answer: unknown): Facts {
  const channel = isFields(answer) && isFields(answer.channel) ? answer.channel : {};
  return { title: wordOf(channel.name) ?? null };
}

/** Whose names a delivery wants: who acted, who is mentioned, and the channel where it has a name. */
function mentionedIn(body: Body): { people: string[]; channels: string[] } {
  const event = isFields(body.event) ? body.event : {};
  const message = isFields(event.message) ? event.message : {};
  const text = wordOf(event.text) ?? wordOf(message.text) ?? wordOf(body.text) ?? "";
  const mentions = [...text.slice(0, 4_000).matchAll(/<@([UW][A-Z0-9]{1,31})/g)]
    .slice(0, MOST_MENTIONS)
    .map(([, id]) => id);
  const acting = [
    event.user,
    event.inviter,
    message.user,
    isFields(body.user) ? body.user.id : undefined,
    body.user_id,
  ];
  const people = [...acting, ...mentions].filter(
    (id): id is string => typeof id === "string" && /^[UW][A-Z0-9]{1,31}$/.test(id),
  );
  const item = isFields(event.item) ? event.item : {};
  const channels = [event.channel, item.channel].filter(
    (id): id is string => typeof id === "string" && /^[CG]/.test(id) && isChannelId(id),
  );
  return { people: [...new Set(people)], channels: [...new Set(channels)] };
}

function selfIn({ authorizations }: Body): string | undefined {
  const bot = (Array.isArray(authorizations) ? authorizations : []).find(
    (each) => isFields(each) && each.is_bot === true,
  );
  return isFields(bot) ? wordOf(bot.user_id) : undefined;
}

/** The thread of a message that came: its own, or the one that a mention begins. */
function threadIn(
  event: Record<string, unknown>,
  self: string | undefined,
): { channel?: string; ts?: string; thread?: string } {
  const { type, channel, ts, thread_ts, text } = event;
  if (
    (type !== "message" && type !== "app_mention") ||
    typeof channel !== "string" ||
    typeof ts !== "string" ||
    !isTs(ts)
  )
    return {};
  if (typeof thread_ts === "string" && isTs(thread_ts) && thread_ts !== ts) return { channel, ts, thread: thread_ts };
  const begins =
    type === "app_mention" || (self !== undefined && typeof text === "string" && text.includes(`<@${self}`));
  return begins && !channel.startsWith("D") ? { channel, ts, thread: ts } : {};
}
