import type { Erased, PersonExport, PrivacySettings } from "../../contract/api-privacy.ts";
import { NotFound, type Asker, type Clock, type Json } from "../../contract/index.ts";
import { LOCKS } from "../../lib/locks.ts";
import type { Database, Transaction } from "../../store/index.ts";
import { forgetPerson } from "../reports/index.ts";
import { fadeOld, readSettings, writeSettings } from "./lifetime-store.ts";
import { erasePerson, findWhole, holdRecording, lockWhole, readPerson } from "./person-store.ts";

export interface PrivacyParts {
  db: Database;
  clock: Clock;
  /** Appends to the record of who did what, within the transaction. */
  audit(tx: Transaction, entry: { asker: Asker; action: string; subject: string; detail?: Json }): Promise<void>;
}

/** What people may ask of us about what we keep of them. */
export interface Privacy {
  /** All that is kept of a person. @throws NotFound */
  export(contactId: string, asker: Asker): Promise<PersonExport>;
  /** Takes a person out of every table for good; what they were counted for stays, as nobody's. @throws NotFound */
  erase(contactId: string, asker: Asker): Promise<Erased>;
  settings(): Promise<PrivacySettings>;
  changeSettings(settings: PrivacySettings, asker: Asker): Promise<PrivacySettings>;
  /** A loop's step: old touches lose what says who it was; resolves with how long to wait. */
  sweepTouches(): Promise<number>;
}

/** Of recording (corridor/arrivals.ts). */
const SHARDS = 16;
const AT_ONCE = 5_000;
const DAY_MS = 86_400_000;

export function createPrivacy({ db, clock, audit }: PrivacyParts): Privacy {
  return {
    export: (contactId, asker) =>
      db.transaction(async (tx) => {
        const whole = await findWhole(tx, contactId);
        if (!whole) throw new NotFound("There is no such contact.");
        const tables = await readPerson(tx, whole);
        await audit(tx, { asker, action: "contact.exported", subject: `contact:${contactId}` });
        return { contactIds: whole.contacts, exportedAt: clock.now().toISOString(), tables };
      }),

    erase: (contactId, asker) =>
      db.transaction(async (tx) => {
        await holdRecording(tx, LOCKS.shards, SHARDS);
        const before = await findWhole(tx, contactId);
        if (!before) throw new NotFound("There is no such contact.");
        await lockWhole(tx, before);
        const whole = await findWhole(tx, contactId); // as it is now that it is held
        if (!whole) throw new NotFound("There is no such contact.");
        const rows = await erasePerson(tx, whole, (id) => forgetPerson(tx, id));
        const detail = { contactIds: whole.contacts, rows };
        await audit(tx, { asker, action: "contact.erased", subject: `contact:${contactId}`, detail });
        return { contactIds: whole.contacts, rows };
      }),

    settings: () => readSettings(db),
    changeSettings: (settings, asker) =>
      db.transaction(async (tx) => {
        await writeSettings(tx, settings);
        await audit(tx, { asker, action: "privacy.set", subject: "privacy", detail: settings });
        return settings;
      }),

    async sweepTouches() {
      const { touchMonths: months } = await readSettings(db);
      const { touches, hits } = await fadeOld(db, { now: clock.now(), months, take: AT_ONCE });
      return touches === AT_ONCE || hits === AT_ONCE ? 0 : DAY_MS;
    },
  };
}
