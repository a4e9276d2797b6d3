export type RawUpdate = { update_id: number } & Record<string, unknown>;

/** What waits to be taken, and who waits for that. */
export function createQueue() {
  const pending = new Map<number, RawUpdate>();
  const listeners = new Set<() => void>();
  const tell = () => [...listeners].forEach((listener) => listener());
  return {
    listeners,
    tell,
    add(update: RawUpdate): void {
      pending.set(update.update_id, update);
      tell();
    },
    confirm(id: number): void {
      if (pending.delete(id) && pending.size === 0) tell();
    },
    inOrder: () => [...pending.values()].sort((a, b) => a.update_id - b.update_id),
    get size() {
      return pending.size;
    },
  };
}

export type Queue = ReturnType<typeof createQueue>;
