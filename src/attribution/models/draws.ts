import { eachShare, type Credits, type Splitter } from "./credit.ts";
import { chainOf, flowOf } from "./chain.ts";
import { rowsOf, type Journeys } from "./journeys.ts";
import { layoutOf } from "./layout.ts";
import { creditByEffect } from "./markov.ts";
import { orderOf, splitterOf, type Model, type ModelOptions } from "./models.ts";
import { seededRandom, type Random } from "./random.ts";
import { removalEffects } from "./removal.ts";
import { emptyCounts, groupPeople, resample, scatterPeople, type Counts } from "./resample.ts";
import { MOST_EXACT, shapleyRate } from "./shapley-rate.ts";

/** Credits as they might as well have come out, one row of touches (the last: unknown) for each draw. */
export interface Draws {
  method: "bootstrap" | "jackknife";
  count: number;
  conversions: Float64Array;
  value: Float64Array;
}

/** Work that bootstrapping may take; beyond it, groups are left out one by one. */
const MOST_WORK = 2e10;
const JACKKNIFE_GROUPS = 40;
/** Student's t with 39 degrees of freedom against the normal's 1.96. */
const FEW_GROUPS = 2.0227 / 1.96;

/** Draws the credits of a model `count` times by drawing the people anew. */
export function drawCredits(journeys: Journeys, model: Model, options: ModelOptions, count: number): Draws {
  const random = seededRandom(options.seed);
  const split = splitterOf(journeys, model, options);
  if (split) return drawShares(journeys, split, count, random);
  const { again, work } = solver(journeys, model, options);
  return work * count <= MOST_WORK
    ? bootstrap(journeys, again, count, random)
    : jackknife(journeys, again, count, random);
}

function emptyDraws({ touches }: Journeys, count: number, method: Draws["method"]): Draws {
  const size = (touches.length + 1) * count;
  return { method, count, conversions: new Float64Array(size), value: new Float64Array(size) };
}

const GROUPS = 2_000;
const MOST_CELLS = 2_000_000;
const MANY_ROWS = 5_000;

/**
 * A model that shares out each journey by itself is a sum over people, so groups of people can be drawn instead where
 * there are many: the same spread, at a price that does not grow with them. Rows of many people are drawn as they are.
 */
function drawShares(journeys: Journeys, split: Splitter, count: number, random: Random): Draws {
  const width = journeys.touches.length + 1;
  const draws = emptyDraws(journeys, count, "bootstrap");
  const { heavy, light } = sortOut(
    journeys,
    split,
    Math.min(GROUPS, Math.max(200, Math.floor(MOST_CELLS / width))),
    random,
  );
  for (let draw = 0; draw < count; draw++) {
    const at = draw * width;
    for (const { people, touches, conversions, value } of heavy) {
      const times = random.poisson(people) / people;
      for (let i = 0; i < touches.length; i++) {
        draws.conversions[at + touches[i]!]! += times * conversions[i]!;
        draws.value[at + touches[i]!]! += times * value[i]!;
      }
    }
    drawGroups(light, width, random, draws, at);
  }
  return draws;
}

/**
 * Adds each group as often as it is drawn, less what drawing more or fewer groups would do: a group is large, and how
 * many there are is our choice. That many people come, or few, shows in the groups' different sizes.
 */
function drawGroups(groups: Sums, width: number, random: Random, draws: Sums, at: number): void {
  const count = groups.conversions.length / width;
  const times = Float64Array.from({ length: count }, () => random.poisson(1));
  const usual = times.reduce((sum, each) => sum + each, 0) / count;
  for (let group = 0; group < count; group++) {
    const weight = 1 + times[group]! - usual;
    for (let i = 0, from = group * width; i < width; i++, from++) {
      draws.conversions[at + i]! += weight * groups.conversions[from]!;
      draws.value[at + i]! += weight * groups.value[from]!;
    }
  }
}

interface Sums {
  conversions: Float64Array;
  value: Float64Array;
}

/** A row, or a person with several rows, that is drawn by itself. */
interface Heavy {
  people: number;
  touches: number[];
  conversions: number[];
  value: number[];
}

