import { differenceInterval, holdoutLift, switchbackLift, wilson } from "../src/attribution/economics/index.ts";
import {
  attribute,
  journeysOf,
  MODELS,
  solve,
  USUAL_OPTIONS,
  type Journeys,
  type Model,
} from "../src/attribution/models/index.ts";
import { seededRandom, type Random } from "../src/attribution/models/random.ts";
import type { Figures } from "./ground.ts";

const RUNS = Number(process.env["BENCH_RUNS"] ?? 500);
const PEOPLE = 4_000;

/** Ways that people take in the simulated world: how often, and how many of them convert. */
const WAYS: readonly (readonly [path: string, share: number, converts: number])[] = [
  ["poster", 0.2, 0.05],
  ["ad", 0.22, 0.04],
  ["ad > ad", 0.06, 0.08],
  ["poster > invite", 0.05, 0.3],
  ["ad > newsletter > direct", 0.09, 0.15],
  ["newsletter > ad > newsletter", 0.06, 0.12],
  ["invite", 0.06, 0.22],
  ["poster > ad > poster > invite", 0.04, 0.35],
  ["direct", 0.1, 0.06],
  ["newsletter > newsletter > poster > ad", 0.05, 0.1],
  ["invite > direct > ad", 0.07, 0.2],
];

/**
 * Worlds whose truth is known, each lived through many times: how often do the 95 % intervals hold it? Every figure is
 * a share of runs (of runs and touches for models) and should lie between 0.92 and 0.98.
 */
export async function worlds(): Promise<Figures> {
  const figures: Figures = { runs: RUNS, people: PEOPLE };
  for (const model of MODELS) figures[model] = coverageOf(model);
  const random = seededRandom(77);
  for (const [p, n] of [
    [0.3, 50],
    [0.1, 200],
    [0.03, 1_000],
  ] as const)
    // prettier-ignore
    figures[`Wilson ${p} of ${n}`] = holds(() => [wilson({ events: binomial(random, n, p), count: n }), p]);
  figures["difference 0.30 - 0.20"] = holds(() => [
    differenceInterval(draw(random, 150, 0.3), draw(random, 200, 0.2)),
    0.1,
  ]);
  figures["holdout lift 0.06 - 0.04"] = holds(() => [
    holdoutLift(draw(random, 2_000, 0.06), draw(random, 800, 0.04)),
    0.02,
  ]);
  figures["switchback lift 8"] = holds(() => {
    const pairs = Array.from({ length: 12 }, () => {
      const season = 30 + 20 * random.uniform(); // hits both halves of a pair alike
      return { on: random.poisson(season + 8), off: random.poisson(season) };
    });
    return [switchbackLift(pairs), 8];
  });
  return figures;
}

/** The truth is what the model says of the whole world: of counts as they are expected, without chance. */
function coverageOf(model: Model): number {
  const options = { ...USUAL_OPTIONS, halfLifeDays: 2 };
  const expected = live((mean) => mean);
  const truth = solve(expected, model, options).credits.conversions;
  const random = seededRandom(MODELS.indexOf(model) + 1);
  let [held, told] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    const { credits } = attribute(live(random.poisson), model, { options: { ...options, seed: run } });
    for (const { touch, low, high } of credits) {
      const true_ = truth[expected.touches.indexOf(touch!)]!;
      if (true_ === 0) continue; // nothing to get, such as "direct" by last-non-direct where something else was there
      told++;
      if (low <= true_ && true_ <= high) held++;
    }
  }
  return held / told;
}

function live(count: (mean: number) => number): Journeys {
  return journeysOf(
    WAYS.map(([path, share, converts]) => ({
      path: path.split(" > "),
      conversions: count(PEOPLE * share * converts),
      nulls: count(PEOPLE * share * (1 - converts)),
    })),
  );
}

function holds(run: () => readonly [{ low: number; high: number }, truth: number]): number {
  let held = 0;
  for (let at = 0; at < RUNS; at++) {
    const [{ low, high }, truth] = run();
    if (low <= truth && truth <= high) held++;
  }
  return held / RUNS;
}

function draw(random: Random, count: number, rate: number) {
  return { events: binomial(random, count, rate), count };
}

function binomial(random: Random, count: number, rate: number): number {
  let events = 0;
  for (let at = 0; at < count; at++) if (random.uniform() < rate) events++;
  return events;
}
