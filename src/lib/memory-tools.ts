import type { Cache, Files } from "../contract/index.ts";

/** A cache that lasts as long as the process; nothing in it grows old. */
export function memoryCache(): Cache {
  const values = new Map<string, string>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
    async once(key, _ttlMs, make) {
      const value = values.get(key) ?? (await make());
      values.set(key, value);
      return value;
    },
  };
}

/** Files that last as long as the process. */
export function memoryFiles(): Files {
  const files = new Map<string, Parameters<Files["put"]>[0]>();
  return {
    async put(file) {
      const ref = `file-${files.size + 1}`;
      files.set(ref, file);
      return ref;
    },
    get: async (ref) => files.get(ref),
  };
}
