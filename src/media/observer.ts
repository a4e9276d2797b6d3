import type { FilePart, HubEvent, Part } from "../contract/index.ts";
import type { Channels, Observer, RecordedEvent } from "../corridor/index.ts";
import { noteMedia, type Reference } from "./store.ts";

/** Longer references are an adapter's fault, and no index takes them. */
const MAX_REF = 2_000;

/** Notes every file that came with a message, to be fetched while the platform still has it. */
export function createMediaObserver(channels: Channels): Observer {
  return {
    name: "media",
    async observe(events, tx) {
      const found = new Map<string, Reference>();
      for (const recorded of events) {
        if (!channels.get(recorded.channelId)?.connection.fetchFile) continue;
        for (const reference of referencesOf(recorded)) {
          found.set(`${reference.channelId} ${reference.ref}`, reference);
        }
      }
      // One order for everybody who writes several.
      const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reference]) => reference);
      if (sorted.length > 0) await noteMedia(tx, sorted);
    },
  };
}

function referencesOf({ channelId, event }: RecordedEvent): Reference[] {
  return partsOf(event as HubEvent)
    .filter((part): part is FilePart => part.type === "file" && part.ref !== "" && part.ref.length <= MAX_REF)
    .map(({ ref, kind, name }) => ({ channelId, ref, kind, name: name?.slice(0, 200) ?? null }));
}

function partsOf(event: HubEvent): readonly Part[] {
  return event.type === "message" || event.type === "edited" ? event.parts : [];
}
