import type { Configuration } from "openid-client";
import type { ProviderSettings, ProviderView, SignInWays } from "../contract/api-staff.ts";
import { Invalid, NotFound, type Asker, type Clock, type Role } from "../contract/index.ts";
import type { Vault } from "../lib/vault.ts";
import type { Database } from "../store/index.ts";
import { admit, type Admission } from "./admission.ts";
import type { Audit } from "./audit.ts";
import { begin, discover, finish, type OidcBegun } from "./oidc.ts";
import * as store from "./provider-store.ts";
import type { ProviderRow } from "./provider-store.ts";

/** The organisation's own sign-in, by OpenID Connect. */
export interface Provider {
  /** Null where there is none. */
  offered(): Promise<SignInWays["provider"]>;
  view(): Promise<ProviderView>;
  set(settings: ProviderSettings, by: Asker): Promise<ProviderView>;
  remove(by: Asker): Promise<void>;
  /** Asks the provider who it is. */
  check(): Promise<{ ok: boolean; detail: string }>;
  /** Where to send the browser, and what it has to keep meanwhile. @throws NotFound, ConfigError */
  begin(): Promise<{ url: URL; begun: OidcBegun }>;
  /** Who came back. @throws Unauthorized, NotFound, ConfigError */
  finish(query: URLSearchParams, begun: OidcBegun): Promise<Admission>;
}

export interface ProviderParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  vault: Vault;
  publicUrl: URL;
  fetch: typeof fetch;
}

const SEALED_FOR = "identity-provider";
const KEPT_MS = 600_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** Whoever likes may have an account there: they vouch for addresses, not for belonging to an organisation. */
const OPEN_TO_ALL =
  /^https:\/\/(accounts\.google\.com|appleid\.apple\.com|login\.microsoftonline\.com\/(common|consumers))/;

export function createProvider({ db, clock, audit, vault, publicUrl, fetch }: ProviderParts): Provider {
  const base = publicUrl.href.replace(/\/*$/, "/");
  const callbackUrl = new URL("oidc/callback", base).href;
  let known: { config: Configuration; of: number; atMs: number } | undefined;

  /** What the provider said about itself is good for ten minutes, or until the settings change. */
  async function configuration(): Promise<Configuration> {
    const row = await configured(db);
    const atMs = clock.monotonicMs();
    if (known && known.of === row.updatedAt.getTime() && atMs - known.atMs < KEPT_MS) return known.config;
    const config = await discover({ ...row, secret: vault.open(row.secret, SEALED_FOR) }, fetch);
    known = { config, of: row.updatedAt.getTime(), atMs };
    return config;
  }

  function present({ secret: _, updatedAt, ...row }: ProviderRow): ProviderView {
    return { ...row, callbackUrl, updatedAt: updatedAt.toISOString() };
  }

  return {
    async offered() {
      const row = await store.findProvider(db);
      return row ? { name: row.name, url: new URL("oidc/start", base).pathname } : null;
    },

    view: async () => present(await configured(db)),

    async set({ name, issuer, clientId, secret, newRole }, by) {
      refuseUnsafe(issuer, newRole);
      return db.transaction(async (tx) => {
        const before = await store.findProvider(tx);
        // A secret goes only to the issuer it was given for.
        const kept = before?.issuer === issuer ? before.secret : undefined;
        const sealed = secret === undefined ? kept : vault.seal(secret, SEALED_FOR);
        if (!sealed) throw new Invalid("Give the client's secret.", { "body.secret": "Needed for this issuer." });
        const row = { name, issuer, clientId, secret: sealed, newRole, updatedAt: clock.now() };
        await store.writeProvider(tx, row);
        const detail = { issuer, clientId, newRole, newSecret: secret !== undefined };
        await audit.append(tx, { asker: by, action: "provider.set", subject: "identity-provider", detail });
        return present(row);
      });
    },

    remove: (by) =>
      db.transaction(async (tx) => {
        if (!(await store.deleteProvider(tx))) throw new NotFound("There is no identity provider set up here.");
        await audit.append(tx, { asker: by, action: "provider.removed", subject: "identity-provider" });
      }),

    async check() {
      known = undefined;
      return configuration().then(
        (config) => ({ ok: true, detail: `It answers, as ${config.serverMetadata().issuer}.` }),
        (error: unknown) => ({ ok: false, detail: error instanceof Error ? error.message : "It does not answer." }),
      );
    },

    begin: async () => begin(await configuration(), callbackUrl),

    async finish(query, begun) {
      const answer = new URL(callbackUrl);
      answer.search = query.toString();
      const vouched = await finish(await configuration(), answer, begun);
      const { newRole } = await configured(db);
      return db.transaction((tx) => admit(tx, { clock, audit }, vouched, newRole));
    },
  };
}

/** @throws NotFound */
async function configured(db: Database): Promise<ProviderRow> {
  const row = await store.findProvider(db);
  if (!row) throw new NotFound("There is no identity provider set up here.");
  return row;
}

/** @throws Invalid */
function refuseUnsafe(issuer: string, newRole: Role | null): void {
  const { protocol, hostname } = new URL(issuer);
  if (protocol === "http:" && !LOOPBACK.test(hostname))
    throw new Invalid("The issuer must be reached by https.", { "body.issuer": "Begin it with https://." });
  if (newRole !== null && OPEN_TO_ALL.test(issuer))
    throw new Invalid("Anybody may have an account at this issuer, so that nobody can be let in uninvited.", {
      "body.newRole": "Leave it out, and invite people by their addresses.",
    });
}
