import { expect, onTestFinished, test } from "vitest";
import type { Adapter, Json, WebhookRequest } from "../../src/contract/index.ts";
import { expectCleanPrototype } from "./decoding.ts";
import type { AdapterExamples, RequestExamples } from "./examples.ts";
import { createKnocker } from "./knock.ts";
import { mutate, seededRandom } from "./mutate.ts";
import { openRecordingHub, type RecordingHub } from "./recording-hub.ts";

/** `npm run fuzz` asks for more. */
const COUNT = Number(process.env["FUZZ_COUNT"] ?? 600);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_121);
/** Lanes are spread over channels, so that the recorder works as it does in service. */
const CHANNELS = 8;
/** Knocking at once. */
const BATCH = 64;
/** Recorded after so many. */
const ROUND = 2_048;
/** Bodies that are broken besides, where no reader of fields gets to see them. */
const BROKEN = 0.03;
const SLOWEST_MS = 20 * 60_000;

type Random = () => number;
/** A hostile delivery: by the door where the platform has one, else as a stream hands it over. */
type Delivery = { request: WebhookRequest } | { payload: Json; lane: string };

/** Hostile payloads, rightly signed, through the door, the database and the recorder: none crashes it or stops a lane. */
export function checksMutations<Settings>(adapter: Adapter<Settings>, examples: AdapterExamples): void {
  test(`records ${COUNT} hostile deliveries, or says why not`, { timeout: SLOWEST_MS }, async () => {
    const random = seededRandom(SEED);
    const next = createSource(examples, random);
    let number = 0;
    const hub = await openRecordingHub(adapter, {
      settings: ("skip" in examples.requests ? undefined : examples.requests.settings) ?? examples.settings,
      tools: examples.tools,
      count: CHANNELS,
      rename: (arrival) => ({ ...arrival, key: `${++number} ${arrival.key}` }),
    });
    const statuses = await deliverAll(hub, next);
    expect(hub.complaints).toEqual([]);
    expect(
      Object.keys(statuses).filter((status) => !/^(2\d\d|4\d\d|stored)$/.test(status)),
      "answers",
    ).toEqual([]);

    const rows = await hub.db.query<{ state: string; n: number; unexplained: number }>(
      `SELECT state, count(*)::int AS n, count(*) FILTER (WHERE state <> 'recorded' AND coalesce(reason, '') = '')::int AS unexplained
       FROM arrival GROUP BY 1 ORDER BY 1`,
    );
    const ended = Object.fromEntries(rows.map(({ state, n }) => [state, n]));
    expect(ended["waiting"] ?? 0, "a lane is stuck").toBe(0);
    expect(rows.map(({ unexplained }) => unexplained)).toEqual(rows.map(() => 0));
    expect(await faultsOfOurs(hub)).toEqual([]);
    expectCleanPrototype();
    if (process.env["FUZZ_COUNT"]) console.log(`${adapter.name}, seed ${SEED}: ${words({ ...statuses, ...ended })}`);
  });
}

async function deliverAll(hub: RecordingHub, next: () => Promise<Delivery>): Promise<Record<string, number>> {
  const knocker = createKnocker();
  onTestFinished(() => knocker.close());
  const statuses: Record<string, number> = {};

  async function deliver(delivery: Delivery, channel: RecordingHub["channels"][number]): Promise<void> {
    let status: number | "stored" = "stored";
    if ("request" in delivery) status = await knocker.knock(hub.urlOf(channel), delivery.request);
    else await hub.store(channel.id, [{ key: "stream", ...delivery }]);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }

  for (let sent = 0; sent < COUNT;) {
    for (const end = Math.min(COUNT, sent + ROUND); sent < end;) {
      const batch: Promise<void>[] = [];
      for (let i = 0; i < BATCH && sent < end; i++, sent++)
        batch.push(deliver(await next(), hub.channels[sent % CHANNELS]!));
      await Promise.all(batch);
    }
    await hub.record();
  }
  return statuses;
}

/** Samples and bodies in turn, each time changed in another way; of what comes by a stream, every second gives way to a body. */
function createSource({ samples, requests }: AdapterExamples, random: Random): () => Promise<Delivery> {
  const jsonBodies = "skip" in requests ? [] : requests.bodies.flatMap(({ body }) => asJson(body) ?? []);
  const bodies = jsonBodies.filter((json) => JSON.stringify(json).length < 20_000);
  let turn = 0;
  return async () => {
    const at = turn++ % (samples.length + bodies.length);
    const sample = samples[at];
    const hostile = mutate(sample ? sample.payload : bodies[at - samples.length]!, random);
    if ("skip" in requests) return { payload: hostile, lane: `lane ${turn % 40}` };
    let body = wireOf(requests, hostile, sample === undefined);
    if (body === undefined && bodies.length > 0 && random() < 0.5)
      body = wireOf(requests, mutate(bodies[Math.floor(random() * bodies.length)]!, random), true);
    if (body === undefined) return { payload: hostile, lane: `lane ${turn % 40}` };
    return { request: await requests.sign(random() < BROKEN ? broken(body, random) : body, new Date()) };
  };
}

/** @param isBody the payload is of a request's body already. */
function wireOf({ wire }: RequestExamples, payload: Json, isBody: boolean): Buffer | undefined {
  const body = wire && !isBody ? wire(payload) : JSON.stringify(payload);
  return body === undefined ? undefined : Buffer.from(body as string);
}

function broken(body: Buffer, random: Random): Buffer {
  if (random() < 0.5) return body.subarray(0, Math.floor(random() * body.length));
  const flipped = Buffer.from(body);
  for (let i = 0; i < 3 && flipped.length > 0; i++)
    flipped[Math.floor(random() * flipped.length)] = Math.floor(random() * 256);
  return flipped;
}

function asJson(body: string | Uint8Array): Json | undefined {
  try {
    return JSON.parse(Buffer.from(body as string).toString("utf8")) as Json;
  } catch {
    return undefined; // XML, a form: their samples come by `wire`
  }
}

/** Arrivals that died of a fault in our own code, not of what they hold. */
async function faultsOfOurs({ db }: RecordingHub): Promise<string[]> {
  const rows = await db.query<{ reason: string }>(
    `SELECT DISTINCT reason FROM arrival WHERE state = 'dead'
     AND (reason LIKE 'The adapter failed on it%' OR reason LIKE '%TypeError%' OR reason LIKE '%RangeError%')`,
  );
  return rows.map(({ reason }) => reason);
}

function words(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([what, n]) => `${n} ${what}`)
    .join(", ");
}
