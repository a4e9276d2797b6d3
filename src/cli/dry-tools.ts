import type { AdapterTools, Cache, Clock, Files } from "../contract/index.ts";

const quiet = () => undefined;
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** What an adapter is lent when it may read and verify, and touch nothing: no network, no database, no log. */
export function dryTools({ clock, channelId, hubUrl }: { clock: Clock; channelId: string; hubUrl: URL }): AdapterTools {
  return {
    channelId,
    clock,
    log: silent,
    publicUrl: new URL(`webhooks/${channelId}/`, hubUrl),
    fetch: async () => {
      throw new TypeError("This command calls no platform: it only verifies and decodes.");
    },
    cache: memoryCache(),
    files: memoryFiles(),
  };
}

function memoryCache(): Cache {
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

function memoryFiles(): Files {
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
