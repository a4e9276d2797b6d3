import { createHash } from "node:crypto";
import type * as api from "../../contract/api-planner.ts";
import { Invalid, NotFound, type Clock } from "../../contract/index.ts";
import { newId } from "../../lib/ids.ts";
import type { Database, Queryable } from "../../store/index.ts";
import { holdoutLift, switchbackLift } from "../economics/index.ts";
import * as store from "./planner-store.ts";
import type { HoldoutRow, Period, SwitchbackRow } from "./planner-store.ts";

/** What was caused: people left out by chance, and posters switched on and off by chance. */
export interface Experiments {
  /** Draws who does not get it, once and for all. @throws Invalid */
  holdOut(input: api.NewHoldout): Promise<api.Holdout>;
  holdouts(): Promise<api.Holdout[]>;
  /** @throws NotFound */
  holdout(id: string): Promise<api.Holdout>;
  /** Who gets it and who does not. @throws NotFound */
  people(id: string): Promise<api.HoldoutPeople>;
  /** Draws in which of each two periods it hangs. @throws NotFound */
  switchBack(input: api.NewSwitchback): Promise<api.Switchback>;
  switchbacks(): Promise<api.Switchback[]>;
  /** @throws NotFound */
  switchback(id: string): Promise<api.Switchback>;
}

const DAY_MS = 86_400_000;

export function createExperiments({ db, clock }: { db: Database; clock: Clock }): Experiments {
  const showHoldout = (row: HoldoutRow) => presentHoldout(db, row);
  const showSwitchback = (row: SwitchbackRow) => presentSwitchback(db, row, clock.now());

  return {
    async holdOut({ contactIds, startsAt, endsAt, ...rest }) {
      const times = { startsAt: new Date(startsAt), endsAt: new Date(endsAt), createdAt: clock.now() };
      if (times.startsAt >= times.endsAt)
        throw new Invalid("It ends before it begins.", { endsAt: "Not after `startsAt`." });
      const row = { ...rest, ...times, id: newId(), seed: newId() };
      const wanted = [...new Set(contactIds)];
      await db.transaction(async (tx) => {
        const drawn = await store.insertHoldout(tx, row, wanted);
        if (drawn < wanted.length)
          throw new Invalid("Some of these are no contacts.", { contactIds: `${wanted.length - drawn} are unknown.` });
      });
      return showHoldout(one(await store.findHoldouts(db, row.id), "holdout"));
    },
    holdouts: async () => Promise.all((await store.findHoldouts(db)).map(showHoldout)),
    holdout: async (id) => showHoldout(one(await store.findHoldouts(db, id), "holdout")),
    async people(id) {
      one(await store.findHoldouts(db, id), "holdout");
      const members = await store.readMembers(db, id);
      const idsOf = (control: boolean) =>
        members.filter(({ isControl }) => isControl === control).map(({ contactId }) => contactId);
      return { treated: idsOf(false), control: idsOf(true) };
    },

    async switchBack({ startsAt, periodDays, pairs, region = null, ...rest }) {
      const row = { ...rest, region, id: newId(), seed: newId(), createdAt: clock.now() };
      const periods = drawPeriods(row.seed, new Date(startsAt), periodDays, pairs);
      const isMade = await db.transaction((tx) => store.insertSwitchback(tx, row, periods));
      if (!isMade) throw new NotFound(`There is no entry point ${rest.entryPointId}.`);
      return showSwitchback(one(await store.findSwitchbacks(db, row.id), "switchback"));
    },
    switchbacks: async () => Promise.all((await store.findSwitchbacks(db)).map(showSwitchback)),
    switchback: async (id) => showSwitchback(one(await store.findSwitchbacks(db, id), "switchback")),
  };
}

async function presentHoldout(db: Queryable, row: HoldoutRow): Promise<api.Holdout> {
  const groups = await store.readGroups(db, row.id);
  const armOf = (control: boolean) => {
    const { people = 0, converted = 0 } = groups.find(({ isControl }) => isControl === control) ?? {};
    return { people, converted };
  };
  const [treated, control] = [armOf(false), armOf(true)];
  const rate = ({ people: count, converted: events }: typeof treated) => ({ events, count });
  const lift = treated.people > 0 && control.people > 0 ? holdoutLift(rate(treated), rate(control)) : null;
  const { startsAt, endsAt, createdAt, ...rest } = row;
  const times = {
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    createdAt: createdAt.toISOString(),
  };
  return { ...rest, ...times, treated, control, lift };
}

async function presentSwitchback(
  db: Queryable,
  { createdAt, ...rest }: SwitchbackRow,
  now: Date,
): Promise<api.Switchback> {
  const periods = await store.readPeriods(db, rest.id);
  const pairs = pairsOf(periods.filter(({ to }) => to <= now));
  return {
    ...{ ...rest, createdAt: createdAt.toISOString() },
    periods: periods.map(({ from, to, isOn, conversions }) => ({
      ...{ from: from.toISOString(), to: to.toISOString(), isOn },
      conversions: to <= now ? conversions : null,
    })),
    lift: pairs.length >= 3 ? switchbackLift(pairs) : null,
  };
}

function one<Row>(rows: readonly Row[], what: string): Row {
  if (rows[0] === undefined) throw new NotFound(`There is no such ${what}.`);
  return rows[0];
}

/** Two periods for each pair, one of them on; which, is a bit of the seed's hash. */
export function drawPeriods(seed: string, startsAt: Date, periodDays: number, pairs: number): Period[] {
  const bits = createHash("sha256").update(seed).digest();
  return Array.from({ length: pairs * 2 }, (_, at) => {
    const pair = Math.floor(at / 2);
    const isFirstOn = ((bits[Math.floor(pair / 8)]! >> (pair % 8)) & 1) === 1;
    const from = startsAt.getTime() + at * periodDays * DAY_MS;
    return { from: new Date(from), to: new Date(from + periodDays * DAY_MS), isOn: isFirstOn === (at % 2 === 0) };
  });
}

function pairsOf(periods: readonly (Period & { conversions: number })[]): { on: number; off: number }[] {
  const pairs: { on: number; off: number }[] = [];
  for (let at = 0; at + 1 < periods.length; at += 2) {
    const [a, b] = [periods[at]!, periods[at + 1]!];
    pairs.push(a.isOn ? { on: a.conversions, off: b.conversions } : { on: b.conversions, off: a.conversions });
  }
  return pairs;
}
