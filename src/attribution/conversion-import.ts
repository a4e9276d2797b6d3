import type { ConversionImportReport } from "../contract/api-conversions.ts";
import { Conflict, Invalid, type Clock } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Database, Transaction } from "../store/index.ts";
import { columnsOf, readLine, recordsOf, type Fault, type ListedConversion } from "./conversion-csv.ts";
import * as store from "./conversion-import-store.ts";
import type { ConversionRow, NewRow } from "./conversion-store.ts";
import { saysTheSame } from "./conversions.ts";
import { recount } from "./reports/index.ts";
import type { Happened, StageMoves } from "./stage-moves.ts";
import { isPurchase } from "./stages.ts";
import { enqueueUploads } from "./uploads/enqueue.ts";

const BATCH = 1_000;
const MOST_FAULTS = 1_000;

export interface ImportOptions {
  dryRun: boolean;
  /** Take the good lines; else all or nothing. */
  partial: boolean;
}

/** Reads a list of conversions and refunds as it comes, however long. @throws Invalid when it is no such list */
export type ImportConversions = (
  chunks: AsyncIterable<Uint8Array>,
  options: ImportOptions,
) => Promise<ConversionImportReport>;

/** Undoes a transaction that has told what it was for. */
class Undone extends Error {}

export function createConversionImport(parts: { db: Database; clock: Clock; moves: StageMoves }): ImportConversions {
  const { db, clock, moves } = parts;
  return async (chunks, { dryRun, partial }) => {
    const report = { lines: 0, added: 0, known: 0, refused: 0, faults: [] as Fault[] };
    const refuse = (faults: readonly Fault[]) => {
      if (faults.length > 0) report.refused++;
      report.faults.push(...faults.slice(0, Math.max(0, MOST_FAULTS - report.faults.length)));
    };
    const take = async (tx: Transaction, lines: readonly ListedConversion[]) => {
      const { added, known, faults } = await writeLines(tx, moves, lines);
      report.added += added;
      report.known += known;
      for (const fault of faults) refuse([fault]);
    };
    const batches = batchesOf(chunks, clock.now(), (count, faults) => {
      report.lines += count;
      refuse(faults);
    });

    if (partial && !dryRun) {
      for await (const lines of batches) await db.transaction((tx) => take(tx, lines)); // nobody waits for the whole of it
      return { ...report, written: report.added > 0 };
    }
    const written = await allOrNothing(db, async (tx) => {
      for await (const lines of batches) await take(tx, lines);
      if (dryRun || report.refused > 0) throw new Undone();
    });
    return { ...report, written: written && report.added > 0 };
  };
}

async function allOrNothing(db: Database, work: (tx: Transaction) => Promise<void>): Promise<boolean> {
  let begun = false;
  try {
    await db.transaction(async (tx) => {
      if (begun)
        throw new Conflict("Other work on the same people came in between. Nothing was written; send the list again.");
      begun = true;
      await tx.query("SET LOCAL idle_in_transaction_session_timeout = 0"); // whoever sends may be slow
      await work(tx);
    });
    return true;
  } catch (error) {
    if (error instanceof Undone) return false;
    throw error;
  }
}

