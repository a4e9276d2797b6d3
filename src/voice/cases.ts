import type { z } from "zod";
import type { CaseDetail, CasePatch, NewCase, VoiceSettings } from "../contract/api-voice.ts";
import { Conflict, Invalid, NotFound, type Asker, type Clock } from "../contract/index.ts";
import type { Outbox } from "../corridor/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import { changeCase, findCase, isAgent, lockCase, openCase, personOf, type LockedCase } from "./case-store.ts";
import { readSettings } from "./facts-store.ts";
import { rankOf, type Severity } from "./severity.ts";

export interface CaseParts {
  db: Database;
  clock: Clock;
  outbox(): Outbox;
  changed(topic: string, id: string): void;
}

/** What people of ours do with cases. */
export interface Cases {
  get(id: string): Promise<CaseDetail>;
  open(input: z.infer<typeof NewCase>, asker: Asker): Promise<CaseDetail>;
  change(id: string, patch: z.infer<typeof CasePatch>, asker: Asker): Promise<CaseDetail>;
  /** Tells the customer and closes the case, both or neither. */
  close(id: string, text: string, asker: Asker): Promise<CaseDetail>;
}

const MINUTE = 60_000;

/** Until when there must be a first answer and a solution. */
export function dueTimes(settings: VoiceSettings, severity: Severity, at: Date) {
  const later = (minutes: number) => new Date(at.getTime() + minutes * MINUTE);
  return {
    firstReplyDueAt: later(settings.firstReplyMinutes[severity]),
    resolveDueAt: later(settings.resolveMinutes[severity]),
  };
}

export function createCases({ db, clock, outbox, changed }: CaseParts): Cases {
  async function get(id: string): Promise<CaseDetail> {
    const found = await findCase(db, clock.now(), id);
    if (!found) throw new NotFound("There is no such case.");
    return found;
  }

  async function within(id: string, work: (tx: Transaction, held: LockedCase) => Promise<void>): Promise<CaseDetail> {
    await db.transaction(async (tx) => {
      const held = await lockCase(tx, id);
      if (!held) throw new NotFound("There is no such case.");
      await work(tx, held);
    });
    changed("case", id);
    return get(id);
  }

  return {
    get,

    async open({ conversationId, severity, ownerId }, { staffId }) {
      const person = await personOf(db, conversationId);
      if (!person) throw new NotFound("There is no such conversation with one person.");
      if (ownerId !== undefined) await mustBeAgent(db, ownerId);
      const at = clock.now();
      const times = dueTimes(await readSettings(db), severity, at);
      const row = { ...person, conversationId, eventId: null, source: "agent" as const, severity: rankOf(severity) };
      const owner = ownerId ?? staffId;
      const made = await db.transaction(async (tx) => {
        const opened = await openCase(tx, { ...row, ...times, at, reasons: [], topic: null, ownerId: owner });
        if (!opened.isNew) throw new Conflict("A case is open with this person here already.");
        return opened;
      });
      changed("case", made.id);
      return get(made.id);
    },

    change: (id, patch, { staffId }) =>
      within(id, async (tx, held) => {
        if (patch.ownerId) await mustBeAgent(tx, patch.ownerId);
        if (patch.state === "closed") mustBeTold(held);
        const { severity, resolveDueAt, state, ownerId } = patch;
        const change = {
          ...{ state, ownerId },
          severity: severity && rankOf(severity),
          resolveDueAt: resolveDueAt === undefined ? undefined : new Date(resolveDueAt),
        };
        await changeCase(tx, id, change, { staffId, at: clock.now() });
      }),

    async close(id, text, { staffId }) {
      const closed = await within(id, async (tx, held) => {
        if (held.state === "closed") throw new Conflict("The case is closed already.");
        const messageId = await tell(tx, outbox(), { conversationId: held.conversationId, text, staffId });
        const by = { staffId, at: clock.now() };
        await changeCase(tx, id, { state: "closed", told: { messageId } }, by);
      });
      outbox().wake();
      changed("conversation", closed.conversationId);
      return closed;
    },
  };
}

/** Says something to the customer as a person of ours. Resolves with the message's id. */
export async function tell(
  tx: Transaction,
  outbox: Outbox,
  { conversationId, text, staffId }: { conversationId: string; text: string; staffId: string | null },
): Promise<string> {
  const [messageId] = await outbox.say(
    { conversationId, author: "agent", ...(staffId && { staffId }), parts: [{ type: "text", text }] },
    tx,
  );
  if (messageId === undefined) throw new Invalid("There is nothing in this text that could be sent.");
  return messageId;
}

function mustBeTold({ state, toldAt, toldDelivery }: LockedCase): void {
  if (state !== "solved" || !toldAt)
    throw new Conflict(
      "The customer has not been told. Write to them after marking the case solved, or close it with a text.",
    );
  if (toldDelivery === "failed")
    throw new Conflict("The message that told the customer could not be delivered. Tell them another way first.");
}

async function mustBeAgent(db: Parameters<typeof isAgent>[0], staffId: string): Promise<void> {
  if (!(await isAgent(db, staffId)))
    throw new Invalid("There is no such agent.", { "body.ownerId": "Not an owner, admin or agent of yours." });
}
