import type { Arrival } from "../../src/contract/index.ts";
import { idIn, objectIn, objectsIn } from "../graph/index.ts";

const MOST = 10_000;

/** The last message of each person that came to this hub process; forgotten when it ends. */
export interface Seen {
  note(arrivals: readonly Arrival[]): void;
  lastOf(place: string): string | undefined;
}

export function createSeen(): Seen {
  const last = new Map<string, string>();
  return {
    note(arrivals) {
      for (const { lane, payload } of arrivals) {
        const [message] = objectsIn(objectIn(payload, "value"), "messages");
        const id = idIn(message, "id");
        if (id === undefined) continue;
        last.delete(lane); // the newest stand last
        last.set(lane, id);
      }
      for (const oldest of last.keys()) {
        if (last.size <= MOST) break;
        last.delete(oldest);
      }
    },
    lastOf: (place) => last.get(place),
  };
}
