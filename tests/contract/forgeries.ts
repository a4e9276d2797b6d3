import { expect, onTestFinished, test } from "vitest";
import type { Adapter, WebhookRequest } from "../../src/contract/index.ts";
import type { Database } from "../../src/store/index.ts";
import type { AdapterExamples, RequestExamples } from "./examples.ts";
import { createKnocker } from "./knock.ts";
import { openRecordingHub } from "./recording-hub.ts";
import { TAMPERINGS } from "./requests.ts";

/** Whatever a request can leave behind. */
const TABLES = ["arrival", "event", "message", "conversation", "identity", "contact", "touch", "media"];

/** Of two Authorization headers Node's HTTP reads the first alone, which is true here. */
const TWICE = /doubled|followed by/;

/** At the hub's own door, over HTTP: a forged request is a 401 and leaves no row; the true one is taken. */
export function checksForgeries<Settings>(
  adapter: Adapter<Settings>,
  examples: AdapterExamples,
  requests: RequestExamples,
): void {
  test("forged requests leave no row at the hub's door, and the true one does", async () => {
    const settings = requests.settings ?? examples.settings;
    const hub = await openRecordingHub(adapter, { settings, tools: examples.tools });
    const [channel] = hub.channels;
    const url = hub.urlOf(channel!);
    const knocker = createKnocker();
    onTestFinished(() => knocker.close());
    const { body } = requests.bodies.find(({ arrivals }) => arrivals > 0)!;
    const signed = await requests.sign(Buffer.from(body as string), new Date());

    const forged = [...forgeriesOf(signed, requests), ...(await stale(requests, signed.body))];
    for (const [how, request] of forged) expect(await knocker.knock(url, request), how).toBe(401);
    await hub.record();
    expect(await rowsIn(hub.db)).toBe(0);
    expect(hub.counted).toEqual({ forged: forged.length });

    expect([200, 202, 204]).toContain(await knocker.knock(url, await requests.sign(signed.body, new Date())));
    expect(await rowsIn(hub.db)).toBeGreaterThan(0);
    expect(hub.complaints).toEqual([]);
  });
}

function forgeriesOf(signed: WebhookRequest, { proofs, signsBody }: RequestExamples): [string, WebhookRequest][] {
  const tampered = proofs.flatMap((proof) =>
    TAMPERINGS.filter(([how]) => proof.name !== "authorization" || !TWICE.test(how)).map(
      ([how, tamper]): [string, WebhookRequest] => [`${proof.name} ${how}`, tamper(signed, proof)],
    ),
  );
  if (!signsBody) return tampered;
  const { body } = signed;
  const flipped = Buffer.from(body);
  flipped[flipped.length >> 1]! ^= 1;
  return [
    ...tampered,
    ["one bit of the body flipped", { ...signed, body: flipped }],
    ["another body", { ...signed, body: Buffer.from("{}") }],
    ["the body twice", { ...signed, body: Buffer.concat([body, body]) }],
  ];
}

async function stale({ sign, toleranceMs }: RequestExamples, body: Uint8Array): Promise<[string, WebhookRequest][]> {
  if (typeof toleranceMs === "object") return [];
  return [["signed too long ago", await sign(body, new Date(Date.now() - toleranceMs - 5_000))]];
}

async function rowsIn(db: Database): Promise<number> {
  const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table})`).join(" + ");
  const [row] = await db.query<{ n: string }>(`SELECT ${counts} AS n`);
  return Number(row!.n);
}
