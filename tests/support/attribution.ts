/** An attribution room on a fresh database, and people to walk through it. */
import { randomUUID } from "node:crypto";
import { createAttribution, type Attribution } from "../../src/attribution/index.ts";
import type { Asker, Clock, Entry, EntryLink, HubEvent, Route } from "../../src/contract/index.ts";
import type { RecordedEvent } from "../../src/corridor/index.ts";
import { newId } from "../../src/lib/ids.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createGuardedFetch } from "../../src/lib/guarded-fetch.ts";
import { createVault } from "../../src/lib/vault.ts";
import { createAudit } from "../../src/staff/audit.ts";
import type { Database } from "../../src/store/index.ts";
import { callRoute } from "./call-route.ts";
import { freshDatabase } from "./database.ts";
import { silentLog } from "./log.ts";

export interface Person {
  contactId: string;
  identityId: string;
  conversationId: string;
  channelId: string;
}

export interface AttributionWorld extends Attribution {
  db: Database;
  channelId: string;
  /** What `entryLink` was asked for. */
  asked: string[];
  clock: Clock & { at: Date; elapsedMs: number };
  person(): Promise<Person>;
  observe(...events: RecordedEvent[]): Promise<void>;
  /** Makes one route's call as the API would: checked, done, and the answer checked against its schema. */
  call<Result = Record<string, unknown>>(method: Route["method"], path: string, body?: unknown): Promise<Result>;
}

type Options = { entryLink?: (channelId: string, code: string) => Promise<EntryLink>; log?: typeof silentLog };

const VAULT = createVault("a secret of the test's own");
const MEI: Asker = { staffId: null, name: "Mei", role: "marketer" };

export async function attributionWorld(options: Options = {}): Promise<AttributionWorld> {
  const db = await freshDatabase();
  const channelId = await makeChannel(db);
  const asked: string[] = [];
  const clock: AttributionWorld["clock"] = {
    at: new Date("2026-03-01T12:00:00Z"),
    elapsedMs: 0,
    now: () => clock.at,
    monotonicMs: () => clock.elapsedMs,
    sleep: systemClock.sleep,
  };
  const attribution = createAttribution({
    ...{ db, clock, log: options.log ?? silentLog, salt: "a salt of the test's own" },
    publicUrl: () => new URL("https://hub.example/"),
    vault: VAULT,
    fetch: createGuardedFetch({ allowPrivate: true }),
    audit: createAudit({ db, clock }).append,
    articleOption: (slug) => `article:${slug}`,
    entryLink: async (channel, code) => {
      asked.push(`${channel} ${code}`);
      return options.entryLink ? options.entryLink(channel, code) : { url: `https://t.example/bot?start=${code}` };
    },
  });
  return {
    ...attribution,
    ...{ db, channelId, asked, clock },
    person: () => makePerson(db, channelId),
    call: (method, path, body) => callRoute(attribution.routes, MEI, method, path, body),
    observe: (...events) => db.transaction((tx) => attribution.observer.observe(events, tx)),
  };
}

async function makeChannel(db: Database): Promise<string> {
  const id = newId();
  await db.query("INSERT INTO channel (id, adapter, name, settings) VALUES ($1, 'telegram', 'Shop', $2)", [
    id,
    Buffer.of(0),
  ]);
  return id;
}

export async function makePerson(db: Database, channelId: string): Promise<Person> {
  const [contactId, identityId, conversationId] = [newId(), newId(), newId()];
  const name = randomUUID();
  await db.query("INSERT INTO contact (id, name) VALUES ($1, $2)", [contactId, name]);
  await db.query("INSERT INTO identity (id, channel_id, external_id, contact_id) VALUES ($1, $2, $3, $4)", [
    identityId,
    channelId,
    name,
    contactId,
  ]);
  await db.query(
    "INSERT INTO conversation (id, channel_id, place, kind, contact_id) VALUES ($1, $2, $3, 'direct', $4)",
    [conversationId, channelId, name, contactId],
  );
  return { contactId, identityId, conversationId, channelId };
}

const base = { place: "1", placeKind: "direct" as const, actor: { id: "7" } };

/** They came through a door. */
export function entered(person: Person, entry: Entry, at = new Date("2026-03-01T10:00:00Z")): RecordedEvent {
  return recorded(person, { ...base, type: "entered", id: newId(), sentAt: at, entry });
}

/** They wrote something. */
export function wrote(
  person: Person,
  text: string,
  more: Partial<Extract<HubEvent, { type: "message" }>> = {},
): RecordedEvent {
  const sentAt = more.sentAt ?? new Date("2026-03-01T10:00:00Z");
  return recorded(person, {
    ...{ ...base, type: "message", id: newId(), sentAt, addressed: true, parts: [{ type: "text", text }] },
    ...more,
  });
}

export function recorded(person: Person, event: RecordedEvent["event"]): RecordedEvent {
  const { contactId, identityId, conversationId, channelId } = person;
  const sentAt = "sentAt" in event ? event.sentAt : new Date("2026-03-01T10:00:00Z");
  return {
    ...{ id: newId(), seq: 1, channelId, conversationId, identityId, contactId },
    ...{ placeKind: "direct", newContact: false, event, sentAt },
  };
}
