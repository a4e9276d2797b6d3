import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { adapters } from "../../adapters/index.ts";
import type { Adapter, EmulatedPlatform } from "../../src/contract/index.ts";
import { until } from "../support/corridor.ts";
import { startLiveHub, type LiveHub } from "./live-hub.ts";

/** Of the rate that the platform allows. */
const SHARE = 0.9;
/** A platform that allows more is not asked for more here. */
const FASTEST_PER_SECOND = 20;
const OFFERED_MS = 1_000;
const RETRY_AFTER_MS = 1_000;
/** So many at a time: beside each other they are quick, and all at once they would be late in each other's stead. */
const AT_ONCE = 3;

/** The website chat is left out: there the hub itself is the platform, and limits nobody. */
const platforms = adapters.filter(({ capabilities }) => !capabilities.history);

test("nothing is sent inside a Retry-After, at 90 % of the rate, in each platform's own format", async () => {
  const results: Outcome[] = [];
  const waiting = [...platforms];
  const next = async (): Promise<void> => {
    for (let adapter = waiting.shift(); adapter; adapter = waiting.shift()) results.push(await load(adapter));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  for (const { adapter, ...outcome } of results) {
    expect(outcome, adapter).toEqual(WELL);
  }
  expect(results).toHaveLength(platforms.length);
}, 120_000);

const WELL = { leftInside: 0, cameInside: 0, wasRefused: true, missing: [], twice: [], failed: [] };

interface Outcome {
  adapter: string;
  /** Sends that the hub began inside a rest it knew of. */
  leftInside: number;
  /** What the platform itself counted, without what was on its way when the rest was asked for. */
  cameInside: number;
  wasRefused: boolean;
  missing: string[];
  twice: string[];
  failed: string[];
}

async function load(adapter: Adapter): Promise<Outcome> {
  const { createEmulated } = (await import(`../../adapters/${adapter.name}/emulated.ts`)) as {
    createEmulated(): Promise<EmulatedPlatform>;
  };
  const platform = await createEmulated();
  const hub = await startLiveHub(adapter, platform);
  try {
    return await offer(adapter, hub, platform);
  } finally {
    await hub.stop();
    await platform.close();
  }
}

/** People who have written to us get messages at an even pace; on the way the platform says twice that it is too much. */
async function offer(adapter: Adapter, hub: LiveHub, platform: EmulatedPlatform): Promise<Outcome> {
  const perSecond = paceOf(adapter);
  const people = Array.from({ length: crowdFor(adapter, perSecond) }, (_, i) => `Person ${i}`);
  const conversations = await greetedBy(people, hub, platform);
  await say(hub, conversations[0]!, "Hello."); // fetches the token where there is one to fetch
  await until(() => isDone(hub));

  const callsBefore = platform.calls.length;
  const words: string[] = [];
  const count = Math.ceil((perSecond * OFFERED_MS) / 1_000);
  for (let i = 0; i < count; i++) {
    if (i === Math.floor(count / 4)) platform.refuseNext!(2, RETRY_AFTER_MS);
    words.push(`Message ${i}.`);
    await say(hub, conversations[(i + 1) % people.length]!, words[i]!);
    await sleep(1_000 / perSecond);
  }
  await until(() => isDone(hub), 20_000);

  const shown = people
    .flatMap((person) => platform.screen(person))
    .flatMap(({ from, text }) => (from === "hub" ? [text.trim()] : []));
  const failed = await hub.db.query<{ error: string }>("SELECT error FROM delivery WHERE state <> 'sent'");
  return {
    adapter: adapter.name,
    leftInside: hub.restraint.leftInside,
    cameInside: Math.max(0, platform.insideRetryAfter - hub.restraint.onTheirWay),
    wasRefused: platform.calls.slice(callsBefore).some(({ status }) => status >= 400),
    missing: words.filter((text) => !shown.includes(text)),
    twice: words.filter((text) => shown.filter((each) => each === text).length > 1),
    failed: failed.map(({ error }) => error),
  };
}

function paceOf({ capabilities: { rates } }: Adapter): number {
  const allowed = rates.channel ? (rates.channel.count / rates.channel.perMs) * 1_000 : Infinity;
  return SHARE * Math.min(allowed, FASTEST_PER_SECOND);
}

/** As many people as keep each one's own rate, and on platforms with a quota each one's quota. */
function crowdFor({ capabilities: { rates, replyWindow } }: Adapter, perSecond: number): number {
  const perPerson = rates.place ? (rates.place.count / rates.place.perMs) * 1_000 : perSecond;
  const most = replyWindow?.message.messages ?? Infinity;
  return Math.max(
    2,
    Math.ceil((1.2 * perSecond) / perPerson),
    Math.ceil((perSecond * OFFERED_MS) / 1_000 / (most - 1)),
  );
}

/** Everybody writes first; resolves with their conversations, in the same order. */
async function greetedBy(people: readonly string[], { db }: LiveHub, platform: EmulatedPlatform): Promise<string[]> {
  const find = () =>
    db.query<{ id: string; text: string }>("SELECT conversation_id AS id, text FROM message WHERE direction = 'in'");
  const saysWhoTheyAre = (person: string) => platform.act(person, { type: "say", text: `I am ${person}.` });
  const [first, ...others] = people as [string, ...string[]];
  await until(async () => {
    if ((await find()).length > 0) return true;
    await saysWhoTheyAre(first); // again: a line that does not stand yet carries nothing
    await sleep(200);
    return false;
  });
  for (const person of others) await saysWhoTheyAre(person);
  const heardAll = async () => new Set((await find()).map(({ id }) => id)).size === people.length;
  await until(heardAll, 15_000).catch(() => expect.fail(`${platform.adapter}: not everybody was heard`));
  const found = await find();
  return people.map((person) => found.find(({ text }) => text === `I am ${person}.`)!.id);
}

async function say({ db, outbox }: LiveHub, conversationId: string, text: string): Promise<void> {
  await db.transaction((tx) => outbox.say({ conversationId, author: "bot", parts: [{ type: "text", text }] }, tx));
  outbox.wake();
}

async function isDone({ db }: LiveHub): Promise<boolean> {
  const [row] = await db.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM delivery WHERE state IN ('waiting', 'sending')",
  );
  return row!.n === 0;
}
