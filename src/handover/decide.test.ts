import fc from "fast-check";
import { expect, test } from "vitest";
import type { Hours, RuleView } from "../contract/api-handover.ts";
import { decide, holds, type Ask, type Desk, type PersonState, type TeamState } from "./decide.ts";

const NOW = new Date("2026-11-23T10:00:00Z"); // a Monday
const always: Hours = {
  timeZone: "UTC",
  days: Array.from({ length: 7 }, () => [{ from: "00:00", to: "24:00" }]),
  holidays: [],
};
const tuesdays: Hours = {
  ...always,
  days: always.days.map((_, at) => (at === 1 ? [{ from: "09:00", to: "12:00" }] : [])),
};

const ask = (more: Partial<Ask> = {}): Ask => ({
  ...{ conversationId: "c", kind: "unknown", text: "Where is my parcel?", language: "en", channelId: "web" },
  ...{ stage: "lead", labelIds: [], entryPointId: null, ownerId: null },
  ...more,
});
const person = (staffId: string, more: Partial<PersonState> = {}): PersonState => ({
  ...{
    staffId,
    name: staffId,
    topics: [],
    labelIds: [],
    languages: [],
    hours: null,
    capacity: 2,
    answersAt: "console",
  },
  ...{ isAway: false, teamIds: ["shop"], load: 0, lastAt: null },
  ...more,
});
const team = (id: string, more: Partial<TeamState> = {}): TeamState => ({
  ...{ id, name: id, nameZh: null, languages: [], hours: null, isDefault: false },
  ...more,
});
const rule = (more: Partial<RuleView>): RuleView => ({
  ...{ id: "r", name: "Claims", enabled: true, position: 1, begins: false, kinds: [], words: [], labelIds: [] },
  ...{ language: null, entryPointId: null, channelId: null, stages: [], to: { type: "team", teamId: "claims" } },
  ...more,
});
const desk = (people: PersonState[], rules: RuleView[] = []): Desk => ({
  ...{ people, rules, teams: [team("shop", { isDefault: true }), team("claims")] },
});
const decided = (asked: Ask, state: Desk) => decide(asked, state, NOW);

test("the least busy, and in turn among equals", () => {
  const busy = person("mei", { load: 1 });
  expect(decided(ask(), desk([busy, person("ben")]))).toMatchObject({ staffId: "ben", teamId: "shop" });
  const large = person("ana", { load: 2, capacity: 10 });
  expect(decided(ask(), desk([busy, large])).staffId).toBe("ana");
  const [early, late] = [new Date("2026-01-01"), new Date("2026-01-02")];
  expect(decided(ask(), desk([person("a", { lastAt: late }), person("b", { lastAt: early })])).staffId).toBe("b");
});

test("in their language; where nobody speaks it, somebody all the same", () => {
  const people = [person("mei", { languages: ["zh"], load: 1 }), person("ben", { languages: ["en"] })];
  expect(decided(ask({ language: "zh" }), desk(people)).staffId).toBe("mei");
  const english = decided(ask({ language: "zh" }), desk([people[1]!]));
  expect(english).toMatchObject({
    staffId: "ben",
    why: ["the default team", "nobody there speaks zh", "the least busy"],
  });
});

test("nobody is free: it waits; nobody is on duty: it says when", () => {
  expect(decided(ask(), desk([person("mei", { load: 2 })]))).toMatchObject({ staffId: null, onDuty: 1, opensAt: null });
  const off = decided(ask(), desk([person("mei", { hours: tuesdays })]));
  expect(off).toMatchObject({ staffId: null, onDuty: 0, opensAt: new Date("2026-11-24T09:00:00Z") });
  expect(decided(ask(), desk([person("mei", { isAway: true })]))).toMatchObject({
    staffId: null,
    onDuty: 0,
    opensAt: null,
  });
});

