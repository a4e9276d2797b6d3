import type { Conversion, NewVouchers, Voucher, VoucherUse } from "../contract/api-conversions.ts";
import { Conflict, Invalid, NotFound, pageOf, type Clock, type Log, type Page } from "../contract/index.ts";
import type { Observer } from "../corridor/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import { codesIn, foldCase, looksLikeCode } from "./codes.ts";
import { ownerOf } from "./conversion-store.ts";
import { buyerOf, momentOf, recordFor, type Buyer } from "./conversions.ts";
import { recount } from "./reports/index.ts";
import type { StageMoves } from "./stage-moves.ts";
import { findFirstTouches } from "./touch-store.ts";
import * as store from "./voucher-store.ts";
import type { VoucherRow } from "./voucher-store.ts";
import { isWordToUs, textOf } from "./words-to-us.ts";

export interface VoucherParts {
  db: Database;
  clock: Clock;
  log: Log;
  moves: StageMoves;
  newCode: () => string;
  /** Counts touches in the transaction that writes them. */
  countTouches(
    tx: Transaction,
    touches: readonly { contactId: string; channelId: string | null; entryPointId: string; at: Date }[],
  ): Promise<void>;
}

/** Codes that join one order to one person: from the chat to the till, or from the till's receipt to the chat. */
export interface Vouchers {
  /** @throws NotFound */
  issue(input: NewVouchers): Promise<Voucher[]>;
  list(request: {
    entryPointId?: string | undefined;
    contactId?: string | undefined;
    after: readonly [string, string] | undefined;
    limit: number;
  }): Promise<Page<Voucher>>;
  /** It is worth nothing from now on. @throws NotFound, Conflict when it was used */
  revoke(code: string): Promise<Voucher>;
  /** At the till, once; the same again is the same. @throws NotFound, Conflict, Invalid */
  use(code: string, input: VoucherUse): Promise<Conversion>;
  /** Hears who types a code. */
  observer: Observer;
}

const ATTEMPTS = 3;
const MOST_CODES = 3;

export function createVouchers(parts: VoucherParts): Vouchers {
  const { db, clock, moves, newCode } = parts;
  const present = (row: VoucherRow) => presentVoucher(row, clock.now());

  return {
    issue: ({ count, kind, note = null, entryPointId = null, contactId = null, expiresAt }) =>
      db.transaction(async (tx) => {
        if (!(await store.boundExists(tx, { entryPointId, contactId })))
          throw new NotFound("There is no such entry point or contact to bind it to.");
        const until = expiresAt === undefined ? null : new Date(expiresAt);
        if (until && until <= clock.now())
          throw new Invalid("It would be expired already.", { expiresAt: "In the past." });
        const each = { kind, note, entryPointId, contactId, createdAt: clock.now(), expiresAt: until };
        const codes: string[] = [];
        for (let left = ATTEMPTS; left > 0 && codes.length < count; left--) {
          const wanted = Array.from({ length: count - codes.length }, newCode);
          codes.push(...(await store.insertVouchers(tx, wanted, each)));
        }
        if (codes.length < count) throw new Conflict("No free codes were found. Try again.");
        return (await store.lockVouchers(tx, codes.map(foldCase))).map(present);
      }),
    async list({ limit, ...request }) {
      const rows = await store.listVouchers(db, { ...request, take: limit + 1 });
      const page = pageOf(rows, limit, (last) => [last.createdAt.toISOString(), last.code]);
      return { ...page, items: page.items.map(present) };
    },
    revoke: (code) =>
      db.transaction(async (tx) => {
        const voucher = await held(tx, code);
        if (voucher.usedAt) throw new Conflict("This voucher was used already.");
        await store.writeRevoked(tx, voucher.code, clock.now());
        return present(await held(tx, code));
      }),
    use: (code, input) => {
      const at = momentOf(input.at, clock.now());
      return db.transaction((tx) => use(tx, parts, code, { ...input, at, givenAt: input.at }, moves));
    },
    observer: createClaims(parts),
  };
}

async function held(tx: Transaction, code: string): Promise<VoucherRow> {
  const folded = foldCase(code.trim());
  const [voucher] = looksLikeCode(folded) ? await store.lockVouchers(tx, [folded]) : [];
  if (!voucher) throw new NotFound("There is no such voucher. Check the code.");
  return voucher;
}

type Used = Omit<VoucherUse, "at"> & { at: Date; givenAt: string | undefined };

