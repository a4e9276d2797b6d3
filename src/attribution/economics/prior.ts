import { rateOf, type Rate } from "./proportions.ts";

/** What is believed of a rate before its own figures: Beta(a, b). */
export interface BetaPrior {
  a: number;
  b: number;
}

/** As if a handful had been seen already: with fewer entries, their spread cannot be told. */
const LEAST_STRENGTH = 2;
const MOST_STRENGTH = 10_000;

/**
 * The rates of entries of one kind, pooled: the prior's mean is theirs, and its strength says how alike they are (by the
 * moments of the beta-binomial). Few entries or few people give a weak prior around the pooled rate.
 */
export function pooledPrior(rates: readonly Rate[]): BetaPrior {
  const seen = rates.filter(({ count }) => count > 0);
  const people = seen.reduce((sum, { count }) => sum + count, 0);
  const events = seen.reduce((sum, { events }) => sum + events, 0);
  const mean = (events + 0.5) / (people + 1); // never 0 or 1
  const strength = seen.length < 3 ? LEAST_STRENGTH : strengthOf(seen, people, events / people);
  return { a: mean * strength, b: (1 - mean) * strength };
}

/** Weighted spread between entries, less what chance within them explains. */
function strengthOf(seen: readonly Rate[], people: number, mean: number): number {
  const within = mean * (1 - mean);
  const between = seen.reduce((sum, rate) => sum + rate.count * (rateOf(rate) - mean) ** 2, 0);
  const room = people - seen.reduce((sum, { count }) => sum + count * count, 0) / people;
  const extra = (between - (seen.length - 1) * within) / room;
  if (extra <= 0) return MOST_STRENGTH; // no more spread than chance
  return Math.min(MOST_STRENGTH, Math.max(LEAST_STRENGTH, within / extra - 1));
}
