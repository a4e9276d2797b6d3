import { spawn } from "node:child_process";
import { once } from "node:events";
import { createTelegramEmulator } from "../adapters/telegram/emulator.ts";
import { freePort } from "../tests/support/hub-process.ts";
import { prepareGround, SECRET, textUpdate, type Figures, type Ground } from "./ground.ts";
import { offerLoad, type LoadResult } from "./load.ts";

const REQUESTS = Number(process.env["BENCH_REQUESTS"] ?? 60_000);
const HALF_REQUESTS = 25_000;
const CONNECTIONS = 64;
const ROUNDS = 3;
const PEOPLE = 2_000;

let updates = 0;

/**
 * Signed webhooks durably acknowledged a second: the hub against a bare node:http server with the same group commit on
 * the same database, in turns. The hub goes on recording and answering meanwhile: that is the work it does in life.
 */
export async function accept(): Promise<Figures> {
  const ground = await prepareGround();
  const emulator = await createTelegramEmulator();
  try {
    const floorPort = await startFloor(ground);
    const channelId = await ground.telegram(emulator.apiRoot);
    for (let person = 1; person <= PEOPLE; person++) emulator.person(person, "Customer").scans();
    const hub = await ground.startHub();
    const hubPort = Number(new URL(hub.url).port);
    const path = `/webhooks/${channelId}`;

    await blast(floorPort, "/", 10_000);
    await blast(hubPort, path, 10_000);
    const floors: LoadResult[] = [];
    const hubs: LoadResult[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await settled(ground);
      floors.push(await blast(floorPort, "/", REQUESTS));
      hubs.push(await blast(hubPort, path, REQUESTS));
    }
    await settled(ground);
    const hubPerSecond = median(hubs.map((each) => each.perSecond));
    const floorPerSecond = median(floors.map((each) => each.perSecond));
    const halves: LoadResult[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await settled(ground);
      halves.push(await blast(hubPort, path, HALF_REQUESTS, Math.min(5_000, hubPerSecond / 2)));
    }
    return {
      hubPerSecond,
      floorPerSecond,
      ratio: hubPerSecond / floorPerSecond,
      hubP99Ms: median(hubs.map((each) => each.p99Ms)),
      floorP99Ms: median(floors.map((each) => each.p99Ms)),
      halfLoadPerSecond: median(halves.map((each) => each.perSecond)),
      halfLoadP50Ms: median(halves.map((each) => each.p50Ms)),
      halfLoadP99Ms: median(halves.map((each) => each.p99Ms)),
      refused: [...hubs, ...floors, ...halves].reduce((sum, each) => sum + each.refused, 0),
      storedOfAcknowledged: (await stored(ground)) / (10_000 + ROUNDS * (REQUESTS + HALF_REQUESTS)),
    };
  } finally {
    floor?.kill();
    await ground.leave();
    await emulator.close();
  }
}

let floor: ReturnType<typeof spawn> | undefined;

async function startFloor(ground: Ground): Promise<number> {
  const port = await freePort();
  floor = spawn(process.execPath, [process.argv[1]!, "floor", ground.databaseUrl, String(port), SECRET], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(floor.stdout!, "data");
  return port;
}

function blast(port: number, path: string, requests: number, perSecond?: number): Promise<LoadResult> {
  const first = updates;
  updates += requests;
  return offerLoad({
    port,
    path,
    requests,
    connections: CONNECTIONS,
    headers: { "x-telegram-bot-api-secret-token": SECRET },
    body: (i) =>
      JSON.stringify(
        textUpdate(first + i + 1, 1 + ((first + i) % PEOPLE), "Are you open today, and until when? I would come by."),
      ),
    ...(perSecond !== undefined && { perSecond }),
  });
}

/** Waits until the hub has worked off what it took: what it does later must not weigh on the floor's turn. */
async function settled({ client }: Ground): Promise<void> {
  for (;;) {
    const { rows } = await client.query("SELECT EXISTS (SELECT 1 FROM arrival WHERE state = 'waiting') AS busy");
    if (!rows[0].busy) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function stored({ client }: Ground): Promise<number> {
  const { rows } = await client.query("SELECT count(*)::int AS n FROM arrival");
  return rows[0].n as number;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
