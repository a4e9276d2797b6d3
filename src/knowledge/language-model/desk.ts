import type {
  LanguageModelChange,
  LanguageModelCheck,
  LanguageModelSettings,
  LanguageModelView,
} from "../../contract/api-language-model.ts";
import { Conflict, Invalid, type Asker, type Clock, type Json, type Log } from "../../contract/index.ts";
import { isPrivateAddress } from "../../lib/guarded-fetch.ts";
import type { Vault } from "../../lib/vault.ts";
import type { Database, Transaction } from "../../store/index.ts";
import { isIP } from "node:net";
import { call, type AskParts, type Ledger, type Tokens } from "./ask.ts";
import { createService, type Service } from "./service.ts";
import * as store from "./settings-store.ts";

const USUAL_SETTINGS: LanguageModelSettings = {
  mode: "off",
  baseUrl: "https://api.openai.com/v1",
  model: "gpt-4.1-mini",
  dailyTokens: 200_000,
  dailyCost: null,
  inputPrice: 0,
  outputPrice: 0,
  timeoutMs: 8_000,
  masksPersonal: true,
};

/** The language model as the operator set it up. */
export interface LanguageModelDesk {
  view(): Promise<LanguageModelView>;
  change(change: LanguageModelChange, by: Asker): Promise<LanguageModelView>;
  /** Asks it something harmless. */
  check(signal: AbortSignal): Promise<LanguageModelCheck>;
  /** What to ask with; `undefined` while it is off. */
  access(): Promise<AskParts | undefined>;
}

export interface LanguageModelParts {
  db: Database;
  clock: Clock;
  log: Log;
  vault: Vault;
  /** The guarded one. */
  fetch: typeof globalThis.fetch;
  allowPrivateAddresses: boolean;
  audit?: (tx: Transaction, entry: { asker: Asker; action: string; subject: string; detail?: Json }) => Promise<void>;
}

const SEALED_FOR = "language-model";
const PER_MILLION = 1_000_000;

/** How long the settings are used before they are looked at again: other hubs change them too. */
const KEPT_MS = 1_000;

export function createLanguageModelDesk(parts: LanguageModelParts): LanguageModelDesk {
  const { db, clock, log, vault } = parts;
  const service: Service = createService(parts.fetch);
  let known: { row: store.SettingsRow | undefined; atMs: number } | undefined;

  async function current(): Promise<store.SettingsRow | undefined> {
    const atMs = clock.monotonicMs();
    if (!known || atMs - known.atMs >= KEPT_MS) known = { row: await store.readSettingsRow(db), atMs };
    return known.row;
  }

  function askParts({ settings, key: sealed }: store.SettingsRow): AskParts {
    const { baseUrl, model, timeoutMs } = settings;
    const key = sealed === null ? undefined : vault.open(sealed, SEALED_FOR);
    return {
      service,
      access: { baseUrl, model, key, timeoutMs },
      settings,
      ledger: ledgerFor(parts, settings),
      clock,
      log,
    };
  }

  async function view(): Promise<LanguageModelView> {
    const row = await store.readSettingsRow(db);
    const spent = await store.spentIn(db, clock.now());
    return { ...(row?.settings ?? USUAL_SETTINGS), hasKey: Boolean(row?.key), spent };
  }

  return {
    view,
    async change(change, by) {
      checkAddress(change.baseUrl, parts.allowPrivateAddresses);
      await db.transaction((tx) => write(tx, parts, change, by));
      known = undefined;
      return view();
    },
    async check(signal) {
      const row = await store.readSettingsRow(db);
      if (!row) throw new Conflict("No language model is set up yet. Save its address and model first.");
      return checked(askParts(row), signal);
    },
    async access() {
      const row = await current();
      return row && row.settings.mode !== "off" ? askParts(row) : undefined;
    },
  };
}

function ledgerFor({ db, clock }: LanguageModelParts, settings: LanguageModelSettings): Ledger {
  const costOf = ({ inputTokens, outputTokens }: Tokens) =>
    (inputTokens * settings.inputPrice + outputTokens * settings.outputPrice) / PER_MILLION;
  const { model } = settings;
  return {
    reserve: (purpose, tokens) =>
      store.reserve(db, { purpose, model, ...tokens, cost: costOf(tokens) }, settings, clock.now()),
    settle: (id, usage, ms, verdict, reason) =>
      store.settle(db, { id, usage: usage && { ...usage, cost: costOf(usage) }, ms, verdict, reason }),
  };
}

async function write(
  tx: Transaction,
  { vault, clock, audit }: LanguageModelParts,
  { key, ...settings }: LanguageModelChange,
  by: Asker,
): Promise<void> {
  const before = await store.readSettingsRow(tx, { lock: true });
  // A key goes only to the address that it was given for.
  const kept = before && before.settings.baseUrl === settings.baseUrl ? before.key : null;
  const sealed = key === undefined ? kept : key === null ? null : vault.seal(key, SEALED_FOR);
  await store.writeSettingsRow(tx, { settings, key: sealed, by: by.name, at: clock.now() });
  const { mode, baseUrl, model } = settings;
  const detail = { mode, baseUrl, model };
  await audit?.(tx, { asker: by, action: "language-model.set", subject: "language-model", detail });
}

const HARMLESS = {
  system: 'Answer with the JSON object {"ok": true} and nothing else.',
  user: "Are you there? (JSON)",
};

async function checked(parts: AskParts, signal: AbortSignal): Promise<LanguageModelCheck> {
  let failure = "The budget of the day is spent.";
  const ledger: Ledger = {
    ...parts.ledger,
    settle(id, usage, ms, verdict, reason) {
      if (verdict === "failed") failure = reason ?? failure;
      return parts.ledger.settle(id, usage, ms, verdict, reason);
    },
  };
  const limits = { signal, outputTokens: 50, judge: () => ({ verdict: true }) };
  const done = await call("check", HARMLESS, { ...parts, ledger }, limits);
  return done ? { ok: true, detail: `${parts.access.model} answers.` } : { ok: false, detail: failure };
}

/** What the socket would refuse anyway, said where it can be mended. */
function checkAddress(baseUrl: string, allowPrivate: boolean): void {
  const host = new URL(baseUrl).hostname.replace(/^\[|\]$/gu, "");
  const isPrivate = isIP(host) ? isPrivateAddress(host) : host === "localhost" || host.endsWith(".localhost");
  if (isPrivate && !allowPrivate)
    throw new Invalid(`${host} is a private address. Set ALLOW_PRIVATE_ADDRESSES for a model on your own network.`, {
      baseUrl: "Private address.",
    });
}
