import { createHash } from "node:crypto";
import { cleanJson, type Asker, type Clock, type Json } from "../contract/index.ts";
import type { Database, Transaction } from "../store/index.ts";
import { auditRows, insertAudit, lastAudit, lockAudit, type AuditRow } from "./store.ts";

/** Something that somebody did, worth proving later. Never put a secret or a message's text into `detail`. */
export interface AuditEntry {
  /** Who: an asker of the API, or a name such as "cli". */
  asker: Asker | string;
  /** A verb: "token.created". */
  action: string;
  /** What it was done to: a kind and an id, "token:0190...". */
  subject: string;
  detail?: Json;
}

/** Where the chain ended when it was looked at. Keep it elsewhere: only then can a cut tail be noticed. */
export interface AuditHead {
  seq: string;
  hash: string;
}

export type AuditVerdict = { ok: true; entries: number; head: AuditHead } | { ok: false; seq: string; reason: string };

export interface Audit {
  /** Inside a transaction the entry stands or falls with it; append it last, since appending is one at a time. */
  append(where: Database | Transaction, entry: AuditEntry): Promise<void>;
  /** Reads the whole chain. With the head of an earlier look, a tail cut off since is found too. */
  verify(anchor?: AuditHead): Promise<AuditVerdict>;
}

const START = "0".repeat(64);
const PAGE = 1_000;

/** The record of who did what: each entry's hash covers the one before, so that none can be changed, put in or taken out unseen. */
export function createAudit({ db, clock }: { db: Database; clock: Clock }): Audit {
  async function appendIn(tx: Transaction, entry: AuditEntry): Promise<void> {
    await lockAudit(tx); // one after another, or the chain would fork
    const last = await lastAudit(tx);
    const next = {
      seq: String(BigInt(last?.seq ?? 0) + 1n),
      at: clock.now(),
      asker: askerName(entry.asker),
      action: entry.action,
      subject: entry.subject,
      detail: cleanJson(entry.detail ?? {}),
    };
    await insertAudit(tx, { ...next, hash: chainHash(last?.hash ?? START, next) });
  }

  return {
    append: (where, entry) =>
      "transaction" in where ? where.transaction((tx) => appendIn(tx, entry)) : appendIn(where, entry),
    async verify(anchor) {
      let head: AuditHead = { seq: "0", hash: START };
      let anchored = anchor === undefined || anchor.seq === "0";
      for (
        let rows = await auditRows(db, head.seq, PAGE);
        rows.length > 0;
        rows = await auditRows(db, head.seq, PAGE)
      ) {
        for (const row of rows) {
          const reason = faultOf(row, head);
          if (reason) return { ok: false, seq: row.seq, reason };
          head = { seq: row.seq, hash: row.hash };
          anchored ||= head.seq === anchor?.seq && head.hash === anchor.hash;
        }
      }
      if (anchored) return { ok: true, entries: Number(head.seq), head };
      return {
        ok: false,
        seq: head.seq,
        reason: `The chain does not contain entry ${anchor?.seq} as it was seen before.`,
      };
    },
  };
}

/** How the log names an asker: the person, or the token where no person stands behind it. */
export function askerName(asker: Asker | string): string {
  if (typeof asker === "string") return asker;
  return asker.staffId === null ? `token:${asker.tokenId ?? "unknown"}` : `staff:${asker.staffId}`;
}

function faultOf(row: AuditRow, before: AuditHead): string | undefined {
  if (BigInt(row.seq) !== BigInt(before.seq) + 1n) return `Entries between ${before.seq} and ${row.seq} are missing.`;
  if (row.hash !== chainHash(before.hash, row))
    return `Entry ${row.seq} or the one before it is not as it was written.`;
  return undefined;
}

function chainHash(before: string, { seq, at, asker, action, subject, detail }: Omit<AuditRow, "hash">): string {
  const text = JSON.stringify([before, seq, at.toISOString(), asker, action, subject, sorted(detail)]);
  return createHash("sha256").update(text).digest("hex");
}

/** PostgreSQL keeps no order of keys, so the hash takes them sorted. A list and a map never look alike. */
function sorted(value: Json | undefined): Json {
  if (Array.isArray(value)) return ["list", ...value.map(sorted)];
  if (value === null || typeof value !== "object") return value ?? null;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return ["map", ...keys.sort().map((key) => [key, sorted(value[key])])];
}
