import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";

const N = 40_000;

function moments(draw: () => number) {
  const all = Array.from({ length: N }, draw);
  const mean = all.reduce((sum, each) => sum + each, 0) / N;
  return { mean, variance: all.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (N - 1) };
}

const random = seededRandom(42);
test.each<[string, () => number, mean: number, variance: number]>([
  ["uniform", () => random.uniform(), 0.5, 1 / 12],
  ["normal", () => random.normal(), 0, 1],
  ["gamma 0.4", () => random.gamma(0.4), 0.4, 0.4],
  ["gamma 7", () => random.gamma(7), 7, 7],
  ["beta 2, 5", () => random.beta(2, 5), 2 / 7, 10 / (49 * 8)],
  ["poisson 1", () => random.poisson(1), 1, 1],
  ["poisson 11.9", () => random.poisson(11.9), 11.9, 11.9],
  ["poisson 12", () => random.poisson(12), 12, 12],
  ["poisson 4,000", () => random.poisson(4_000), 4_000, 4_000],
  ["below 6", () => random.below(6), 2.5, 35 / 12],
])("%s has its mean and variance", (_name, draw, mean, variance) => {
  const found = moments(draw);
  expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / N));
  expect(found.variance / variance).toBeCloseTo(1, 1);
});

test("one seed, one series; another seed, another", () => {
  const series = (seed: number) => Array.from({ length: 5 }, seededRandom(seed).uniform);
  expect(series(7)).toEqual(series(7));
  expect(new Set([1, 2, 2 ** 33, 2 ** 33 + 1].map((seed) => series(seed).join())).size).toBe(4);
});
