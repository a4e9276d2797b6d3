import type { Cache } from "../../src/contract/index.ts";
import type { Kept } from "./passive-reply.ts";

// Answers that wait for a person's next request, in the cache that all hubs share. The cache can read, write, and make
// a value once; it cannot append or delete. So answers stand in numbered slots, each made once, and a batch that goes
// out is claimed once, by a note that says where the next one begins. The two ends are only hints where to begin.

const DAY_MS = 86_400_000;
const LIFE_MS = 30 * DAY_MS;
const MOST_KEPT = 100;

export interface Pending {
  /** The first slot that nobody has claimed. */
  from: number;
  /** What `tail` said. */
  end: number;
  kept: { slot: number; kept: Kept }[];
}

export interface KeptLog {
  /** Keeping the same answer twice changes nothing. */
  append(person: string, kept: Kept): Promise<void>;
  pending(person: string): Promise<Pending>;
  /** A number that changes when something was appended. */
  tail(person: string): Promise<number>;
  /** Takes everything from `from` up to (not with) `upTo`; false when somebody else did. */
  claim(person: string, batch: { from: number; upTo: number; by: string }): Promise<boolean>;
}

export function createKeptLog(cache: Cache): KeptLog {
  const slotKey = (person: string, slot: number) => `kept ${person} ${slot}`;
  const claimKey = (person: string, from: number) => `kept ${person} from ${from}`;
  const numberAt = async (key: string) => Number((await cache.get(key)) ?? 0);
  const head = (person: string) => numberAt(`kept ${person} head`);
  const tail = (person: string) => numberAt(`kept ${person} tail`);

  async function firstFree(person: string): Promise<number> {
    let from = await head(person);
    for (;;) {
      const claim = await cache.get(claimKey(person, from));
      if (claim === undefined) return from;
      from = (JSON.parse(claim) as { upTo: number }).upTo;
    }
  }

  return {
    tail,
    async append(person, kept) {
      let slot = Math.max(await head(person), await tail(person));
      for (; ; slot++) {
        const there = await cache.once(slotKey(person, slot), LIFE_MS, async () => JSON.stringify(kept));
        if ((JSON.parse(there) as Kept).id === kept.id) break;
      }
      await cache.set(`kept ${person} tail`, String(slot + 1), LIFE_MS);
    },
    async pending(person) {
      const from = await firstFree(person);
      const end = await tail(person);
      const kept: Pending["kept"] = [];
      for (let slot = from; kept.length < MOST_KEPT; slot++) {
        const there = await cache.get(slotKey(person, slot));
        if (there !== undefined) kept.push({ slot, kept: JSON.parse(there) as Kept });
        else if (slot >= end) break; // one that grew too old is passed over
      }
      return { from, end, kept };
    },
    async claim(person, { from, upTo, by }) {
      const claim = JSON.stringify({ upTo, by });
      const holder = await cache.once(claimKey(person, from), LIFE_MS, async () => claim);
      if (holder !== claim) return false;
      await cache.set(`kept ${person} head`, String(upTo), LIFE_MS);
      return true;
    },
  };
}
