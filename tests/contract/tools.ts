import { readdirSync, readFileSync } from "node:fs";
import type { Adapter, AdapterTools, Cache, Connection, Files } from "../../src/contract/index.ts";
import type { Sample } from "./examples.ts";

/** The moment at which contract tests take place. */
export const NOW = new Date("2026-01-15T12:00:00.000Z");

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Harmless tools: a still clock that really sleeps, a cache and files in memory, a log that says nothing, the real fetch. */
export function contractTools(overrides: Partial<AdapterTools> = {}): AdapterTools {
  return {
    channelId: "0190a000-0000-7000-8000-000000000001",
    fetch,
    log: silent,
    clock: { now: () => NOW, monotonicMs: () => performance.now(), sleep },
    publicUrl: new URL("https://hub.example/in/0190a000-0000-7000-8000-000000000001"),
    cache: memoryCache(),
    files: memoryFiles(),
    ...overrides,
  };
}

/** Opens a connection the way the hub does: settings checked by the adapter's own schema. */
export function open<Settings>(
  adapter: Adapter<Settings>,
  settings: unknown,
  tools: Partial<AdapterTools> = {},
): Connection {
  return adapter.connect(adapter.settings.parse(settings), contractTools(tools));
}

/** Every *.json of a folder, each `{ payload, events }`, named after its file. */
export function loadSamples(folder: URL): Sample[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().map((file) => {
    const { payload, events } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Omit<Sample, "name">;
    return { name: file.slice(0, -".json".length), payload, events };
  });
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener("abort", wake, { once: true });
  });
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
  const files = new Map<string, { name: string; mimeType: string; bytes: Uint8Array }>();
  return {
    async put(file) {
      const ref = `file-${files.size + 1}`;
      files.set(ref, file);
      return ref;
    },
    get: async (ref) => files.get(ref),
  };
}
