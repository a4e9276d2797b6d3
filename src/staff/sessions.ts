import { NotFound, type Asker, type Caller, type Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Queryable } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import { hashOf, newSecret } from "./secrets.ts";
import * as store from "./session-store.ts";
import type { SessionMethod, SessionRow } from "./session-store.ts";
import type { Principal } from "./tokens.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** However much it is used. */
const LIFE_MS = 30 * DAY_MS;
/** Over a long weekend. */
const IDLE_MS = 4 * DAY_MS;
const SECRET = /^[\w-]{43}$/;

/** The only time that the secret is seen. */
export interface MadeSession {
  id: string;
  secret: string;
  expiresAt: Date;
}

export interface Sessions {
  /** Inside the caller's transaction. @returns undefined when the person has left */
  open(
    where: Queryable,
    staffId: string,
    method: SessionMethod,
    from: Pick<Caller, "address" | "agent">,
  ): Promise<MadeSession | undefined>;
  /** Whose is it? Asks the database every time, so that an ended one is refused by every hub at once. */
  authenticate(secret: string): Promise<Principal | undefined>;
  /** Those of the session ids that are still good. */
  stillGood(sessionIds: readonly string[]): Promise<Set<string>>;
  list(staffId: string): Promise<SessionRow[]>;
  /** @throws NotFound */
  end(staffId: string, sessionId: string, by: Asker): Promise<void>;
  /** All of them, or all but one. */
  endAll(staffId: string, by: Asker, except?: string): Promise<number>;
}

export function createSessions({ db, clock, audit }: { db: Database; clock: Clock; audit: Audit }): Sessions {
  const ago = (ms: number) => new Date(clock.now().getTime() - ms);
  const endedBy = (by: Asker, subject: string, count: number) => ({
    asker: by,
    action: "session.ended",
    subject,
    detail: { count },
  });

  return {
    async open(where, staffId, method, { address, agent }) {
      const secret = newSecret();
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + LIFE_MS);
      const id = newId();
      const row = { id, staffId, method, address, agent, createdAt: now, lastUsedAt: now, expiresAt };
      return (await store.insertSession(where, { ...row, hash: hashOf(secret) }))
        ? { id, secret, expiresAt }
        : undefined;
    },

    async authenticate(secret) {
      const now = clock.now();
      const shown = SECRET.test(secret)
        ? await store.findShownSession(db, hashOf(secret), now, ago(IDLE_MS))
        : undefined;
      if (!shown) return undefined;
      if (shown.lastUsedAt <= ago(MINUTE_MS)) await store.markSessionUsed(db, shown.id, now, ago(MINUTE_MS));
      return { staffId: shown.staffId, name: shown.name, role: shown.role, sessionId: shown.id };
    },

    stillGood: async (ids) => new Set(await store.goodSessions(db, ids, clock.now(), ago(IDLE_MS))),

    list: (staffId) => store.listSessions(db, staffId, clock.now(), ago(IDLE_MS)),

    end: (staffId, sessionId, by) =>
      db.transaction(async (tx) => {
        if ((await store.endSessions(tx, staffId, clock.now(), { only: sessionId })) === 0)
          throw new NotFound("There is no such session, or it has ended.");
        await audit.append(tx, endedBy(by, `session:${sessionId}`, 1));
      }),

    endAll: (staffId, by, except) =>
      db.transaction(async (tx) => {
        const count = await store.endSessions(tx, staffId, clock.now(), { except });
        if (count > 0) await audit.append(tx, endedBy(by, `staff:${staffId}`, count));
        return count;
      }),
  };
}