async function use(
  tx: Transaction,
  parts: VoucherParts,
  code: string,
  input: Used,
  moves: StageMoves,
): Promise<Conversion> {
  const voucher = await held(tx, code);
  const buyer = await buyerBy(tx, voucher, input);
  const { kind = voucher.kind, contactId: _contact, identity: _identity, ...about } = input;
  if (voucher.conversionId !== null) {
    const owner = await ownerOf(tx, voucher.conversionId);
    const again = owner && (await recordFor(tx, moves, { contactId: owner, identityId: null }, { ...about, kind }));
    if (again && again.id === voucher.conversionId) return again;
    throw new Conflict("This voucher was used already.");
  }
  const now = parts.clock.now();
  if (voucher.revokedAt) throw new Conflict("This voucher was revoked.");
  if (voucher.expiresAt && voucher.expiresAt <= now) throw new Conflict("This voucher has expired.");
  const person = buyer ?? { contactId: await store.makeStranger(tx, input.at), identityId: null };
  if (voucher.entryPointId !== null && voucher.claimedAt === null)
    await touch(tx, parts, { ...voucher, entryPointId: voucher.entryPointId }, person, input.at);
  const made = await recordFor(tx, moves, person, { ...about, kind });
  await store.writeUse(tx, voucher.code, made.id, now);
  return made;
}

/** Whose the order is: the voucher says, or the till. @throws Conflict when they say different things */
async function buyerBy(tx: Transaction, voucher: VoucherRow, input: Used): Promise<Buyer | undefined> {
  const named = input.contactId === undefined && input.identity === undefined ? undefined : await buyerOf(tx, input);
  const contactId = voucher.owner ?? voucher.contactId;
  if (contactId === null) return named;
  if (named && named.contactId !== contactId) throw new Conflict("This voucher is somebody else's.");
  return { contactId, identityId: voucher.identityId };
}

/** The voucher was given out at a door: whoever shows it came through that. */
async function touch(
  tx: Transaction,
  parts: VoucherParts,
  { code, entryPointId }: { code: string; entryPointId: string },
  { contactId, identityId }: Buyer,
  at: Date,
) {
  await store.insertVoucherTouch(tx, { contactId, identityId, entryPointId, code, at });
  await parts.countTouches(tx, [{ contactId, channelId: null, entryPointId, at }]);
  await recount(tx, [contactId]);
}

/** A code typed in a chat says whose the voucher is; an order that was made with it before becomes theirs. */
function createClaims(parts: VoucherParts): Observer {
  const { log } = parts;
  return {
    name: "vouchers",
    async observe(events, tx) {
      const typed = events.flatMap(({ event, contactId, identityId, sentAt: at }) => {
        if (!contactId || !identityId || !isWordToUs(event)) return [];
        const codes = codesIn(textOf(event))
          .map(({ code }) => code)
          .filter(looksLikeCode);
        return codes.slice(0, MOST_CODES).map((code) => ({ folded: foldCase(code), contactId, identityId, at }));
      });
      if (typed.length === 0) return;
      const vouchers = await store.lockVouchers(tx, [...new Set(typed.map(({ folded }) => folded))].sort());
      for (const voucher of vouchers) {
        const by = typed.find(({ folded }) => folded === foldCase(voucher.code))!;
        const reason = await claim(tx, parts, voucher, by);
        if (reason) log.debug({ contactId: by.contactId, reason }, "A voucher was typed and not claimed.");
      }
    },
  };
}

/** Resolves to why it was not, if it was not. */
async function claim(
  tx: Transaction,
  parts: VoucherParts,
  voucher: VoucherRow,
  by: { contactId: string; identityId: string; at: Date },
): Promise<string | undefined> {
  if (voucher.revokedAt) return "revoked";
  if (voucher.expiresAt && voucher.expiresAt <= by.at && voucher.usedAt === null) return "expired";
  if (voucher.identityId !== null || voucher.contactId !== null) return "somebody's already";
  const { contactId, identityId, at } = by;
  const stranger = voucher.conversionId === null ? undefined : await ownerOf(tx, voucher.conversionId);
  if (stranger !== undefined && !(await store.isStranger(tx, stranger))) return "its order is somebody's already";
  await store.writeClaim(tx, voucher.code, identityId, at);
  if (stranger !== undefined) {
    await recount(tx, [stranger, contactId]); // holds both
    await store.handOver(tx, stranger, contactId, identityId);
    await findFirstTouches(tx, [contactId]);
    await parts.moves.move(tx, [{ contactId, identityId, trigger: "order", cause: `voucher ${voucher.code}`, at }]);
    await recount(tx, [stranger, contactId]);
  } else if (voucher.entryPointId !== null) {
    await touch(tx, parts, { code: voucher.code, entryPointId: voucher.entryPointId }, by, at);
  }
  return undefined;
}

function presentVoucher(row: VoucherRow, now: Date): Voucher {
  const { code, kind, note, entryPointId, contactId, conversionId } = row;
  return {
    ...{ code, kind, note, entryPointId, contactId, conversionId, state: stateOf(row, now) },
    claimedBy: row.claimedAt ? row.owner : null,
    claimedAt: row.claimedAt?.toISOString() ?? null,
    usedAt: row.usedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

function stateOf(row: VoucherRow, now: Date): Voucher["state"] {
  if (row.usedAt) return "used";
  if (row.revokedAt) return "revoked";
  if (row.expiresAt && row.expiresAt <= now) return "expired";
  return row.claimedAt ? "claimed" : "open";
}
