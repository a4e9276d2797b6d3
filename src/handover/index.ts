import type { Clock, Log, Route } from "../contract/index.ts";
import type { Observer, Responder } from "../corridor/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import { createAssigner } from "./assign.ts";
import { createCarrier, type Speakers } from "./carry.ts";
import { createKnown } from "./desk-store.ts";
import { createHandoverDesk } from "./desk.ts";
import { createIdler } from "./idle.ts";
import { createObserver } from "./observer.ts";
import { completes, createFirstLook, createLastWord, createResumer } from "./responders.ts";
import { handoverRoutes } from "./routes.ts";

export interface HandoverParts {
  db: Database;
  clock: Clock;
  log: Log;
  /** Tells whoever looks at a conversation that it changed. */
  changed(conversationId: string): void;
}

/** People who take over: teams, experts, the queue, and the bridges to where experts answer. */
export interface HandoverRoom {
  /** Asked before the bot's own responders. */
  first: Responder[];
  /** Asked when nobody had an answer. */
  last: Responder;
  /** Another responder, whose handovers then say what happens and how long it takes. */
  completes(inner: Responder): Responder;
  /** Stands in front of the observers of customers: what our own people write in their places is not shown to them. */
  keepsApart(others: readonly Observer[]): Observer;
  routes: Route[];
  /** Loops' steps; each resolves with how long to wait. */
  assign(): Promise<number>;
  carry(speakers: Speakers): Promise<number>;
  rest(speakers: Speakers): Promise<number>;
}

export function createHandover(parts: HandoverParts): HandoverRoom {
  const { db, clock } = parts;
  const known = createKnown(db, clock);
  const desk = createHandoverDesk({ db, clock, onChanged: known.forget });
  let resumeDue: ReadonlySet<string> = new Set();
  const ours = createOurs();
  const responders = { db, clock, known, resumeDue: () => resumeDue };
  const rest = createIdler({ ...parts, learn: (ids) => (resumeDue = ids) });
  return {
    first: [createResumer(responders), createFirstLook(responders)],
    last: createLastWord(responders),
    completes: (inner) => completes(inner, responders),
    keepsApart: (others) => createObserver({ clock, others, isOurs: ours.has }),
    routes: handoverRoutes({ db, desk }),
    assign: createAssigner(parts),
    carry: createCarrier({ ...parts, ours: ours.add }),
    rest: ({ outbox }) => rest(outbox),
  };
}

/** In which conversations a transaction speaks to our own people; forgotten with it. */
function createOurs() {
  const spoken = new WeakMap<Transaction, Set<string>>();
  return {
    add: (tx: Transaction, id: string) => void spoken.set(tx, (spoken.get(tx) ?? new Set()).add(id)),
    has: (tx: Transaction, id: string) => spoken.get(tx)?.has(id) === true,
  };
}