/** Lines that can be read, so many at a time; the others are told of. */
async function* batchesOf(
  chunks: AsyncIterable<Uint8Array>,
  now: Date,
  tell: (lines: number, faults: readonly Fault[]) => void,
): AsyncGenerator<ListedConversion[]> {
  const records = recordsOf(chunks);
  const head = await records.next();
  if (head.done) throw new Invalid("The file is empty. Its first line must name the columns.", { body: "Empty." });
  const columns = columnsOf(head.value.cells);
  let batch: ListedConversion[] = [];
  for await (const record of records) {
    const read = readLine(record, columns, now);
    tell(1, Array.isArray(read) ? read : []);
    if (!Array.isArray(read)) batch.push(read);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Written {
  added: number;
  known: number;
  /** One for each line that cannot be taken. */
  faults: Fault[];
}

/** Orders first, so that refunds of the same batch find them. */
async function writeLines(tx: Transaction, moves: StageMoves, lines: readonly ListedConversion[]): Promise<Written> {
  const orders = await writeOrders(
    tx,
    lines.filter(({ refundOf }) => refundOf === null),
  );
  const refunds = await writeRefunds(
    tx,
    lines.filter(({ refundOf }) => refundOf !== null),
  );
  const made = [...orders.made, ...refunds.made];
  const contacts = [...new Set(made.map(({ contactId }) => contactId))];
  if (made.length > 0) {
    await promote(tx, moves, orders.made, contacts);
    await recount(tx, contacts);
    await enqueueUploads(
      tx,
      made.map(({ id }) => id),
    );
  }
  return { added: made.length, known: orders.known + refunds.known, faults: [...orders.faults, ...refunds.faults] };
}

type Part = { made: NewRow[]; known: number; faults: Fault[] };

async function writeOrders(tx: Transaction, lines: readonly ListedConversion[]): Promise<Part> {
  if (lines.length === 0) return { made: [], known: 0, faults: [] };
  const found = await store.findPeople(
    tx,
    lines.map(({ person }) => ({ contactId: null, channelId: null, account: null, ...person })),
  );
  const faults: Fault[] = [];
  const drafts: { line: number; row: NewRow }[] = [];
  lines.forEach((each, at) => {
    const person = found.get(at);
    if (person) drafts.push({ line: each.line, row: rowOf(each, { ...person, amount: each.amount, refundOf: null }) });
    else
      faults.push({
        line: each.line,
        column: each.person && "account" in each.person ? "account" : "contact_id",
        reason: "There is no such person.",
      });
  });
  await store.holdPeople(tx, [...new Set(drafts.map(({ row }) => row.contactId))]);
  const written = await insertOnce(tx, drafts);
  return { ...written, faults: [...faults, ...written.faults] };
}

async function writeRefunds(tx: Transaction, lines: readonly ListedConversion[]): Promise<Part> {
  if (lines.length === 0) return { made: [], known: 0, faults: [] };
  const orders = await store.findRows(
    tx,
    lines.map(({ source, refundOf }) => ({ source, externalId: refundOf! })),
  );
  await store.holdPeople(tx, [...new Set([...orders.values()].map(({ contactId }) => contactId))]);
  const held = await store.findRows(tx, [...orders.values()]); // as they are now that nobody else can refund them
  const there = await store.findRows(tx, lines);
  const faults: Fault[] = [];
  const drafts: { line: number; row: NewRow }[] = [];
  const left = new Map([...held].map(([name, row]) => [name, Number(row.amount) - Number(row.refunded)]));
  const named = new Set<string>();
  for (const each of lines) {
    const name = store.nameOf({ source: each.source, externalId: each.refundOf! });
    const order = held.get(name);
    const reason = refusal(
      each,
      order,
      left.get(name) ?? 0,
      there.has(store.nameOf(each)) || named.has(store.nameOf(each)),
    );
    if (reason !== undefined) faults.push({ line: each.line, ...reason });
    if (reason !== undefined || !order) continue;
    const row = rowOf(each, { ...order, amount: -each.amount, refundOf: order.id });
    drafts.push({ line: each.line, row: { ...row, currency: order.currency, offline: order.offline } });
    if (!there.has(store.nameOf(each)) && !named.has(store.nameOf(each)))
      left.set(name, (left.get(name) ?? 0) - each.amount);
    named.add(store.nameOf(each));
  }
  const written = await insertOnce(tx, drafts);
  return { ...written, faults: [...faults, ...written.faults] };
}

function refusal(
  each: ListedConversion,
  order: { refundOf: string | null; currency: string } | undefined,
  left: number,
  isKnown: boolean,
): Omit<Fault, "line"> | undefined {
  if (!order)
    return { column: "refund_of", reason: "There is no such order of this source. Put the order before its refund." };
  if (order.refundOf !== null)
    return { column: "refund_of", reason: "This is a refund itself. Name the order that was paid." };
  if (order.currency !== each.currency) return { column: "currency", reason: `It was paid in ${order.currency}.` };
  if (each.amount === 0) return { column: "amount", reason: "A refund of nothing." };
  if (!isKnown && each.amount > left)
    return { column: "amount", reason: `Only ${left} (minor units) are left to take back.` };
  return undefined;
}

function rowOf(
  each: ListedConversion,
  of: { contactId: string; identityId: string | null; amount: number; refundOf: string | null },
): NewRow {
  const { source, externalId, kind, currency, at, offline, note } = each;
  const { contactId, identityId, amount, refundOf } = of;
  return {
    id: newId(),
    ...{ contactId, identityId, kind, source, externalId, amount, currency, refundOf, offline, note, at },
  };
}

/** What is there already, and says the same, is known; what says something else is refused. */
async function insertOnce(tx: Transaction, drafts: readonly { line: number; row: NewRow }[]): Promise<Part> {
  const ids = await store.insertRows(
    tx,
    drafts.map(({ row }) => row),
  );
  const others = drafts.filter(({ row }) => !ids.has(row.id));
  const there = await store.findRows(
    tx,
    others.map(({ row }) => row),
  );
  const faults = others.flatMap(({ line, row }): Fault[] => {
    const earlier = there.get(store.nameOf(row));
    if (earlier && isTheirs(earlier, row) && saysTheSame(earlier, row, "given")) return [];
    return [{ line, column: "external_id", reason: "The source has used this number for something else." }];
  });
  return {
    made: drafts.flatMap(({ row }) => (ids.has(row.id) ? [row] : [])),
    known: others.length - faults.length,
    faults,
  };
}

function isTheirs(earlier: ConversionRow, row: NewRow): boolean {
  return earlier.contactId === row.contactId || (earlier.identityId !== null && earlier.identityId === row.identityId);
}

/** The first purchase of somebody makes a customer, any other a regular. */
async function promote(
  tx: Transaction,
  moves: StageMoves,
  made: readonly NewRow[],
  contacts: readonly string[],
): Promise<void> {
  const bought = made.filter((row) => isPurchase(row)).sort((a, b) => a.at.getTime() - b.at.getTime());
  if (bought.length === 0) return;
  const before = await store.countPurchasesOf(tx, contacts);
  for (const { contactId } of bought) before.set(contactId, (before.get(contactId) ?? 0) - 1);
  const happened = bought.map(({ contactId, identityId, kind, externalId, source, at }): Happened => {
    const count = before.get(contactId) ?? 0;
    before.set(contactId, count + 1);
    return {
      contactId,
      identityId,
      trigger: count > 0 ? "repeat-order" : "order",
      cause: `${kind} ${externalId} (${source})`,
      at,
    };
  });
  await moves.move(tx, happened);
}
