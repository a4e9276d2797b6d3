import {
  PageConversion,
  type AgentConversion,
  type Conversion,
  type Line,
  type NewConversion,
  type NewRefund,
  type Refund,
} from "../contract/api-conversions.ts";
import { Conflict, Invalid, NotFound, pageOf, type Clock, type Json, type Page } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Transaction } from "../store/index.ts";
import * as store from "./conversion-store.ts";
import type { ConversionRow, ConversionSum, NewRow } from "./conversion-store.ts";
import type { PageRequest } from "./entry-points.ts";
import { contactsOfIdentity, recount } from "./reports/index.ts";
import type { StageMoves } from "./stage-moves.ts";
import { isPurchase } from "./stages.ts";
import { enqueueUploads } from "./uploads/index.ts";

/** A till's clock may be this much ahead of ours. */
const SLACK_MS = 5 * 60_000;
const AT_THE_TILL: ReadonlySet<string> = new Set(["till", "pos", "shop", "store", "cash-desk"]);

/** Things of value that happened, and what was taken back of them. */
export interface Conversions {
  /**
   * Records a conversion and moves the buyer's stage. The same again, however often and in parallel, is the same one.
   * @throws NotFound for an unknown person, Conflict when the source used this number for something else, Invalid
   */
  record(input: NewConversion): Promise<Conversion>;
  /** What an agent saw happen to whom they talk with. @throws NotFound, Conflict, Invalid */
  recordIn(conversationId: string, input: AgentConversion): Promise<Conversion>;
  /** What a page says its visitor did; the place is whose token they carried. @throws NotFound, Conflict, Invalid */
  recordOnPage(at: { channelId: string; place: string }, body: Json): Promise<Conversion>;
  /**
   * Takes a part or the whole of it back; the stage stays. The same again is the same refund.
   * @throws NotFound, Conflict when more would be taken back than was paid, Invalid
   */
  refund(conversionId: string, input: NewRefund): Promise<Refund>;
  list(request: PageRequest & { contactId: string | undefined }): Promise<Page<Conversion>>;
}

export interface Buyer {
  contactId: string;
  identityId: string | null;
}

