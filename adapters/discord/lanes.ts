/** Work in lanes: what happens in one place happens in order, places side by side. */
export interface Lanes {
  add(lane: string, work: () => Promise<void>): void;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
}

export function createLanes(failed: (error: unknown) => void): Lanes {
  const lanes = new Map<string, Promise<void>>();
  return {
    add(lane, work) {
      const before = lanes.get(lane) ?? Promise.resolve();
      const now = before.then(work).catch(failed);
      lanes.set(lane, now);
      void now.then(() => lanes.get(lane) === now && lanes.delete(lane));
    },
    async idle() {
      while (lanes.size > 0) await Promise.all(lanes.values());
    },
  };
}
