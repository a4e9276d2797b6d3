import type { Conversion, NewConversion, NewRefund, Refund } from "../contract/api-attribution.ts";
import { Conflict, Invalid, NotFound, pageOf, type Clock, type Page } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Transaction } from "../store/index.ts";
import * as store from "./conversion-store.ts";
import type { ConversionRow, ConversionSum } from "./conversion-store.ts";
import type { PageRequest } from "./entry-points.ts";
import { afterPurchase, isPurchase } from "./stages.ts";

/** A till's clock may be this much ahead of ours. */
const SLACK_MS = 5 * 60_000;

/** Things of value that happened, and what was taken back of them. */
export interface Conversions {
  /**
   * Records a conversion and moves the buyer's stage. The same again, however often and in parallel, is the same one.
   * @throws NotFound for an unknown person, Conflict when the source used this number for something else, Invalid
   */
  record(input: NewConversion): Promise<Conversion>;
  /**
   * Takes a part or the whole of it back; the stage stays. The same again is the same refund.
   * @throws NotFound, Conflict when more would be taken back than was paid, Invalid
   */
  refund(conversionId: string, input: NewRefund): Promise<Refund>;
  list(request: PageRequest & { contactId: string | undefined }): Promise<Page<Conversion>>;
}

export function createConversions({ db, clock }: { db: Database; clock: Clock }): Conversions {
  return {
    async record(input) {
      const at = momentOf(input.at, clock.now());
      return db.transaction((tx) => record(tx, input, at));
    },
    async refund(conversionId, input) {
      const at = momentOf(input.at, clock.now());
      return db.transaction((tx) => refund(tx, conversionId, input, at));
    },
    async list({ contactId, after, limit }) {
      const rows = await store.listConversions(db, { contactId, after, take: limit + 1 });
      const page = pageOf(rows, limit, (last) => last.id);
      return { ...page, items: page.items.map(presentConversion) };
    },
  };
}

function momentOf(at: string | undefined, now: Date): Date {
  if (at === undefined) return now;
  const moment = new Date(at);
  if (moment.getTime() <= now.getTime() + SLACK_MS) return moment;
  throw new Invalid("It cannot have happened in the future. Check the clock and the time zone of the sender.", {
    at: "More than five minutes ahead.",
  });
}

async function record(tx: Transaction, input: NewConversion, at: Date): Promise<Conversion> {
  const { kind, source, externalId, amount, currency, note = null } = input;
  const person = await store.lockPerson(tx, await personOf(tx, input));
  if (!person) throw noPerson();

  const about = { kind, source, externalId, amount, currency, note, at };
  const draft = { ...about, id: newId(), contactId: person.id, refundOf: null };
  const made = await store.insertConversion(tx, draft);
  if (!made) return presentConversion(await known(tx, draft, input.at));

  await promote(tx, person, made);
  return presentConversion({ ...made, refunded: "0" });
}

/** Under the lock on what was paid, so that refunds at the same time see each other. */
async function refund(tx: Transaction, conversionId: string, input: NewRefund, at: Date): Promise<Refund> {
  const paid = await store.lockConversion(tx, conversionId);
  if (!paid) throw new NotFound(`There is no conversion ${conversionId}.`);
  if (paid.refundOf !== null) throw new Conflict("This is a refund itself. Name the conversion that was paid.");

  const { source, externalId, amount, note = null } = input;
  const { id: refundOf, contactId, currency } = paid;
  const about = { kind: "refund", source, externalId, amount: -amount, currency, note, at };
  const draft = { ...about, id: newId(), contactId, refundOf };
  const earlier = await store.findConversion(tx, source, externalId);
  if (earlier) return presentRefund(same(earlier, draft, input.at));

  const left = Number(paid.amount) + Number(paid.refunded);
  if (amount > left) throw new Conflict(`Only ${left} (minor units of ${currency}) are left to take back.`);
  return presentRefund((await store.insertConversion(tx, draft)) ?? (await known(tx, draft, input.at)));
}

type Draft = Omit<ConversionRow, "amount"> & { amount: number };

async function personOf(tx: Transaction, { contactId, identity }: NewConversion): Promise<string> {
  if (contactId !== undefined) return contactId;
  const found = identity && (await store.findPerson(tx, identity.channelId, identity.externalId));
  if (!found) throw noPerson();
  return found;
}

function noPerson(): NotFound {
  return new NotFound("There is no such person. Name a contact's id, or the id by which a channel knows them.");
}

/** The row that stands in the way of the draft, if it says the same. */
async function known(tx: Transaction, draft: Draft, givenAt: string | undefined): Promise<ConversionSum> {
  const earlier = await store.findConversion(tx, draft.source, draft.externalId);
  if (!earlier) throw new Conflict("Another request with this number has just been undone. Try again.");
  return same(earlier, draft, givenAt);
}

/** @throws Conflict when the source's number stands for something else. A time left out says nothing against it. */
function same<Row extends ConversionRow>(earlier: Row, draft: Draft, givenAt: string | undefined): Row {
  const { contactId, kind, currency, refundOf, note } = earlier;
  const agrees =
    contactId === draft.contactId &&
    kind === draft.kind &&
    currency === draft.currency &&
    refundOf === draft.refundOf &&
    note === draft.note &&
    Number(earlier.amount) === draft.amount &&
    (givenAt === undefined || earlier.at.getTime() === draft.at.getTime());
  if (agrees) return earlier;
  throw new Conflict(
    "This source has already sent something else under this externalId. Use a new one, or send the same again.",
  );
}

async function promote(tx: Transaction, person: store.PersonRow, made: ConversionRow): Promise<void> {
  if (!isPurchase({ kind: made.kind, amount: Number(made.amount) })) return;
  const to = afterPurchase(person.stage, await store.countPurchases(tx, person.id, made.id));
  if (to === person.stage) return;
  const cause = `${made.kind} ${made.externalId} (${made.source})`;
  await store.writeStage(tx, { id: newId(), contactId: person.id, from: person.stage, to, cause, at: made.at });
}

function presentConversion(row: ConversionSum): Conversion {
  const { id, contactId, kind, source, externalId, currency, note } = row;
  return {
    ...{ id, contactId, kind, source, externalId, currency, note },
    amount: Number(row.amount),
    refunded: 0 - Number(row.refunded),
    at: row.at.toISOString(),
  };
}

function presentRefund(row: ConversionRow): Refund {
  const { id, source, externalId, currency, note } = row;
  return {
    ...{ id, source, externalId, currency, note },
    conversionId: row.refundOf ?? row.id,
    amount: -Number(row.amount),
    at: row.at.toISOString(),
  };
}
