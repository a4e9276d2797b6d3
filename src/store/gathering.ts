import type { Clock } from "../contract/index.ts";

/** Joins what comes within a few milliseconds, so that much of it is one message. */
export interface Gathering<Item> {
  /** Of two items with the same key the later one counts. */
  add(key: string, item: Item): void;
  /** Resolves when what was gathered last is handed on. */
  idle(): Promise<void>;
}

const GATHER_MS = 5;

/** @param handOn gets the items in the order in which their keys first came, and does not throw. */
export function createGathering<Item>(clock: Clock, handOn: (items: Item[]) => Promise<void>): Gathering<Item> {
  let gathered = new Map<string, Item>();
  let gathering = false;
  let handing = Promise.resolve();

  async function handOnSoon(): Promise<void> {
    await clock.sleep(GATHER_MS);
    gathering = false;
    const items = [...gathered.values()];
    gathered = new Map();
    await handOn(items);
  }

  return {
    add(key, item) {
      gathered.set(key, item);
      if (gathering) return;
      gathering = true;
      handing = handOnSoon();
    },
    idle: () => handing,
  };
}
