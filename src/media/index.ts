import type { Clock, Log, Route } from "../contract/index.ts";
import type { Channels, Observer } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import { fetchDue } from "./fetcher.ts";
import { createMediaObserver } from "./observer.ts";
import { mediaRoutes } from "./routes.ts";
import { findMedia, type MediaRow } from "./store.ts";

export type { MediaRow } from "./store.ts";

export interface MediaParts {
  db: Database;
  channels: Channels;
  clock: Clock;
  log: Log;
  /** Larger files are neither fetched nor taken. */
  maxBytes: number;
}

/** Files: what people send, kept while the platform still has it, and what we send. */
export interface Media {
  observer: Observer;
  /** One round of fetching; resolves with how long to wait before the next. */
  fetchDue(signal: AbortSignal): Promise<number>;
  /** What is known of the files that a channel's messages refer to. */
  find(channelId: string, refs: readonly string[]): Promise<MediaRow[]>;
  routes: Route[];
}

export function createMedia(parts: MediaParts): Media {
  return {
    observer: createMediaObserver(parts.channels),
    fetchDue: (signal) => fetchDue(parts, signal),
    find: (channelId, refs) => findMedia(parts.db, channelId, refs),
    routes: mediaRoutes(parts),
  };
}
