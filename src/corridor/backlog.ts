import type { Clock } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import type { Accept } from "./accept.ts";

const LOOK_MS = 1_000;

const WAITING = "SELECT count(*)::int AS n FROM (SELECT 1 FROM arrival WHERE state = 'waiting' LIMIT $1) waiting";
const HEARD = "UPDATE channel SET last_inbound_at = $2 WHERE id = ANY ($1::uuid[])";

/** Sends the platforms away while more waits than can be worked off soon, and notes which channels were heard of. */
export async function watchBacklog(
  parts: { db: Database; clock: Clock; mostWaiting: number },
  accept: Accept,
): Promise<number> {
  const { db, clock, mostWaiting } = parts;
  const [row] = await db.query<{ n: number }>(WAITING, [mostWaiting + 1]);
  accept.setOverloaded((row?.n ?? 0) > mostWaiting);
  const heard = accept.heardOf();
  if (heard.length > 0) await db.query(HEARD, [heard, clock.now()]);
  return LOOK_MS;
}