function sortOut(journeys: Journeys, split: Splitter, groups: number, random: Random) {
  const { people, conversions, value } = journeys;
  const width = journeys.touches.length + 1;
  const units = people ? new Set(people).size : rowsOf(journeys);
  const isHeavy =
    units <= MANY_ROWS ? () => true : people ? () => false : (row: number) => conversions[row]! >= groups / 20;
  const light = isHeavy(-1) ? 0 : groups * width;
  const sums = { conversions: new Float64Array(light), value: new Float64Array(light) };
  const heavy = new Map<number, Heavy>();
  const groupOf = people && Uint32Array.from({ length: units }, () => random.below(groups));
  let [row, parts] = [-1, new Map<number, number>()];
  eachShare(journeys, split, (at, touch, share) => {
    if (conversions[at] === 0) return;
    if (isHeavy(at)) {
      const unit = heavyOf(heavy, people ? people[at]! : at, people ? 1 : conversions[at]!);
      unit.touches.push(touch);
      unit.conversions.push(conversions[at]! * share);
      unit.value.push(value[at]! * share);
      return;
    }
    if (at !== row) {
      row = at;
      parts = new Map();
      const give = (group: number, part: number) => parts.set(group, (parts.get(group) ?? 0) + part / conversions[at]!);
      if (groupOf) parts.set(groupOf[people![at]!]!, 1);
      else scatterPeople(conversions[at]!, groups, random, give);
    }
    for (const [group, part] of parts) {
      sums.conversions[group * width + touch]! += part * conversions[at]! * share;
      sums.value[group * width + touch]! += part * value[at]! * share;
    }
  });
  return { heavy: [...heavy.values()], light: sums };
}

function heavyOf(heavy: Map<number, Heavy>, key: number, people: number): Heavy {
  const known = heavy.get(key);
  if (known) return known;
  const made: Heavy = { people, touches: [], conversions: [], value: [] };
  heavy.set(key, made);
  return made;
}

type Again = (counts: Counts) => Credits;

/** Solves a model again and again with other counts, as exactly as an interval needs; `work` is what once costs. */
function solver(journeys: Journeys, model: Model, options: ModelOptions): { again: Again; work: number } {
  const order = orderOf(model);
  if (order) {
    const chain = chainOf(journeys, order);
    const layout = layoutOf(chain);
    const again: Again = (counts) => {
      const { effects } = removalEffects(layout, flowOf(chain, counts.conversions, counts.nulls), 1e-4);
      return creditByEffect({ ...journeys, ...counts }, effects);
    };
    const edges = chain.edges.from.length + 2 * chain.states;
    return { again, work: 10 * edges * Math.max(8, chain.touches) + 20 * journeys.steps.length };
  }
  const touches = Math.min(journeys.touches.length, MOST_EXACT + 1);
  const coalitions = touches > MOST_EXACT ? 4_000 * rowsOf(journeys) : 2 ** touches * touches;
  return {
    again: (counts) => shapleyRate({ ...journeys, ...counts }, options).credits,
    work: 10 * coalitions + 200 * journeys.steps.length,
  };
}

function bootstrap(journeys: Journeys, again: Again, count: number, random: Random): Draws {
  const draws = emptyDraws(journeys, count, "bootstrap");
  const counts = emptyCounts(rowsOf(journeys));
  const width = journeys.touches.length + 1;
  for (let draw = 0; draw < count; draw++) {
    resample(journeys, random, counts);
    const credits = again(counts);
    draws.conversions.set(credits.conversions, draw * width);
    draws.value.set(credits.value, draw * width);
  }
  return draws;
}

/**
 * Leaves one group of people out at a time, and draws from the normal spread that this tells: as sure as the bootstrap
 * where there are many people, for a tenth of the work.
 */
function jackknife(journeys: Journeys, again: Again, count: number, random: Random): Draws {
  const draws = emptyDraws(journeys, count, "jackknife");
  const width = journeys.touches.length + 1;
  const whole = again(journeys);
  const without = groupPeople(journeys, JACKKNIFE_GROUPS, random).map((group) => again(leftOver(journeys, group)));
  for (const of of ["conversions", "value"] as const) {
    const means = whole[of].map(
      (_, touch) => without.reduce((sum, each) => sum + each[of][touch]!, 0) / without.length,
    );
    const scale = FEW_GROUPS * Math.sqrt((JACKKNIFE_GROUPS - 1) / JACKKNIFE_GROUPS);
    const chance = seededRandom(count); // the same for conversions and value: they go together
    for (let draw = 0; draw < count; draw++) {
      const pulls = without.map(() => chance.normal() * scale);
      for (let touch = 0; touch < width; touch++) {
        let drawn = whole[of][touch]!;
        for (const [group, pull] of pulls.entries()) drawn += pull * (without[group]![of][touch]! - means[touch]!);
        draws[of][draw * width + touch] = drawn;
      }
    }
  }
  return draws;
}

/** Everybody who is not in the group, each standing for a little more than one. */
function leftOver(journeys: Journeys, group: Counts): Counts {
  const more = JACKKNIFE_GROUPS / (JACKKNIFE_GROUPS - 1);
  const rest = (all: Float64Array, gone: Float64Array) =>
    all.map((count, row) => Math.max(0, count - gone[row]!) * more);
  return {
    conversions: rest(journeys.conversions, group.conversions),
    value: rest(journeys.value, group.value),
    nulls: rest(journeys.nulls, group.nulls),
  };
}
