import type { Cache } from "../../src/contract/index.ts";

/**
 * A cache as several hub processes share it: one of them at a time makes a value, and every look takes a moment, so that
 * what can overlap does. Values grow old by the clock that is given.
 */
export function createSharedCache(now: () => Date = () => new Date()): Cache {
  const values = new Map<string, { value: string; untilMs: number }>();
  const locks = new Map<string, Promise<unknown>>();
  const moment = () => new Promise((resolve) => setImmediate(resolve));
  const read = (key: string) => {
    const found = values.get(key);
    return found && found.untilMs > now().getTime() ? found.value : undefined;
  };

  return {
    async get(key) {
      await moment();
      return read(key);
    },
    async set(key, value, ttlMs) {
      await moment();
      values.set(key, { value, untilMs: now().getTime() + ttlMs });
    },
    async once(key, ttlMs, make) {
      await moment();
      const before = locks.get(key) ?? Promise.resolve();
      const work = before
        .catch(() => undefined)
        .then(async () => {
          const found = read(key);
          if (found !== undefined) return found;
          const value = await make();
          values.set(key, { value, untilMs: now().getTime() + ttlMs });
          return value;
        });
      locks.set(key, work);
      return work;
    },
  };
}
