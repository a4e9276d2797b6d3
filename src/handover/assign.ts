import type { Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { LOCKS } from "../lib/locks.ts";
import type { Database, Transaction } from "../store/index.ts";
import * as bridges from "./bridge-store.ts";
import { decide, type Desk } from "./decide.ts";
import { readDesk } from "./desk-store.ts";
import * as queue from "./queue-store.ts";

export interface AssignParts {
  db: Database;
  clock: Clock;
  changed(conversationId: string): void;
}

const TRY_LOCK = "SELECT pg_try_advisory_xact_lock($1) AS got";
const AT_ONCE = 0;
const POLL_MS = 1_000;

/**
 * Gives what was handed over to somebody, the longest waiting first: one hub at a time, so that two never give one person
 * more than they take. A loop's step.
 */
export function createAssigner({ db, clock, changed }: AssignParts) {
  return async function step(): Promise<number> {
    if ((await queue.dueHandovers(db, true)).length === 0) return POLL_MS;
    const done = await db.transaction(async (tx) => {
      const [lock] = await tx.query<{ got: boolean }>(TRY_LOCK, [LOCKS.handover]);
      return lock?.got ? assignNext(tx, clock.now()) : undefined;
    });
    if (done === undefined) return POLL_MS;
    changed(done);
    return AT_ONCE;
  };
}

/** The conversation that changed hands, if one could. */
async function assignNext(tx: Transaction, now: Date): Promise<string | undefined> {
  const desk = await readDesk(tx, now);
  const due = await queue.dueHandovers(tx, couldGive(desk));
  const asks = await queue.readAsks(tx, new Map(due.map(({ conversationId, kind }) => [conversationId, kind])));
  for (const handover of due) {
    const { assigneeId, conversationId } = handover;
    const ask = asks.get(conversationId);
    const decision = assigneeId === null && ask ? decide(ask, desk, now) : undefined;
    const staffId = assigneeId ?? decision?.staffId ?? null;
    const why = assigneeId === null ? (decision?.why ?? []) : ["has the conversation already"];
    if (staffId === null) await queue.leaveWaiting(tx, handover.id, decision?.teamId ?? null, why);
    else if (await give(tx, handover, { staffId, teamId: decision?.teamId ?? null, why, at: now }, desk))
      return conversationId;
  }
  return undefined;
}

/** Without teams, rules, topics and owners there is nobody to choose from. */
function couldGive({ teams, rules, people }: Desk): boolean {
  return (
    teams.length > 0 || rules.length > 0 || people.some(({ topics, labelIds }) => topics.length + labelIds.length > 0)
  );
}

/** False when somebody else was faster. */
async function give(
  tx: Transaction,
  handover: queue.DueHandover,
  to: { staffId: string; teamId: string | null; why: string[]; at: Date },
  desk: Desk,
): Promise<boolean> {
  const { id, conversationId } = handover;
  const locked = await queue.lockHandover(tx, handover);
  if (!locked || locked.state === "closed" || locked.assigneeId !== handover.assigneeId) return false;
  if (locked.owner === "bot") {
    await queue.closeHandover(tx, id, to.at);
    return true;
  }
  await queue.assignHandover(tx, handover, to);
  const left = await bridges.closeOthersBridges(tx, conversationId, to.staffId, to.at);
  const moved = left.map((bridgeId) => relay("moved", newId(), conversationId, bridgeId, to.at));
  const opened = await bridge(tx, conversationId, id, to, desk);
  const relays = [...moved, ...(opened ? [relay("opened", opened, conversationId, opened, to.at)] : [])];
  if (relays.length > 0) await bridges.addRelays(tx, relays);
  return true;
}

/** To their own place, for one who answers there. */
async function bridge(
  tx: Transaction,
  conversationId: string,
  handoverId: string,
  { staffId, at }: { staffId: string; at: Date },
  { people }: Desk,
): Promise<string | undefined> {
  const person = people.find((each) => each.staffId === staffId);
  if (person?.answersAt !== "place" || (await bridges.hasBridge(tx, conversationId))) return undefined;
  return bridges.openBridge(tx, { staffId, conversationId, handoverId, at });
}

function relay(
  kind: "moved" | "opened",
  causeId: string,
  conversationId: string,
  bridgeId: string,
  at: Date,
): bridges.NewRelay {
  return { kind, causeId, conversationId, bridgeId, at };
}
