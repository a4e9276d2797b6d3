import { createJourneyBuilder, solve, type Journeys } from "../src/attribution/models/index.ts";
import { markov as solveMarkov, markovChain } from "../src/attribution/models/markov.ts";
import { seededRandom } from "../src/attribution/models/random.ts";
import type { Figures } from "./ground.ts";

const MIB = 1024 ** 2;
const MILLION = 1_000_000;
/** [journeys in millions, different touches]; `BENCH_MOST` (millions) leaves out larger ones. */
const SIZES = [[0.1, 50], [1, 50], [1, 500], [10, 50]] as const; // prettier-ignore

/**
 * Markov of order 3 from journeys in memory to credits. The floor is one walk over the same steps that counts them: no
 * model can read its input in less. Touches are drawn independently, by Zipf's law, which makes as many different states
 * as can be: real journeys have fewer.
 */
export async function markov(): Promise<Figures> {
  const figures: Figures = {};
  const most = Number(process.env["BENCH_MOST"] ?? 10);
  for (const [millions, touches] of SIZES) {
    if (millions > most) continue;
    const journeys = simulate(millions * MILLION, touches);
    const floor = seconds(() => countSteps(journeys));
    const linear = seconds(() => solve(journeys, "linear"));
    const name = `${millions} M paths, ${touches} touches:`;
    let states = 0;
    const all = seconds(() => {
      const solved = solveMarkov(journeys, markovChain(journeys, 3));
      states = solved.states;
      figures[`${name} error bound`] = solved.errorBound;
    });
    figures[`${name} different paths`] = journeys.conversions.length;
    figures[`${name} states`] = states;
    figures[`${name} order 3 s`] = all;
    figures[`${name} linear s`] = linear;
    figures[`${name} floor s`] = floor;
    figures[`${name} times floor`] = all / floor;
    figures[`${name} peak MiB so far`] = (process.resourceUsage().maxRSS * 1024) / MIB;
  }
  return figures;
}

function simulate(count: number, touches: number): Journeys {
  const random = seededRandom(touches);
  const names = Array.from({ length: touches }, (_, at) => `touch ${at}`);
  const until = names.map((_, at) => 1 / (at + 1));
  for (let at = 1; at < touches; at++) until[at]! += until[at - 1]!;
  const pick = () => {
    const point = random.uniform() * until[touches - 1]!;
    let [low, high] = [0, touches - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (until[middle]! < point) low = middle + 1;
      else high = middle;
    }
    return names[low]!;
  };
  const builder = createJourneyBuilder();
  for (let at = 0; at < count; at++) {
    const path = [pick()];
    while (random.uniform() < 0.7) path.push(pick());
    const converts = random.uniform() < 0.1;
    builder.add({ path, conversions: Number(converts), value: converts ? 50_00 : 0, nulls: Number(!converts) });
  }
  return builder.build();
}

function countSteps({ starts, steps, touches, conversions, nulls }: Journeys): Float64Array {
  const counts = new Float64Array(touches.length);
  for (let row = 0; row < conversions.length; row++)
    for (let at = starts[row]!; at < starts[row + 1]!; at++) counts[steps[at]!]! += conversions[row]! + nulls[row]!;
  return counts;
}

function seconds(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1_000;
}
