import type { Clock } from "../contract/index.ts";
import type { Outbox } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import { readSettings } from "./desk-store.ts";
import { giveBackQuietly, idleSince, lockIdle, resumeDue } from "./queue-store.ts";

const HOUR_MS = 3_600_000;
const POLL_MS = 5_000;

export interface IdleParts {
  db: Database;
  clock: Clock;
  changed(conversationId: string): void;
  /** Tells the responders in which conversations the bot is back. */
  learn(resumeDue: Set<string>): void;
}

/** Gives back to the bot what people have answered and left alone for the hours of the setting. A loop's step. */
export function createIdler({ db, clock, changed, learn }: IdleParts) {
  return async function step(outbox: Outbox): Promise<number> {
    const { resumeAfterHours } = await readSettings(db);
    if (resumeAfterHours !== null) {
      const moment = new Date(clock.now().getTime() - resumeAfterHours * HOUR_MS);
      for (const id of await idleSince(db, moment)) if (await back(id, moment, outbox)) changed(id);
    }
    learn(await resumeDue(db));
    return POLL_MS;
  };

  /** False when somebody wrote meanwhile. */
  function back(id: string, moment: Date, outbox: Outbox): Promise<boolean> {
    return db.transaction(async (tx) => {
      if (!(await lockIdle(tx, id, moment))) return false;
      await giveBackQuietly(tx, id);
      await outbox.note(id, { type: "given-back", staffId: null }, tx);
      await tx.query("UPDATE conversation SET done_seq = in_seq WHERE id = $1", [id]);
      return true;
    });
  }
}
