import { chainOf, flowOf, type Flow, type Order } from "./chain.ts";
import { type Credits } from "./credit.ts";
import type { Journeys } from "./journeys.ts";
import { layoutOf, type Layout } from "./layout.ts";
import { removalEffects, type Removal } from "./removal.ts";

export interface Markov extends Removal {
  credits: Credits;
  /**
   * How well the chain tells journeys that convert from those that do not, by the state they end in: 0.5 is chance.
   * Measured on the same journeys, so it flatters the higher orders. `null` without both kinds.
   */
  auc: number | null;
  states: number;
}

/** Makes a chain ready to be solved, many times and with other counts. @throws RangeError */
export function markovChain(journeys: Journeys, order: Order): Layout {
  return layoutOf(chainOf(journeys, order));
}

/**
 * Markov removal effects of order k, solved, not simulated.
 *
 * States are the last k touches (a journey shorter than k is one state of its length), with a start, a conversion and a
 * null. Transitions are weighted by the number of people, those who converted and those who did not; without nulls every
 * journey converts, and an effect is the share of journeys, by the chain, that meet the touch. Removing a touch makes
 * every state that holds it lead to null. Consecutive repeats stay as they are: at order 1 a self-loop changes no effect,
 * at order 2 and 3 `a > a` is a state of its own. The credit is the effect's part of the sum of effects, of all
 * conversions with a touch and of their value; "unknown" keeps its own.
 */
export function markov(journeys: Journeys, layout: Layout, tolerance?: number): Markov {
  const flow = flowOf(layout.chain, journeys.conversions, journeys.nulls);
  const removal = removalEffects(layout, flow, tolerance);
  return {
    ...removal,
    credits: creditByEffect(journeys, removal.effects),
    auc: aucOf(layout, flow),
    states: layout.chain.states,
  };
}

/** Conversions and value of journeys with touches, shared by the effects; those without keep theirs. */
export function creditByEffect({ touches, starts, conversions, value }: Journeys, effects: Float64Array): Credits {
  const unknown = touches.length;
  const credits: Credits = { conversions: new Float64Array(unknown + 1), value: new Float64Array(unknown + 1) };
  let [counted, valued] = [0, 0];
  for (let row = 0; row < conversions.length; row++) {
    if (starts[row] === starts[row + 1]) {
      credits.conversions[unknown]! += conversions[row]!;
      credits.value[unknown]! += value[row]!;
    } else {
      counted += conversions[row]!;
      valued += value[row]!;
    }
  }
  const sum = effects.reduce((all, effect) => all + effect, 0);
  if (sum === 0) {
    credits.conversions[unknown]! += counted; // a value without any conversion: there is no effect to follow
    credits.value[unknown]! += valued;
  } else
    for (let touch = 0; touch < unknown; touch++) {
      credits.conversions[touch] = (counted * effects[touch]!) / sum;
      credits.value[touch] = (valued * effects[touch]!) / sum;
    }
  return credits;
}

/** The chance that a journey that converted ends in a likelier state than one that did not; ties count half. */
function aucOf({ chain }: Layout, { visits, converted, along }: Flow): number | null {
  const ended = visits.slice();
  for (let edge = 0; edge < along.length; edge++) ended[chain.edges.from[edge]!]! -= along[edge]!;
  const rates = ended.map((count, state) => (count > 0 ? converted[state]! / count : 0));
  const ranked = Uint32Array.from(ended.keys()).sort((a, b) => rates[a]! - rates[b]!);
  let [wins, losersBelow, winners, at] = [0, 0, 0, 0];
  while (at < ranked.length) {
    const rate = rates[ranked[at]!]!;
    let [won, lost] = [0, 0];
    for (; at < ranked.length && rates[ranked[at]!] === rate; at++) {
      won += converted[ranked[at]!]!;
      lost += ended[ranked[at]!]! - converted[ranked[at]!]!;
    }
    wins += won * (losersBelow + lost / 2);
    losersBelow += lost;
    winners += won;
  }
  return winners > 0 && losersBelow > 0 ? wins / (winners * losersBelow) : null;
}
