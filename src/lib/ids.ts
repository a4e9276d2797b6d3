import { randomFillSync } from "node:crypto";

let lastMs = 0;
let counter = 0;
/** Random bytes are fetched for many ids at once: one by one they would cost more than all the rest. */
const pool = Buffer.alloc(8 * 512);
let used = pool.length;

/**
 * A UUIDv7 (RFC 9562, method 1: a 12-bit counter after the millisecond), so that ids made by one process sort in the
 * order they were made. Identity, not a decision: hence the one place beside the clock that reads time by itself.
 */
export function newId(): string {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs++; // 4,096 ids within a millisecond: borrow the next one
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, "0");
  const random = randomHex();
  const variant = (0x8 | (Number.parseInt(random[0]!, 16) & 0x3)).toString(16);
  const sequence = (0x7000 | counter).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${sequence}-${variant}${random.slice(1, 4)}-${random.slice(4)}`;
}

/** Eight random bytes as hexadecimal digits. */
function randomHex(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 8;
  return pool.toString("hex", used - 8, used);
}

/** The least id that could have been made at this moment. */
export function firstIdAt(moment: Date): string {
  const time = Math.max(0, moment.getTime()).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return UUID.test(text);
}
