/** People, doors and what happens between them, written as the rooms write it, with the counts beside. */
import { createConversions, type Conversions } from "../../src/attribution/conversions.ts";
import { rethreadConversions } from "../../src/attribution/conversion-store.ts";
import { createFacts } from "../../src/attribution/facts.ts";
import { insertHit } from "../../src/attribution/hit-store.ts";
import {
  contactsOfIdentity,
  createCounting,
  createCounts,
  createReports,
  forgetPerson,
  recount,
  type Counts,
  type Reports,
} from "../../src/attribution/reports/index.ts";
import { rethread } from "../../src/attribution/rethread.ts";
import { createStageMoves, type StageMoves } from "../../src/attribution/stage-moves.ts";
import { insertTouches, setFirstTouches } from "../../src/attribution/touch-store.ts";
import { createPeople, type People } from "../../src/conversations/people.ts";
import type { Asker, Clock } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { newId } from "../../src/lib/ids.ts";
import type { Database, Transaction } from "../../src/store/index.ts";
import { makePerson, recorded, wrote, type Person } from "./attribution.ts";
import { freshDatabase } from "./database.ts";

export interface CountedWorld {
  db: Database;
  channels: string[];
  doors: string[];
  counts: Counts;
  reports: Reports;
  conversions: Conversions;
  people: People;
  clock: Clock & { at: Date };
  arrive(channel: number, at: Date): Promise<Person>;
  touch(person: Person, door: number | null, at: Date): Promise<void>;
  word(person: Person, at: Date): Promise<void>;
  answer(person: Person, at: Date): Promise<void>;
  hit(door: number, at: Date): Promise<void>;
  forget(contactId: string): Promise<void>;
}

export const BOSS: Asker = { staffId: null, name: "Mei", role: "owner" };
const CAMPAIGNS = ["spring", "spring", "autumn", null];

export async function countedWorld(doorCount = 4): Promise<CountedWorld> {
  const db = await freshDatabase();
  const clock = { ...systemClock, at: new Date("2026-06-01T00:00:00Z"), now: () => clock.at, monotonicMs: () => 0 };
  const facts = createFacts({ clock });
  const plain = createStageMoves({ facts, clock });
  const moves: StageMoves = {
    async move(tx, happened) {
      const made = await plain.move(tx, happened);
      await recount(tx, made.moved);
      return made;
    },
  };
  const counting = createCounting();
  const channels = await Promise.all([0, 1].map((n) => makeChannel(db, n)));
  const doors: string[] = [];
  for (let i = 0; i < doorCount; i++) doors.push(await makeDoor(db, i, channels[i % 2]!));
  const observe = (...events: Parameters<typeof counting.observer.observe>[0]) =>
    db.transaction((tx) => counting.observer.observe(events, tx));

  async function moved({ identityId, contactId }: { identityId: string; contactId: string }, tx: Transaction) {
    await rethread({ identityId, contactId }, tx);
    await rethreadConversions(tx, identityId, contactId);
    await recount(tx, [contactId, ...(await contactsOfIdentity(tx, identityId))]);
  }

  return {
    ...{ db, channels, doors, clock },
    counts: createCounts(db),
    reports: createReports({ db, clock }),
    conversions: createConversions({ db, clock, moves }),
    people: createPeople({ db, clock, onMoved: moved, live: { changed: () => undefined } }),
    async arrive(channel, at) {
      const person = await makePerson(db, channels[channel]!);
      await db.query("UPDATE contact SET created_at = $2 WHERE id = $1", [person.contactId, at]);
      await observe({
        ...recorded(person, { ...wrote(person, "").event, type: "entered" } as never),
        newContact: true,
      });
      return person;
    },
    touch: (person, door, at) =>
      db.transaction(async (tx) => {
        const { contactId, identityId, conversationId, channelId } = await now(tx, person);
        const base = { contactId, identityId, conversationId, channelId, eventId: newId(), at };
        const entryPointId = door === null ? null : doors[door]!;
        const more = { method: "scene", confidence: "high", evidence: {}, candidates: [], isCorrected: false } as const;
        const made = await insertTouches(tx, [{ id: newId(), ...base, entryPointId, ...more }]);
        await setFirstTouches(tx, made);
        await counting.countTouches(tx, made);
        await counting.observer.observe([], tx);
      }),
    word: async (person, at) => observe(wrote(await now(db, person), "hello", { sentAt: at })),
    async answer(person, at) {
      const act = { type: "answered" as const, responder: "x", messageIds: [] };
      await observe({ ...recorded(person, act), sentAt: at, identityId: null });
    },
    hit: (door, at) =>
      insertHit(db, { id: newId(), entryPointId: doors[door]!, at, device: "phone", referrer: null, visitorHash: "x" }),
    forget: (contactId) =>
      db.transaction(async (tx) => {
        await forgetPerson(tx, contactId);
        await tx.query("DELETE FROM link WHERE from_contact_id = $1 OR to_contact_id = $1", [contactId]);
        await tx.query("DELETE FROM conversation WHERE contact_id = $1", [contactId]);
        await tx.query("DELETE FROM identity WHERE contact_id = $1", [contactId]);
        await tx.query("DELETE FROM contact WHERE id = $1", [contactId]);
      }),
  };
}

/** Whose the person's account is by now. */
async function now(db: Pick<Database, "query">, person: Person): Promise<Person> {
  const [row] = await db.query<{ id: string }>("SELECT contact_id AS id FROM identity WHERE id = $1", [
    person.identityId,
  ]);
  return { ...person, contactId: row?.id ?? person.contactId };
}

async function makeChannel(db: Database, n: number): Promise<string> {
  const id = newId();
  const values = [id, `Shop ${n}`, Buffer.of(0)];
  await db.query("INSERT INTO channel (id, adapter, name, settings) VALUES ($1, 'telegram', $2, $3)", values);
  return id;
}

async function makeDoor(db: Database, n: number, channelId: string): Promise<string> {
  const id = newId();
  await db.prisma.entryPoint.create({
    data: {
      ...{ id, code: `K7mQ2xVb9${n}`, name: `Door ${n}`, medium: n % 2 ? "poster" : "ad", channelId },
      ...{ campaign: CAMPAIGNS[n % 4]!, region: n < 2 ? "Berlin" : null, owner: n === 3 ? "Li" : null },
    },
  });
  return id;
}
