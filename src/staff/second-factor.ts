import { createHash, randomBytes } from "node:crypto";
import { toString as drawQr } from "qrcode";
import type { SecondFactorStart } from "../contract/api-staff.ts";
import { Conflict, Invalid, type Asker, type Clock } from "../contract/index.ts";
import type { Vault } from "../lib/vault.ts";
import type { Database, Transaction } from "../store/index.ts";
import type { Audit } from "./audit.ts";
import * as store from "./credential-store.ts";
import type { Account } from "./credential-store.ts";
import type { Pace } from "./pace.ts";
import { endSessions } from "./session-store.ts";
import { base32, otpauthUri, stepOf } from "./totp.ts";

export interface SecondFactor {
  /** Is it the code of now, or a recovery code? Either works once. @throws TooMany */
  check(account: Account, code: string): Promise<boolean>;
  /** A new secret; it counts when its first code has been shown. @throws Conflict when there is a second factor */
  start(account: Account): Promise<SecondFactorStart>;
  /** @returns recovery codes. All other sessions end. @throws Invalid, Conflict, TooMany */
  confirm(account: Account, code: string, by: Asker): Promise<string[]>;
  remove(account: Account, by: Asker): Promise<void>;
  /** New recovery codes in place of the old ones. @throws Conflict */
  renewCodes(account: Account, by: Asker): Promise<string[]>;
}

export interface SecondFactorParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  vault: Vault;
  pace: Pace;
  /** What the authenticator app shows beside the code. */
  issuer: string;
}

const SECRET_BYTES = 20;
const CODES = 10;
const CODE_BYTES = 10;

export function createSecondFactor({ db, clock, audit, vault, pace, issuer }: SecondFactorParts): SecondFactor {
  /** The code's own step is taken with it, so that it works once. */
  async function isCode(account: Account, code: string): Promise<boolean> {
    if (!account.totpSecret) return false;
    const secret = Buffer.from(vault.open(account.totpSecret, contextOf(account.id)), "base64");
    const step = stepOf(secret, code.replaceAll(/\s/g, ""), clock.now());
    return step !== undefined && store.takeTotpStep(db, account.id, step);
  }

  async function isRecoveryCode(account: Account, code: string): Promise<boolean> {
    const taken = await store.takeRecoveryCode(db, account.id, recoveryHash(account.id, code), clock.now());
    if (taken) await audit.append(db, entry("recovery-code.used", account, `staff:${account.id}`));
    return taken;
  }

  return {
    async check(account, code) {
      await pace.take("code", account.id);
      const good = (await isCode(account, code)) || (await isRecoveryCode(account, code));
      if (good) await pace.forgive("code", account.id);
      return good;
    },

    async start(account) {
      const secret = randomBytes(SECRET_BYTES);
      await db.transaction(async (tx) => {
        await lockWithoutFactor(tx, account.id);
        await store.setTotpSecret(tx, account.id, vault.seal(secret.toString("base64"), contextOf(account.id)));
      });
      return drawn(secret, otpauthUri(secret, account.email, issuer));
    },

    async confirm(account, code, by) {
      refuseSecond(account);
      if (!account.totpSecret) throw new Conflict("Start with a new secret, then confirm its code.");
      await pace.take("code", account.id);
      if (!(await isCode(account, code)))
        throw new Invalid("This is not the code of now.", { "body.code": "Take the one that the app shows now." });
      await pace.forgive("code", account.id);
      return db.transaction(async (tx) => {
        await lockWithoutFactor(tx, account.id);
        await store.confirmTotp(tx, account.id, clock.now());
        const codes = await makeCodes(tx, account.id);
        await endSessions(tx, account.id, clock.now(), { except: by.sessionId });
        await audit.append(tx, entry("second-factor.added", account, by));
        return codes;
      });
    },

    remove: (account, by) =>
      db.transaction(async (tx) => {
        await store.lockCredential(tx, account.id);
        await store.forgetTotp(tx, account.id);
        await audit.append(tx, entry("second-factor.removed", account, by));
      }),

    renewCodes: (account, by) =>
      db.transaction(async (tx) => {
        await store.lockCredential(tx, account.id);
        const now = await store.findAccount(tx, { id: account.id });
        if (!now?.totpAt) throw new Conflict("Recovery codes belong to a second factor, and there is none.");
        const codes = await makeCodes(tx, account.id);
        await audit.append(tx, entry("recovery-codes.made", account, by));
        return codes;
      }),
  };
}

async function drawn(secret: Uint8Array, uri: string): Promise<SecondFactorStart> {
  return { secret: base32(secret), uri, svg: await drawQr(uri, { type: "svg", margin: 2 }) };
}

async function makeCodes(tx: Transaction, staffId: string): Promise<string[]> {
  const codes = Array.from({ length: CODES }, newRecoveryCode);
  const hashes = codes.map((code) => recoveryHash(staffId, code));
  await store.replaceRecoveryCodes(tx, staffId, hashes);
  return codes;
}

/** Until the transaction ends, nobody else changes it. @throws Conflict */
async function lockWithoutFactor(tx: Transaction, staffId: string): Promise<void> {
  await store.lockCredential(tx, staffId);
  refuseSecond(await store.findAccount(tx, { id: staffId }));
}

function refuseSecond(account: Account | undefined): void {
  if (account?.totpAt) throw new Conflict("There is a second factor already. Remove it first.");
}

function entry(action: string, { id }: Account, asker: Asker | string) {
  return { asker, action, subject: `staff:${id}` };
}

function contextOf(staffId: string): string {
  return `totp:${staffId}`;
}

/** 80 random bits, in fours, to be written down: "k3fd-...". */
function newRecoveryCode(): string {
  return base32(randomBytes(CODE_BYTES)).toLowerCase().match(/.{4}/g)!.join("-");
}

function recoveryHash(staffId: string, code: string): string {
  const plain = code.toLowerCase().replaceAll(/[^a-z2-7]/g, "");
  return createHash("sha256").update(`${staffId}:${plain}`).digest("hex");
}
