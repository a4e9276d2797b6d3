import type { Reply } from "../contract/api-conversations.ts";
import type { ScheduledView } from "../contract/api-desk.ts";
import { Conflict, HubError, Invalid, NotFound, type Asker, type Clock } from "../contract/index.ts";
import type { Database } from "../store/index.ts";
import type { Inbox } from "./inbox.ts";
import * as store from "./later-store.ts";

export interface LaterParts {
  db: Database;
  clock: Clock;
  inbox: Inbox;
  live: { changed(topic: string, id: string): void };
}

/** What is to happen in conversations at a time of our choosing. */
export interface Later {
  /** @throws Invalid unless the moment is in the future, within a year */
  snooze(conversationId: string, until: Date): Promise<void>;
  schedule(conversationId: string, reply: Reply, dueAt: Date, asker: Asker): Promise<ScheduledView>;
  /** @throws NotFound, Conflict when it is sent already */
  cancel(id: string): Promise<ScheduledView>;
  /** A loop's step: opens what was snoozed until now, sends what is due. Resolves with how long to wait. */
  step(): Promise<number>;
}

const YEAR_MS = 366 * 86_400_000;
const POLL_MS = 1_000;

export function createLater({ db, clock, inbox, live }: LaterParts): Later {
  function inTime(at: Date, field: string): void {
    const inMs = at.getTime() - clock.now().getTime();
    if (inMs <= 0) throw new Invalid("This moment has passed. Choose a later one.", { [field]: "In the past." });
    if (inMs > YEAR_MS) throw new Invalid("This is more than a year away.", { [field]: "More than a year away." });
  }

  /** Sent and settled in one transaction, so that it goes out once, whoever stops when. False when nothing is due. */
  async function sendDue(): Promise<boolean> {
    let due: store.DueMessage | undefined;
    try {
      await db.transaction(async (tx) => {
        due = await store.takeDue(tx, clock.now());
        if (!due) return;
        await inbox.replyIn(tx, due.conversationId, due.reply, due.staffId);
        await store.settle(tx, due.id, "sent", null, clock.now());
      });
    } catch (error) {
      if (!due || !(error instanceof HubError)) throw error;
      await store.settle(db, due.id, "failed", error.message, clock.now());
    }
    if (due) {
      inbox.wake();
      live.changed("conversation", due.conversationId);
    }
    return due !== undefined;
  }

  return {
    async snooze(id, until) {
      inTime(until, "body.until");
      await inbox.change(id, (tx) => store.setSnoozed(tx, id, until));
    },
    async schedule(conversationId, reply, dueAt, { staffId }) {
      inTime(dueAt, "body.dueAt");
      const id = await store.insertScheduled(db, { conversationId, staffId, reply, dueAt, now: clock.now() });
      live.changed("conversation", conversationId);
      return (await store.findScheduled(db, id))!;
    },
    async cancel(id) {
      const cancelled = await store.cancelScheduled(db, id, clock.now());
      const found = await store.findScheduled(db, id);
      if (!found) throw new NotFound("There is no such message.");
      if (!cancelled) throw new Conflict(`It cannot be cancelled any more: it is ${found.state}.`);
      live.changed("conversation", found.conversationId);
      return found;
    },
    async step() {
      for (const id of await store.wakeSnoozed(db, clock.now())) live.changed("conversation", id);
      return (await sendDue()) ? 0 : POLL_MS;
    },
  };
}