export function createConversions(parts: { db: Database; clock: Clock; moves: StageMoves }): Conversions {
  const { db, clock, moves } = parts;
  return {
    async record(input) {
      const at = momentOf(input.at, clock.now());
      return db.transaction(async (tx) =>
        recordFor(tx, moves, await buyerOf(tx, input), { ...input, at, givenAt: input.at }),
      );
    },
    async recordIn(conversationId, { externalId = newId(), ...input }) {
      const at = momentOf(input.at, clock.now());
      return db.transaction(async (tx) => {
        const person = await store.personOfConversation(tx, conversationId);
        if (!person) throw new NotFound(`There is no conversation ${conversationId}.`);
        const { contactId, identityId } = person;
        if (contactId === null)
          throw new Conflict("This conversation is a group's. Name the person: POST /conversions.");
        return recordFor(tx, moves, { contactId, identityId }, { ...input, externalId, at, givenAt: input.at });
      });
    },
    async recordOnPage({ channelId, place }, body) {
      const { data, error } = PageConversion.safeParse(body);
      if (error)
        throw new Invalid(
          `This is no conversion: ${error.issues[0]?.path.join(".") || "body"}: ${error.issues[0]?.message}`,
        );
      const at = clock.now();
      return db.transaction(async (tx) => {
        const visitor = await store.personAt(tx, channelId, place);
        if (!visitor) throw new NotFound("This visitor is not recorded yet. Send it again in a second.");
        return recordFor(tx, moves, visitor, { ...data, source: `page:${channelId}`, at, givenAt: undefined });
      });
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

/** When it happened. @throws Invalid for a time that has not come */
export function momentOf(at: string | undefined, now: Date): Date {
  if (at === undefined) return now;
  const moment = new Date(at);
  if (!isAhead(moment, now)) return moment;
  throw new Invalid("It cannot have happened in the future. Check the clock and the time zone of the sender.", {
    at: "More than five minutes ahead.",
  });
}

export function isAhead(moment: Date, now: Date): boolean {
  return moment.getTime() > now.getTime() + SLACK_MS;
}

/** What happened to somebody; who, is said beside it. */
export interface Happened extends Pick<
  NewConversion,
  "kind" | "source" | "externalId" | "amount" | "currency" | "note" | "offline" | "lines"
> {
  at: Date;
  /** As it was said; a time left out says nothing against an earlier report. */
  givenAt: string | undefined;
}

/** Records within a transaction: the row, its lines, the stage, the counts. @throws NotFound, Conflict */
export async function recordFor(
  tx: Transaction,
  moves: StageMoves,
  buyer: Buyer,
  input: Happened,
): Promise<Conversion> {
  const person = await store.lockPerson(tx, buyer.contactId);
  if (!person) throw noPerson();
  const { kind, source, externalId, amount, currency, note = null, at, lines = [] } = input;
  const about = { kind, source, externalId, amount, currency, note, at, offline: input.offline ?? isAtTill(source) };
  const identityId = buyer.identityId ?? person.soleIdentityId;
  const draft = { ...about, id: newId(), contactId: person.id, identityId, refundOf: null };
  const bought = lines.map((line) => ({ ...line, name: line.name ?? null }));
  const made = await store.insertConversion(tx, draft);
  if (!made) return presentConversion(await known(tx, draft, input.givenAt, input.lines && bought));

  await store.insertLines(tx, made.id, bought);
  await promote(tx, moves, made);
  await recount(tx, [person.id]);
  await enqueueUploads(tx, [made.id]);
  return presentConversion({ ...made, refunded: "0", lines: bought });
}

export function isAtTill(source: string): boolean {
  return AT_THE_TILL.has(source);
}

/** Under the locks on the person and on what was paid, so that refunds at the same time see each other. */
async function refund(tx: Transaction, conversionId: string, input: NewRefund, at: Date): Promise<Refund> {
  const owner = await store.ownerOf(tx, conversionId);
  if (owner !== undefined) await store.lockPerson(tx, owner);
  const paid = await store.lockConversion(tx, conversionId);
  if (!paid) throw new NotFound(`There is no conversion ${conversionId}.`);
  if (paid.refundOf !== null) throw new Conflict("This is a refund itself. Name the conversion that was paid.");

  const { source, externalId, amount, note = null } = input;
  const { id: refundOf, contactId, identityId, currency, offline } = paid;
  const about = { kind: "refund", source, externalId, amount: -amount, currency, note, at, offline };
  const draft = { ...about, id: newId(), contactId, identityId, refundOf };
  const earlier = await store.findConversion(tx, source, externalId);
  if (earlier) return presentRefund(await same(tx, earlier, draft, input.at));

  const left = Number(paid.amount) + Number(paid.refunded);
  if (amount > left) throw new Conflict(`Only ${left} (minor units of ${currency}) are left to take back.`);
  const made = await store.insertConversion(tx, draft);
  if (!made) return presentRefund(await known(tx, draft, input.at));
  await recount(tx, [contactId]);
  await enqueueUploads(tx, [made.id]);
  return presentRefund(made);
}

/** @throws NotFound */
export async function buyerOf(
  tx: Transaction,
  { contactId, identity }: Pick<NewConversion, "contactId" | "identity">,
): Promise<Buyer> {
  if (contactId !== undefined) return { contactId, identityId: null };
  const found = identity && (await store.findPerson(tx, identity.channelId, identity.externalId));
  if (!found) throw noPerson();
  return found;
}

function noPerson(): NotFound {
  return new NotFound("There is no such person. Name a contact's id, or the id by which a channel knows them.");
}

/** The row that stands in the way of the draft, if it says the same. */
async function known(
  tx: Transaction,
  draft: NewRow,
  givenAt: string | undefined,
  lines?: readonly Line[],
): Promise<ConversionSum> {
  const earlier = await store.findConversion(tx, draft.source, draft.externalId);
  if (!earlier) throw new Conflict("Another request with this number has just been undone. Try again.");
  if (lines && JSON.stringify(lines) !== JSON.stringify(earlier.lines)) throw otherwise();
  return same(tx, earlier, draft, givenAt);
}

/** @throws Conflict when the source's number stands for something else. A time left out says nothing against it. */
async function same<Row extends ConversionRow>(
  tx: Transaction,
  earlier: Row,
  draft: NewRow,
  givenAt: string | undefined,
): Promise<Row> {
  if (saysTheSame(earlier, draft, givenAt) && (await isTheirs(tx, earlier, draft.contactId))) return earlier;
  throw otherwise();
}

/** But for whose it is, which changes with links between people. */
export function saysTheSame(
  earlier: ConversionRow,
  draft: Omit<NewRow, "id" | "contactId" | "identityId">,
  givenAt: string | undefined,
): boolean {
  const { kind, currency, refundOf, note } = earlier;
  return (
    kind === draft.kind &&
    currency === draft.currency &&
    refundOf === draft.refundOf &&
    note === draft.note &&
    Number(earlier.amount) === draft.amount &&
    (givenAt === undefined || earlier.at.getTime() === draft.at.getTime())
  );
}

/** It is theirs, or was before accounts were linked. */
async function isTheirs(tx: Transaction, { contactId, identityId }: ConversionRow, claimed: string): Promise<boolean> {
  return contactId === claimed || (identityId !== null && (await contactsOfIdentity(tx, identityId)).includes(claimed));
}

function otherwise(): Conflict {
  return new Conflict(
    "This source has already sent something else under this externalId. Use a new one, or send the same again.",
  );
}

async function promote(tx: Transaction, moves: StageMoves, made: ConversionRow): Promise<void> {
  const { contactId, identityId, at } = made;
  if (!isPurchase({ kind: made.kind, amount: Number(made.amount) })) return;
  const trigger = (await store.countPurchases(tx, contactId, made.id)) > 0 ? "repeat-order" : "order";
  const cause = `${made.kind} ${made.externalId} (${made.source})`;
  await moves.move(tx, [{ contactId, identityId, trigger, cause, at }]);
}

function presentConversion(row: ConversionSum): Conversion {
  const { id, contactId, kind, source, externalId, currency, note, offline, lines } = row;
  return {
    ...{ id, contactId, kind, source, externalId, currency, note, offline, lines },
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