test("an expert of the topic comes before the team, a rule before both", () => {
  const expert = person("eva", { topics: ["parcel", "快递"], teamIds: [], load: 1 });
  const people = [person("mei"), expert, person("cla", { teamIds: ["claims"] })];
  expect(decided(ask(), desk(people))).toMatchObject({ staffId: "eva", why: ["topic: parcel", "the least busy"] });
  expect(decided(ask({ text: "我的快递呢" }), desk(people)).staffId).toBe("eva");
  expect(decided(ask({ text: "hello" }), desk(people)).staffId).toBe("mei");
  const rules = [rule({ words: ["parcel"] })];
  expect(decided(ask(), desk(people, rules))).toMatchObject({ staffId: "cla", teamId: "claims" });
});

test("the owner of the entry point has their own people; when they are off, the default team has", () => {
  const owner = person("own", { teamIds: [] });
  expect(decided(ask({ ownerId: "own" }), desk([person("mei"), owner])).staffId).toBe("own");
  const off = { ...owner, hours: tuesdays };
  expect(decided(ask({ ownerId: "own" }), desk([person("mei"), off]))).toMatchObject({
    staffId: "mei",
    teamId: "shop",
  });
  const full = { ...owner, load: 2 };
  expect(decided(ask({ ownerId: "own" }), desk([person("mei"), full]))).toMatchObject({ staffId: null, onDuty: 1 });
});

test.each<[string, Partial<RuleView>, Partial<Ask>, boolean]>([
  ["its reason", { kinds: ["anger"] }, { kind: "anger" }, true],
  ["another reason", { kinds: ["anger"] }, {}, false],
  ["its language", { language: "zh" }, { language: "zh" }, true],
  ["no language known", { language: "zh" }, { language: null }, false],
  ["its channel", { channelId: "web" }, {}, true],
  ["another entry point", { entryPointId: "door" }, {}, false],
  ["its stage", { stages: ["lead"] }, {}, true],
  ["its label", { labelIds: ["vip"] }, { labelIds: ["vip"] }, true],
  ["switched off", { enabled: false }, {}, false],
])("a rule by %s", (_what, given, asked, applies) => {
  const people = [person("mei"), person("cla", { teamIds: ["claims"] })];
  expect(decided(ask(asked), desk(people, [rule(given)])).staffId).toBe(applies ? "cla" : "mei");
});

test("words are whole words, and of Chinese any part", () => {
  expect(holds("My bill!", "bill")).toBe(true);
  expect(holds("billing", "bill")).toBe(false);
  expect(holds("我要退款吗", "退款")).toBe(true);
  expect(holds("用PayPal付款", "paypal")).toBe(true);
  expect(holds("anything", "")).toBe(false);
});

test("nobody at all", () => {
  expect(decide(ask(), { rules: [], teams: [], people: [] }, NOW)).toMatchObject({ staffId: null, nobody: true });
  expect(decided(ask(), desk([]))).toMatchObject({ staffId: null, nobody: false, onDuty: 0 });
});

test("whoever gets it is on duty, not away, and has room", () => {
  const people = fc.array(
    fc.record({
      staffId: fc.uuid(),
      load: fc.nat(4),
      capacity: fc.integer({ min: 1, max: 4 }),
      isAway: fc.boolean(),
      hours: fc.constantFrom(null, always, tuesdays),
      languages: fc.subarray<"en" | "zh">(["en", "zh"]),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(people, (given) => {
      const all = given.map(({ staffId, ...more }) => person(staffId, more));
      const { staffId, onDuty } = decided(ask(), desk(all));
      const may = all.filter((each) => !each.isAway && each.hours !== tuesdays && each.load < each.capacity);
      const chosen = all.find((each) => each.staffId === staffId);
      if (chosen) expect(may).toContain(chosen);
      else expect(may.filter(({ languages }) => languages.length === 0 || languages.includes("en"))).toEqual([]);
      if (chosen) expect(onDuty).toBeGreaterThan(0);
    }),
  );
});
