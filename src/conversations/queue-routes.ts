import { z } from "zod";
import { ArrivalFilters, ArrivalView, DeliveryFilters, DeliveryView, IdParams } from "../contract/api-conversations.ts";
import {
  Conflict,
  decodeCursor,
  defineRoute,
  NotFound,
  PageQuery,
  pageOf,
  pageSchema,
  type Role,
  type Route,
} from "../contract/index.ts";
import type { Outbox } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import {
  findArrival,
  findDelivery,
  listArrivals,
  listDeliveries,
  replayArrival,
  retryDelivery,
} from "./queues-store.ts";

const AGENTS: readonly Role[] = ["owner", "admin", "agent"];
const KEEPERS: readonly Role[] = ["owner", "admin"];
const ArrivalKey = z.tuple([z.iso.datetime(), z.uuid()]);

export interface QueueParts {
  db: Database;
  outbox: Outbox;
  live: { changed(topic: string, id: string): void };
}

/** What did not get through, in or out, and how to try it once more. */
export function queueRoutes(parts: QueueParts): Route[] {
  return [...deliveryRoutes(parts), ...arrivalRoutes(parts)];
}

function deliveryRoutes({ db, outbox, live }: QueueParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/deliveries",
      summary: "Messages of ours that failed, may have been sent, or wait",
      roles: AGENTS,
      query: PageQuery.extend(DeliveryFilters.shape),
      response: pageSchema(DeliveryView),
      async handle({ query: { cursor, limit, state } }) {
        const rows = await listDeliveries(db, state, decodeCursor(cursor, z.uuid()), limit + 1);
        return pageOf(rows, limit, (last) => last.id);
      },
    }),
    defineRoute({
      method: "post",
      path: "/deliveries/{id}/retry",
      summary: "Send it again, under the same idempotency key",
      roles: AGENTS,
      params: IdParams,
      response: DeliveryView,
      async handle({ params: { id } }) {
        const retried = await retryDelivery(db, id);
        const delivery = await findDelivery(db, id);
        if (!delivery) throw new NotFound("There is no such delivery.");
        if (!retried)
          throw new Conflict(`Only a failed or uncertain delivery can be sent again; this one is ${delivery.state}.`);
        outbox.wake();
        live.changed("conversation", delivery.conversationId);
        return delivery;
      },
    }),
  ];
}

function arrivalRoutes({ db, live }: QueueParts): Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/arrivals",
      summary: "What channels delivered and could not be read, as it came",
      roles: KEEPERS,
      query: PageQuery.extend(ArrivalFilters.shape),
      response: pageSchema(ArrivalView),
      async handle({ query: { cursor, limit, state } }) {
        const rows = await listArrivals(db, state, decodeCursor(cursor, ArrivalKey), limit + 1);
        return pageOf(rows, limit, (last) => [last.receivedAt, last.id]);
      },
    }),
    defineRoute({
      method: "post",
      path: "/arrivals/{id}/replay",
      summary: "Read a dead arrival once more, after a fix",
      roles: KEEPERS,
      params: IdParams,
      response: ArrivalView,
      async handle({ params: { id } }) {
        const replayed = await replayArrival(db, id);
        const arrival = await findArrival(db, id);
        if (!arrival) throw new NotFound("There is no such arrival.");
        if (!replayed) throw new Conflict(`Only a dead arrival can be replayed; this one is ${arrival.state}.`);
        live.changed("record", id);
        return arrival;
      },
    }),
  ];
}
