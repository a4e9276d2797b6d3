/** What the chat remembers in this browser; in memory alone where the browser lets it remember nothing. */
export interface Keep {
  get(name: string): string | undefined;
  /** `undefined` forgets it. */
  set(name: string, value: string | undefined): void;
  /** What is kept under names that begin so, without that beginning. */
  all(beginning: string): [name: string, value: string][];
}

/** Names are "tributary:CHANNEL" for the visitor's token, which the conversion script reads too, and "tributary:CHANNEL:name". */
export function createKeep(channel: string, open: () => Storage): Keep {
  const memory = new Map<string, string>();
  const storage = tryTo(open);
  const keyOf = (name: string) => `tributary:${channel}${name && `:${name}`}`;

  return {
    get: (name) => memory.get(keyOf(name)) ?? tryTo(() => storage?.getItem(keyOf(name))) ?? undefined,
    set(name, value) {
      const key = keyOf(name);
      memory.delete(key);
      if (value === undefined) return void tryTo(() => storage?.removeItem(key));
      const isKept = tryTo(() => (storage?.setItem(key, value), storage !== undefined)) ?? false;
      if (!isKept) memory.set(key, value); // full, or forbidden
    },
    all(beginning) {
      const start = keyOf(beginning);
      const stored =
        tryTo(() => Array.from({ length: storage?.length ?? 0 }, (_none, at) => storage?.key(at) ?? "")) ?? [];
      const keys = [...new Set([...stored, ...memory.keys()])].filter((key) => key.startsWith(start));
      return keys.flatMap((key): [string, string][] => {
        const value = memory.get(key) ?? tryTo(() => storage?.getItem(key));
        return typeof value === "string" ? [[key.slice(start.length), value]] : [];
      });
    },
  };
}

/** Storage throws where it is forbidden or full; the chat goes on without it. */
function tryTo<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** What was kept as JSON; anything else may have written there too. */
export function readJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  return tryTo(() => JSON.parse(text) as unknown);
}
