import { expect, test } from "vitest";
import { attributionWorld, entered, type AttributionWorld, type Person } from "../../../tests/support/attribution.ts";
import type { EntryPoint } from "../../contract/api-attribution.ts";
import type { Comparison, ModelRun, ModelRunHead } from "../../contract/api-reports.ts";
import { Invalid, type Page } from "../../contract/index.ts";
import { variantsOf } from "./variants.ts";

const day = (n: number) => new Date(Date.UTC(2026, 0, n));

async function shop() {
  const world = await attributionWorld();
  const doors: EntryPoint[] = [];
  for (const name of ["Poster", "Ad", "Newsletter"]) {
    doors.push(
      await world.entryPoints.create({
        name,
        medium: name.toLowerCase(),
        campaign: "spring",
        channelId: world.channelId,
      }),
    );
  }
  const through = (person: Person, door: number, on: number) =>
    world.observe(entered(person, { code: doors[door]!.code, method: "scene", raw: "x" }, day(on)));
  let n = 0;
  const buys = (person: Person, on: number, amount: number, currency = "EUR") =>
    world.conversions.record({
      ...{ kind: "order", source: "till", externalId: `${++n}`, amount, currency },
      ...{ contactId: person.contactId, at: day(on).toISOString() },
    });
  return { world, doors, through, buys };
}

const compare = (world: AttributionWorld, runs: ModelRunHead[]) =>
  world.call<Comparison>("get", `/model-runs/${runs[0]!.batchId}/compare`);

test("all models side by side, each sums to the conversions to the cent; what is kept is not changed by what comes later", async () => {
  const { world, doors, through, buys } = await shop();
  const [ana, bo, cy, di] = [await world.person(), await world.person(), await world.person(), await world.person()];
  for (const [person, door, on] of [
    [ana, 0, 1],
    [ana, 1, 3],
    [ana, 2, 5],
    [bo, 1, 2],
    [cy, 0, 2],
  ] as const)
    await through(person, door, on);
  await buys(ana, 6, 1_000);
  await buys(bo, 7, 333);
  await buys(di, 8, 50); // nobody knows how they came
  await buys(bo, 9, 7_777, "CNY");

  const runs = await world.call<ModelRunHead[]>("post", "/model-runs", { currency: "EUR" });
  expect(runs.map(({ model }) => model)).toEqual([
    "first",
    "last",
    "last-non-direct",
    "linear",
    "time-decay",
    "position",
    "markov-1",
    "markov-2",
    "markov-3",
    "shapley",
  ]);
  const { rows, models } = await compare(world, runs);
  for (const { model } of runs) {
    const credits = rows.flatMap((row) => row.credits[model] ?? []);
    expect(
      credits.reduce((sum, { value }) => sum + value, 0),
      model,
    ).toBe(1_383);
    expect(
      credits.reduce((sum, { conversions }) => sum + conversions, 0),
      model,
    ).toBeCloseTo(3, 9);
  }
  const of = (touch: string | null, model: string) => rows.find((row) => row.touch === touch)?.credits[model]?.value;
  expect([of(doors[0]!.id, "first"), of(doors[2]!.id, "last"), of(doors[1]!.id, "last"), of(null, "linear")]).toEqual([
    1_000, 1_000, 333, 50,
  ]);
  expect(models[0]!.notes).toContain("1 conversions are left out: they are not in EUR.");

  const before = await world.call<ModelRun>("get", `/model-runs/${runs[0]!.id}`);
  await buys(cy, 10, 900);
  expect(await world.call("get", `/model-runs/${runs[0]!.id}`)).toEqual(before);
  const [again] = await world.call<ModelRunHead[]>("post", "/model-runs", { currency: "EUR", models: ["first"] });
  expect(again!.inputHash).not.toBe(runs[0]!.inputHash);
  expect((await world.call<Page<ModelRunHead>>("get", "/model-runs?model=first")).items).toHaveLength(2);
  await expect(world.call("post", "/model-runs", { currency: "USD" })).rejects.toThrow(Invalid);
});

test("the window of a kind decides which touches share; by campaign, doors of one count as one", async () => {
  const { world, doors, through, buys } = await shop();
  const ana = await world.person();
  await through(ana, 0, 1);
  await through(ana, 1, 20);
  await buys(ana, 25, 100);
  await world.call("put", "/conversion-windows", { kind: "order", windowDays: 10 });
  const short = await compare(world, await world.call("post", "/model-runs", { currency: "EUR", models: ["first"] }));
  expect(short.rows).toMatchObject([{ touch: doors[1]!.id, name: "Ad", credits: { first: { value: 100 } } }]);
  const wide = await compare(
    world,
    await world.call("post", "/model-runs", { currency: "EUR", models: ["linear"], windowDays: 30 }),
  );
  expect(wide.rows.map(({ name, credits }) => [name, credits["linear"]!.value])).toEqual([
    ["Poster", 50],
    ["Ad", 50],
  ]);
  const campaign = await compare(
    world,
    await world.call("post", "/model-runs", { currency: "EUR", models: ["linear"], windowDays: 30, unit: "campaign" }),
  );
  expect(campaign.rows).toMatchObject([{ name: "spring", credits: { linear: { value: 100, conversions: 1 } } }]);
});

test("a touch that may have come through several doors counts for each as it weighs", async () => {
  const { world, doors, buys } = await shop();
  const ana = await world.person();
  for (const [i, alias] of ["inv0", "inv1"].entries())
    await world.db.query("INSERT INTO entry_alias (channel_id, alias, entry_point_id) VALUES ($1, $2, $3)", [
      world.channelId,
      alias,
      doors[i]!.id,
    ]);
  const candidates = [
    { alias: "inv0", weight: 3 },
    { alias: "inv1", weight: 1 },
  ];
  await world.observe(entered(ana, { method: "invite", raw: "?", candidates }, day(1)));
  await buys(ana, 2, 101);
  const { rows } = await compare(world, await world.call("post", "/model-runs", { currency: "EUR", models: ["last"] }));
  expect(rows.map(({ name, credits }) => [name, credits["last"]!.conversions, credits["last"]!.value])).toEqual([
    ["Poster", 0.75, 76],
    ["Ad", 0.25, 25],
  ]);
});

test("the ways that a journey may have been weigh one in all, however many there are", () => {
  const open = [
    { door: "a", weight: 0.5 },
    { door: "b", weight: 0.3 },
    { door: null, weight: 0.2 },
  ];
  const many = variantsOf(
    Array.from({ length: 8 }, () => open),
    Array.from({ length: 8 }, (_, i) => i),
  );
  expect(many).toHaveLength(16);
  expect(many.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  expect(many.every(({ path, daysBefore }) => path.length === daysBefore.length)).toBe(true);
});
