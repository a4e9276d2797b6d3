import type { ArrivalView, DeliveryView } from "../contract/api-conversations.ts";
import type { Queryable } from "../store/index.ts";

type Dated<View, Keys extends keyof View> = Omit<View, Keys> & {
  [Key in Keys]: View[Key] extends string ? Date : Date | null;
};

const DELIVERIES = `
  SELECT d.id, d.channel_id AS "channelId", ch.name AS "channelName", d.conversation_id AS "conversationId",
         d.message_id AS "messageId", m.text, d.state, d.attempts, d.due_at AS "dueAt", d.error,
         d.doubts > 0 AS "maybeTwice", d.created_at AS "createdAt", d.sent_at AS "sentAt"
  FROM delivery d JOIN channel ch ON ch.id = d.channel_id JOIN message m ON m.id = d.message_id`;
const BY_STATE = `${DELIVERIES} WHERE d.state = $1 AND ($2::uuid IS NULL OR d.id < $2) ORDER BY d.id DESC LIMIT $3`;
const ONE_DELIVERY = `${DELIVERIES} WHERE d.id = $1`;

// The key stays: where the platform knows it, one that did arrive the first time is not shown twice.
const RETRY = `
  WITH again AS (
    UPDATE delivery SET state = 'waiting', attempts = 0, due_at = clock_timestamp(), error = NULL, lease_hub = NULL, lease_until = NULL
    WHERE id = $1 AND state IN ('failed', 'maybe-sent')
    RETURNING message_id
  )
  UPDATE message m SET delivery_state = 'waiting' FROM again WHERE m.id = again.message_id RETURNING m.id`;

export async function listDeliveries(
  db: Queryable,
  state: string,
  behindId: string | undefined,
  limit: number,
): Promise<DeliveryView[]> {
  return (await db.query<DeliveryRow>(BY_STATE, [state, behindId ?? null, limit])).map(deliveryView);
}

export async function findDelivery(db: Queryable, id: string): Promise<DeliveryView | undefined> {
  const [row] = await db.query<DeliveryRow>(ONE_DELIVERY, [id]);
  return row && deliveryView(row);
}

/** Puts a delivery that was given up back into its line. False when it is in no such state. */
export async function retryDelivery(db: Queryable, id: string): Promise<boolean> {
  return (await db.query(RETRY, [id])).length > 0;
}

type DeliveryRow = Dated<DeliveryView, "dueAt" | "createdAt" | "sentAt">;

function deliveryView(row: DeliveryRow): DeliveryView {
  const { dueAt, createdAt, sentAt } = row;
  return {
    ...row,
    dueAt: dueAt.toISOString(),
    createdAt: createdAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
  };
}

type ArrivalRow = Dated<ArrivalView, "receivedAt">;

const ARRIVALS = `
  SELECT a.id, a.channel_id AS "channelId", ch.name AS "channelName", a.key, a.state, a.reason, a.received_at AS "receivedAt", a.payload
  FROM arrival a LEFT JOIN channel ch ON ch.id = a.channel_id`;
const ARRIVALS_BY_STATE = `${ARRIVALS}
  WHERE a.state = $1 AND ($2::timestamptz IS NULL OR (a.received_at, a.id) < ($2, $3::uuid))
  ORDER BY a.received_at DESC, a.id DESC LIMIT $4`;
const ONE_ARRIVAL = `${ARRIVALS} WHERE a.id = $1`;
const REPLAY = `UPDATE arrival SET state = 'waiting', reason = NULL, recorded_at = NULL WHERE id = $1 AND state = 'dead' RETURNING id`;

/** The sort key of a list of arrivals. */
export type ArrivalKey = [receivedAt: string, id: string];

export async function listArrivals(
  db: Queryable,
  state: string,
  behind: ArrivalKey | undefined,
  limit: number,
): Promise<ArrivalView[]> {
  const [at, id] = behind ?? [null, null];
  return (await db.query<ArrivalRow>(ARRIVALS_BY_STATE, [state, at, id, limit])).map(arrivalView);
}

export async function findArrival(db: Queryable, id: string): Promise<ArrivalView | undefined> {
  const [row] = await db.query<ArrivalRow>(ONE_ARRIVAL, [id]);
  return row && arrivalView(row);
}

/** Lets a dead arrival be read once more. False when it is not dead. */
export async function replayArrival(db: Queryable, id: string): Promise<boolean> {
  return (await db.query(REPLAY, [id])).length > 0;
}

function arrivalView(row: ArrivalRow): ArrivalView {
  return { ...row, receivedAt: row.receivedAt.toISOString() };
}
