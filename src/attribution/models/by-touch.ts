import { growing, indices } from "./growing.ts";

/** Pairs of a touch and a number, gathered and then sorted by touch. */
export interface ByTouch {
  /** The numbers of touch `t` are `numbers[starts[t] .. starts[t + 1] - 1]`, in the order they were given. */
  starts: Uint32Array;
  numbers: Uint32Array;
  /** Another number that goes with each. */
  partners: Uint32Array;
}

export function createByTouch(touches: number) {
  const [keys, numbers, partners] = [growing(indices), growing(indices), growing(indices)];
  return {
    add(touch: number, number: number, partner: number): void {
      keys.push(touch);
      numbers.push(number);
      partners.push(partner);
    },
    sorted(): ByTouch {
      const starts = new Uint32Array(touches + 1);
      for (let at = 0; at < keys.length; at++) starts[keys.get(at) + 1]!++;
      for (let touch = 0; touch < touches; touch++) starts[touch + 1]! += starts[touch]!;
      const next = starts.slice();
      const sorted = { starts, numbers: new Uint32Array(keys.length), partners: new Uint32Array(keys.length) };
      for (let at = 0; at < keys.length; at++) {
        const place = next[keys.get(at)]!++;
        sorted.numbers[place] = numbers.get(at);
        sorted.partners[place] = partners.get(at);
      }
      return sorted;
    },
  };
}
