import { randomBytes } from "node:crypto";
import type { MadeWebhook, NewWebhook, WebhookChange, WebhookView } from "../contract/api-notify.ts";
import { Conflict, Invalid, NotFound, type Asker, type Clock, type Json } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import type { Vault } from "../lib/vault.ts";
import type { Database, Transaction } from "../store/index.ts";
import { secretOf } from "./signature.ts";
import * as store from "./store.ts";

export interface WebhookParts {
  db: Database;
  clock: Clock;
  vault: Vault;
  /** The operator's word that private networks, and http, are wanted. */
  allowPrivate: boolean;
  audit(tx: Transaction, entry: { asker: Asker; action: string; subject: string; detail?: Json }): Promise<void>;
}

/** The addresses that are told what happens. */
export interface Webhooks {
  list(): Promise<WebhookView[]>;
  create(body: NewWebhook, asker: Asker): Promise<MadeWebhook>;
  change(id: string, body: WebhookChange, asker: Asker): Promise<WebhookView>;
  remove(id: string, asker: Asker): Promise<void>;
  /** A new secret; the old one is void at once. */
  renewSecret(id: string, asker: Asker): Promise<{ secret: string }>;
  /** Sends a message that says nothing, to see whether it arrives. */
  ping(id: string): Promise<void>;
  /** Once more, as it was. @throws NotFound, Conflict while it waits */
  sendAgain(webhookId: string, id: string): Promise<void>;
}

const MOST = 20;
const SECRET_BYTES = 32;

export function createWebhooks(parts: WebhookParts): Webhooks {
  const { db, clock, vault, audit } = parts;

  function refuseOpen(url: string): void {
    if (parts.allowPrivate || url.startsWith("https://")) return;
    throw new Invalid("What is told would travel in the open. Use an https address.", { "body.url": "Not https." });
  }

  /** Behind the row's lock, and in the record of who did what. */
  function change<T>(
    id: string,
    { asker, action }: { asker: Asker; action: string },
    work: (tx: Transaction, row: store.WebhookRow) => Promise<T>,
  ): Promise<T> {
    return db.transaction(async (tx) => {
      const row = await store.lockWebhook(tx, id);
      if (!row) throw new NotFound("There is no such webhook.");
      const result = await work(tx, row);
      await audit(tx, { asker, action, subject: `webhook:${id}` });
      return result;
    });
  }

  return {
    list: async () => (await store.listWebhooks(db)).map(present),

    async create({ name, url, events }, asker) {
      refuseOpen(url);
      if ((await store.listWebhooks(db)).length >= MOST)
        throw new Conflict(`There are ${MOST} webhooks. Remove one first.`);
      const id = newId();
      const secret = secretOf(randomBytes(SECRET_BYTES));
      const unset = { enabled: true, failingSince: null, stoppedReason: null };
      const row = { id, name, url, events, ...unset, secret: vault.seal(secret, id), createdAt: clock.now() };
      await db.transaction(async (tx) => {
        await store.putWebhook(tx, row);
        await audit(tx, { asker, action: "webhook.created", subject: `webhook:${id}`, detail: { name, events } });
      });
      return { ...present(row), secret };
    },

    change: (id, body, asker) =>
      change(id, { asker, action: "webhook.changed" }, async (tx, row) => {
        if (body.url !== undefined) refuseOpen(body.url);
        const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        const again = body.enabled === true && !row.enabled ? { failingSince: null, stoppedReason: null } : {};
        const next: store.WebhookRow = { ...row, ...given, ...again };
        await store.putWebhook(tx, next);
        return present(next);
      }),

    remove: (id, asker) => change(id, { asker, action: "webhook.removed" }, (tx) => store.deleteWebhook(tx, id)),

    renewSecret: (id, asker) =>
      change(id, { asker, action: "webhook.secret-renewed" }, async (tx, row) => {
        const secret = secretOf(randomBytes(SECRET_BYTES));
        await store.putWebhook(tx, { ...row, secret: vault.seal(secret, id) });
        return { secret };
      }),

    ping: (id) => db.transaction((tx) => putPing(tx, id, clock.now())),

    async sendAgain(webhookId, id) {
      if (await store.sendAgain(db, webhookId, id, clock.now())) return;
      throw new Conflict("There is no such delivery, or it waits to be sent already.");
    },
  };
}

async function putPing(tx: Transaction, id: string, now: Date): Promise<void> {
  const row = await store.lockWebhook(tx, id);
  if (!row) throw new NotFound("There is no such webhook.");
  if (!row.enabled) throw new Conflict("It is switched off. Switch it on first.");
  const payload = JSON.stringify({ type: "ping", timestamp: now.toISOString(), data: {} });
  await store.insertDeliveries(tx, [{ id: newId(), webhookId: id, event: "ping", subjectId: null, payload }], now);
}

function present(row: store.WebhookRow): WebhookView {
  const { id, name, url, events, enabled, failingSince, stoppedReason, createdAt } = row;
  const moments = { failingSince: failingSince?.toISOString() ?? null, createdAt: createdAt.toISOString() };
  return { ...{ id, name, url, events, enabled, stoppedReason }, ...moments };
}
