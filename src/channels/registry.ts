import { ConfigError, type Adapter, type Clock, type Log } from "../contract/index.ts";
import type { Channels, OpenChannel } from "../corridor/index.ts";
import type { Vault } from "../lib/vault.ts";
import type { Database } from "../store/index.ts";
import { createTools, type ToolParts } from "./tools.ts";

/** The channels that are open in this process, kept like the table says. */
export interface Registry extends Channels {
  /** Opens, re-opens and closes what has changed since; one that cannot be opened is noted in its row. */
  refresh(): Promise<void>;
}

export interface RegistryParts extends ToolParts {
  db: Database;
  vault: Vault;
  clock: Clock;
  log: Log;
  adapters: readonly Adapter[];
  /** Called when something was opened or closed. */
  onChanged(): void;
}

interface Row {
  id: string;
  name: string;
  adapter: string;
  settings: Uint8Array;
  rates: OpenChannel["rates"] | null;
  onUncertain: OpenChannel["onUncertain"];
  version: string;
}

const ENABLED = `
  SELECT id, name, adapter, settings, rates, on_uncertain AS "onUncertain", updated_at::text AS version
  FROM channel WHERE enabled`;
const NOTE = "UPDATE channel SET last_error = $2, last_error_at = $3 WHERE id = $1";

export function createRegistry(parts: RegistryParts): Registry {
  const { db, vault, clock, log, adapters } = parts;
  let open = new Map<string, { version: string; channel: OpenChannel | undefined }>();

  async function openOne(row: Row): Promise<OpenChannel | undefined> {
    try {
      return connect(row);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unknown";
      log.error({ channelId: row.id, adapter: row.adapter }, "a channel cannot be opened");
      await db.query(NOTE, [row.id, reason.slice(0, 500), clock.now()]);
      return undefined;
    }
  }

  function connect(row: Row): OpenChannel {
    const adapter = adapters.find(({ name }) => name === row.adapter);
    if (!adapter) throw new ConfigError(`This hub has no adapter named "${row.adapter}".`);
    const settings = adapter.settings.parse(JSON.parse(vault.open(row.settings, row.id)));
    return {
      id: row.id,
      name: row.name,
      adapter,
      connection: adapter.connect(settings, createTools(parts, row.id)),
      rates: row.rates ?? adapter.capabilities.rates,
      onUncertain: row.onUncertain,
    };
  }

  return {
    get: (channelId) => open.get(channelId)?.channel,
    list: () => [...open.values()].flatMap(({ channel }) => channel ?? []),
    async refresh() {
      const rows = await db.query<Row>(ENABLED);
      const next: typeof open = new Map();
      let changed = rows.length !== open.size;
      for (const row of rows) {
        const known = open.get(row.id);
        if (known?.version === row.version) next.set(row.id, known);
        else {
          next.set(row.id, { version: row.version, channel: await openOne(row) });
          changed = true;
        }
      }
      open = next;
      if (changed) parts.onChanged();
    },
  };
}
