/** A hub with one channel of a platform: its door, its whole corridor, real tools. Nobody answers. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createTools } from "../../src/channels/tools.ts";
import { ChannelError, type Adapter, type Connection, type EmulatedPlatform } from "../../src/contract/index.ts";
import { createCorridor, type Channels, type OpenChannel } from "../../src/corridor/index.ts";
import { createDoor } from "../../src/http/index.ts";
import { systemClock as clock } from "../../src/lib/clock.ts";
import { newId } from "../../src/lib/ids.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import { createVault } from "../../src/lib/vault.ts";
import { createSignals, openDatabase } from "../../src/store/index.ts";
import { freshConnection } from "../support/database.ts";
import { silentLog as log } from "../support/log.ts";

export type LiveHub = Awaited<ReturnType<typeof startLiveHub>>;

/** What left us while we knew that the platform wanted nothing. */
interface Restraint {
  /** Sends that began inside a rest that we had been told of. */
  leftInside: number;
  /** Sends that were on their way when we were told: nobody could have kept them back. */
  onTheirWay: number;
}

/** Watches what the hub hands to the adapter, and what the adapter says of limits. */
function watch(connection: Connection): Restraint {
  const restraint = { leftInside: 0, onTheirWay: 0 };
  const rests: { untilMs: number; place: string | undefined }[] = [];
  const send = connection.send.bind(connection);
  let inFlight = 0;
  connection.send = async (message, signal) => {
    const isMeant = ({ untilMs, place }: (typeof rests)[number]) =>
      performance.now() < untilMs && (place === undefined || place === message.place);
    if (rests.some(isMeant)) restraint.leftInside++;
    inFlight++;
    try {
      return await send(message, signal);
    } catch (error) {
      if (error instanceof ChannelError && error.fault === "retry-after") {
        const untilMs = performance.now() + (error.retryAfterMs ?? 0);
        rests.push({ untilMs, place: error.scope === "place" ? message.place : undefined });
        restraint.onTheirWay += inFlight - 1;
      }
      throw error;
    } finally {
      inFlight--;
    }
  };
  return restraint;
}

/** Several live beside each other in one test: whoever starts one stops it. */
export async function startLiveHub(adapter: Adapter, platform: EmulatedPlatform) {
  const connection = await freshConnection();
  const db = openDatabase({ connection, poolSize: 6, idleInTransactionMs: 10_000, onError: () => undefined });
  const hubId = newId();
  const id = newId();
  await db.query("INSERT INTO channel (id, adapter, name, settings) VALUES ($1, $2, 'Test', '')", [id, adapter.name]);

  const server = createServer((req, res) => void door(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const tools = createTools(
    { db, vault: createVault("a secret of the test"), fetch, log, clock, publicUrl: () => origin },
    id,
  );
  const channel: OpenChannel = {
    id,
    name: "Test",
    adapter,
    connection: adapter.connect(adapter.settings.parse(platform.settings), tools),
    rates: adapter.capabilities.rates,
    onUncertain: "hold",
  };
  const restraint = watch(channel.connection);
  const channels: Channels = { get: (wanted) => (wanted === id ? channel : undefined), list: () => [channel] };

  const signals = await createSignals({ db, clock, log, processId: hubId, othersLive: () => false });
  const corridor = createCorridor({
    db, signals, channels, log, hubId, clock,
    responders: [],
    observers: [],
    metrics: createMetrics({ clock }),
    onOthers: () => undefined,
    mostWaiting: 100_000,
  }); // prettier-ignore
  const { accept, outbox } = corridor;
  const door = createDoor({ channels, accept, visitors: async () => false, clock, log, count: () => undefined });
  await corridor.start();
  await platform.attach(tools.publicUrl);
  return {
    db,
    outbox,
    restraint,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await corridor.stop();
      await signals.close();
      await db.close();
    },
  };
}
