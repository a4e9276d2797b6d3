import { startLoop, type Loop, type LoopParts } from "./loop.ts";

/** The loops of this process, by name. */
export interface Loops {
  /** Starts a loop over the step. */
  run(name: string, step: LoopParts["step"], pollMs?: number): void;
  /** Takes in one that was started elsewhere. */
  add(name: string, loop: Loop): void;
  /** Wakes the loop of that name, if there is one. */
  wake(name: string): void;
  wakeAll(): void;
  /** Resolves when all of them have ended. */
  ended(): Promise<void>;
  /** Names of those that have not come round for `ms`. */
  stuck(ms: number): string[];
}

/** @param parts `pollMs` is for the loops that name no other. */
export function createLoops(parts: Pick<LoopParts, "clock" | "log" | "pollMs">, signal: AbortSignal): Loops {
  const loops = new Map<string, Loop>();
  const standsStill = ({ lastRoundMs }: Loop, ms: number) => parts.clock.monotonicMs() - lastRoundMs > ms;

  return {
    run(name, step, pollMs = parts.pollMs) {
      loops.set(name, startLoop({ ...parts, name, step, pollMs }, signal));
    },
    add: (name, loop) => void loops.set(name, loop),
    wake: (name) => loops.get(name)?.wake(),
    wakeAll: () => loops.forEach((loop) => loop.wake()),
    ended: async () => void (await Promise.all([...loops.values()].map((loop) => loop.ended))),
    stuck: (ms) => [...loops].filter(([, loop]) => standsStill(loop, ms)).map(([name]) => name),
  };
}
