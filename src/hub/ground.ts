import { createServer as createNetServer, type AddressInfo } from "node:net";
import { adapters as allAdapters } from "../../adapters/index.ts";
import { createChannelDesk, createRegistry } from "../channels/index.ts";
import type { Config } from "../config.ts";
import type { Adapter, Clock, Log } from "../contract/index.ts";
import type { Responder } from "../corridor/index.ts";
import { createReplies } from "../http/index.ts";
import { createGuardedFetch } from "../lib/guarded-fetch.ts";
import { newId } from "../lib/ids.ts";
import { createMetrics } from "../lib/metrics.ts";
import { secretKey } from "../lib/secret-key.ts";
import { createVault } from "../lib/vault.ts";
import { createSignals, openStore } from "../store/index.ts";

export interface HubParts {
  config: Config;
  clock: Clock;
  log: Log;
  /** The platforms it speaks; all that this repository has, unless a test says otherwise. */
  adapters?: readonly Adapter[];
  /** Asked before the rooms' own responders. */
  responders?: readonly Responder[];
  /** False for one that never trains a model, so that all it says is known beforehand: the comparison of words decides. */
  learns?: boolean;
  /** False for a command that visits the database while a hub may be running on it. */
  owner?: boolean;
}

export type Ground = Awaited<ReturnType<typeof layGround>>;

const POOL_SIZE = 12;
const IDLE_IN_TRANSACTION_MS = 10_000;

/** What everything stands on: the database, the secrets, the signals, the channels. */
export async function layGround(
  { config, clock, log, owner = true, adapters = allAdapters }: HubParts,
  migrations: string,
) {
  const port = config.port === 0 ? await freePort(config.host) : config.port;
  const publicUrl = config.publicUrl ?? new URL(`http://${nameOf(config.host)}:${port}/`);
  const vault = createVault(config.secret ?? (await secretKey(config.dataDir)));
  const limits = { poolSize: POOL_SIZE, idleInTransactionMs: IDLE_IN_TRANSACTION_MS };
  const store = await openStore({ config, clock, log, owner, migrations, ...limits });
  const { db } = store;

  const hubId = newId();
  const others = { live: true };
  const signals = await createSignals({ db, clock, log, processId: hubId, othersLive: () => others.live });
  const base = { db, vault, clock, adapters, publicUrl: () => publicUrl };
  const registry = createRegistry({
    ...base,
    log,
    fetch: createGuardedFetch({ allowPrivate: config.allowPrivateAddresses }),
    onChanged: () => ["senders", "streams"].forEach((topic) => signals.send(topic)),
  });
  const desk = createChannelDesk({ ...base, registry, onChanged: () => signals.send("channels") });
  const metrics = createMetrics({ clock });
  const replies = createReplies({ db, clock });
  return {
    config,
    port,
    publicUrl,
    vault,
    store,
    db,
    hubId,
    others,
    signals,
    registry,
    desk,
    metrics,
    replies,
    adapters,
    clock,
    log,
  };
}

/** How this machine itself reaches a server on the address; "all addresses" is nobody's name. */
function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createNetServer().once("error", reject);
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
