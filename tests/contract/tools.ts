import { readdirSync, readFileSync } from "node:fs";
import type { Adapter, AdapterTools, Connection } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { memoryCache, memoryFiles } from "../../src/lib/memory-tools.ts";
import { silentLog } from "../support/log.ts";
import type { Sample } from "./examples.ts";

/** The moment at which contract tests take place. */
export const NOW = new Date("2026-01-15T12:00:00.000Z");

/** Harmless tools: a still clock that really sleeps, a cache and files in memory, a log that says nothing, the real fetch. */
export function contractTools(overrides: Partial<AdapterTools> = {}): AdapterTools {
  return {
    channelId: "0190a000-0000-7000-8000-000000000001",
    fetch,
    log: silentLog,
    clock: { ...systemClock, now: () => NOW },
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
