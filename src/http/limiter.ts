import { isIPv6 } from "node:net";
import type { Clock } from "../contract/index.ts";

/** So many tries per address at once, then as many again spread over `perMs`. */
export interface Limiter {
  /** Takes one try. @returns 0, or how long to wait when there is none left. */
  take(address: string): number;
  /** Whether there is a try left, without taking it: 0, or how long to wait. */
  waitMs(address: string): number;
}

interface Bucket {
  tries: number;
  atMs: number;
}

/** What this process remembers at most; whoever was silent longest is forgotten first. */
const MOST_ADDRESSES = 10_000;

/** A token bucket per address, in this process's memory. */
export function createLimiter({ count, perMs, clock }: { count: number; perMs: number; clock: Clock }): Limiter {
  const buckets = new Map<string, Bucket>();

  function refilled(key: string): Bucket {
    const nowMs = clock.monotonicMs();
    const known = buckets.get(key);
    if (!known) return { tries: count, atMs: nowMs };
    return { tries: Math.min(count, known.tries + ((nowMs - known.atMs) * count) / perMs), atMs: nowMs };
  }

  const lack = (bucket: Bucket) => (bucket.tries >= 1 ? 0 : Math.ceil(((1 - bucket.tries) * perMs) / count));

  return {
    take(address) {
      const key = networkOf(address);
      const bucket = refilled(key);
      const waitMs = lack(bucket);
      if (waitMs === 0) bucket.tries--;
      buckets.delete(key); // put in again at the end: the map's order is who was seen last
      buckets.set(key, bucket);
      if (buckets.size > MOST_ADDRESSES) buckets.delete(buckets.keys().next().value!);
      return waitMs;
    },
    waitMs: (address) => lack(refilled(networkOf(address))),
  };
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** One customer of a provider has a whole /64 of IPv6, and may use each address of it once. */
export function networkOf(address: string): string {
  const plain = MAPPED_IPV4.exec(address)?.[1] ?? address;
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.replace(/%.*$/, "").split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0");
  return [...front, ...zeros, ...back]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
}
