import type { AdapterTools, Clock } from "../contract/index.ts";
import { memoryCache, memoryFiles } from "../lib/memory-tools.ts";

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
