import { apportion } from "../models/index.ts";

/** A step of a journey: the doors that it may have been, and how likely each is. Null: a door that is none of ours. */
export type Step = readonly { door: string | null; weight: number }[];

/** One way that a journey may have been. The weights of a journey sum to 1. */
export interface Variant {
  path: string[];
  daysBefore: number[];
  weight: number;
}

/** Beyond so many, the least likely are left out. */
const MOST_VARIANTS = 16;

/** All ways that a journey may have been, each with its likelihood: an open touch counts by parts, as its candidates weigh. */
export function variantsOf(steps: readonly Step[], daysBefore: readonly number[]): Variant[] {
  let variants: Variant[] = [{ path: [], daysBefore: [], weight: 1 }];
  steps.forEach((step, at) => {
    const days = daysBefore[at] ?? 0;
    variants = variants.flatMap((variant) => step.map(({ door, weight }) => extended(variant, door, days, weight)));
    if (variants.length > MOST_VARIANTS) {
      variants = variants.sort((a, b) => b.weight - a.weight).slice(0, MOST_VARIANTS);
    }
  });
  const sum = variants.reduce((all, { weight }) => all + weight, 0);
  return variants.map((variant) => ({ ...variant, weight: variant.weight / sum }));
}

function extended({ path, daysBefore, weight }: Variant, door: string | null, days: number, share: number): Variant {
  if (door === null) return { path, daysBefore, weight: weight * share };
  return { path: [...path, door], daysBefore: [...daysBefore, days], weight: weight * share };
}

/** A conversion's value over the ways it may have come, in whole minor units. */
export function valuesOf(variants: readonly Variant[], net: number): number[] {
  return apportion(
    variants.map(({ weight }) => weight),
    net,
  );
}
