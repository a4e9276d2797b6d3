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

export const USUAL_SETTINGS: LanguageModelSettings = {
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

export function createLanguageModelDesk(parts: LanguageModelParts): LanguageModelDesk {
  const { db, clock, log, vault } = parts;
  const service: Service = createService(parts.fetch);

  function askParts(row: store.SettingsRow): AskParts {
    const { settings } = row;
    const { baseUrl, model, timeoutMs } = settings;
    const key = row.key === null ? undefined : vault.open(row.key, SEALED_FOR);
    return { service, access: { baseUrl, model, key, timeoutMs }, settings, ledger: ledgerFor(settings), clock, log };
  }

  function ledgerFor(settings: LanguageModelSettings): Ledger {
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

  async function view(): Promise<LanguageModelView> {
    const row = await store.readSettingsRow(db);
    const spent = await store.spentIn(db, clock.now());
    return { ...(row?.settings ?? USUAL_SETTINGS), hasKey: Boolean(row?.key), spent };
  }

  return {
    view,
    async change({ key, ...settings }, by) {
      checkAddress(settings.baseUrl, parts.allowPrivateAddresses);
      await db.transaction(async (tx) => {
        const before = await store.readSettingsRow(tx, { lock: true });
        // A key goes only to the address that it was given for.
        const kept = before && before.settings.baseUrl === settings.baseUrl ? before.key : null;
        const sealed = key === undefined ? kept : key === null ? null : vault.seal(key, SEALED_FOR);
        await store.writeSettingsRow(tx, { settings, key: sealed, by: by.name, at: clock.now() });
        const { mode, baseUrl, model } = settings;
        await parts.audit?.(tx, {
          asker: by,
          action: "language-model.set",
          subject: "language-model",
          detail: { mode, baseUrl, model },
        });
      });
      return view();
    },
    async check(signal) {
      const row = await store.readSettingsRow(db);
      if (!row) throw new Conflict("No language model is set up yet. Save its address and model first.");
      const prompt = {
        system: 'Answer with the JSON object {"ok": true} and nothing else.',
        user: "Are you there? (JSON)",
      };
      let failure = "The budget of the day is spent.";
      const asked = askParts(row);
      const told: AskParts = {
        ...asked,
        log: { ...log, warn: () => undefined },
        ledger: {
          ...asked.ledger,
          settle: async (id, usage, ms, verdict, reason) => {
            if (verdict === "failed") failure = reason ?? failure;
            await asked.ledger.settle(id, usage, ms, verdict, reason);
          },
        },
      };
      const done = await call("check", prompt, told, { signal, outputTokens: 50, judge: () => ({ verdict: true }) });
      return done ? { ok: true, detail: `${row.settings.model} answers.` } : { ok: false, detail: failure };
    },
    async access() {
      const row = await store.readSettingsRow(db);
      return row && row.settings.mode !== "off" ? askParts(row) : undefined;
    },
  };
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
