import { expect, test } from "vitest";
import {
  BadPayload,
  BadSignature,
  type Adapter,
  type Arrival,
  type Connection,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import { expectCleanPrototype, survives } from "./decoding.ts";
import type { AdapterExamples, RequestExamples, Sample } from "./examples.ts";
import { mutate, seededRandom } from "./mutate.ts";
import { NOW, open } from "./tools.ts";

const MUTATIONS = 500;
type Proof = RequestExamples["proofs"][number];
type Tamper = (request: WebhookRequest, proof: Proof) => WebhookRequest;

/** What is done to a proof; none of it may pass. */
export const TAMPERINGS: [string, Tamper][] = [
  ["missing", (request, proof) => withProof(request, proof, [])],
  ["empty", (request, proof) => withProof(request, proof, [""])],
  [
    "one character changed at its start",
    (request, proof) => withProof(request, proof, [flipped(proofOf(request, proof), 0)]),
  ],
  [
    "one character changed at its end",
    (request, proof) => withProof(request, proof, [flipped(proofOf(request, proof), -1)]),
  ],
  ["cut short", (request, proof) => withProof(request, proof, [proofOf(request, proof).slice(0, -1)])],
  ["lengthened", (request, proof) => withProof(request, proof, [`${proofOf(request, proof)}0`])],
  ["doubled", (request, proof) => withProof(request, proof, [proofOf(request, proof), proofOf(request, proof)])],
  ["followed by a forged one", (request, proof) => withProof(request, proof, [proofOf(request, proof), "forged"])],
];

/** A request is taken when, and only when, the platform made it. */
export function checksRequests<Settings>(
  adapter: Adapter<Settings>,
  examples: AdapterExamples,
  requests: RequestExamples,
): void {
  const settings = requests.settings ?? examples.settings;
  const connection = open(adapter, settings, examples.tools);
  const bodies = requests.bodies.map(({ name, body, arrivals }) => ({
    name,
    arrivals,
    body: Buffer.from(body as string),
  }));
  const signed = async (body: Uint8Array, at = NOW) => requests.sign(body, at);
  const first = bodies[0]?.body ?? Buffer.alloc(0);

  test.each(bodies)("takes $name, to its last item", async ({ body, arrivals }) => {
    const given = await receive(connection, await signed(body));
    expect(given).toHaveLength(arrivals);
    expect(new Set(given.map((arrival) => arrival.key)).size, "keys are unique").toBe(arrivals);
    for (const arrival of given) expectSound(connection, arrival);
    const again = await receive(connection, await signed(body));
    expect(again, "a redelivery has the same keys, lanes and payloads").toEqual(given);
  });

  const { batches } = requests;
  if (batches !== true) test.skip(`several in one request: ${batches.skip}`, () => undefined);
  else test("has a body that holds several", () => expect(bodies.some(({ arrivals }) => arrivals > 1)).toBe(true));

  test(`does not open without ${requests.secretSetting}, and says so`, () => {
    const { [requests.secretSetting]: _secret, ...without } = settings as Record<string, unknown>;
    const { error } = adapter.settings.safeParse(without);
    expect(error?.issues.map(({ path }) => path[0])).toContain(requests.secretSetting);
  });

  for (const proof of requests.proofs) {
    test.each(TAMPERINGS)(`refuses ${proof.in} ${proof.name} %s`, async (_how, tamper) => {
      await refuses(connection, tamper(await signed(first), proof));
    });
  }

  test.runIf(requests.signsBody)("refuses a body with one bit flipped, or cut, or re-spaced", async () => {
    const request = await signed(first);
    for (const at of [0, Math.floor(first.length / 2), first.length - 1]) {
      const body = Buffer.from(first);
      body[at] = (body[at] ?? 0) ^ 1;
      await refuses(connection, { ...request, body });
    }
    await refuses(connection, { ...request, body: first.subarray(0, -1) });
    await refuses(connection, { ...request, body: Buffer.concat([first, Buffer.from(" ")]) });
  });

  const { toleranceMs } = requests;
  if (typeof toleranceMs === "object") test.skip(`refuses stale requests: ${toleranceMs.skip}`, () => undefined);
  else {
    test("refuses a rightly signed request that is stale, and takes one that is not", async () => {
      await receive(connection, await signed(first, new Date(NOW.getTime() - toleranceMs + 5_000)));
      await refuses(connection, await signed(first, new Date(NOW.getTime() - toleranceMs - 5_000)));
    });
  }

  test.runIf(examples.otherSettings !== undefined)("refuses what is signed for another account", async () => {
    await refuses(open(adapter, examples.otherSettings, examples.tools), await signed(first));
  });

  test("answers an unreadable body with BadPayload, never with another error", async () => {
    const deep = "[".repeat(10_000);
    for (const body of ["", "{", "null", "[]", "\0", "\ud800", deep, `{"a":${deep}`, "<xml>", "1e999"]) {
      await takesOrSaysWhy(connection, await signed(Buffer.from(body)));
    }
  });

  test(`survives ${MUTATIONS} hostile bodies, rightly signed`, async () => {
    const random = seededRandom(7);
    for (let i = 0; i < MUTATIONS; i++) {
      const { payload } = examples.samples[i % examples.samples.length] as Sample;
      const hostile = mutate(payload, random);
      const body = requests.wire?.(hostile) ?? JSON.stringify(hostile);
      await takesOrSaysWhy(connection, await signed(Buffer.from(body as string)));
    }
    expectCleanPrototype();
  });
}

async function receive(connection: Connection, request: WebhookRequest): Promise<Arrival[]> {
  if (connection.inbound.type !== "webhook")
    throw new Error("These settings open no webhook: give `requests.settings`.");
  return (await connection.inbound.receive(request)).arrivals;
}

async function refuses(connection: Connection, request: WebhookRequest): Promise<void> {
  await expect(receive(connection, request)).rejects.toBeInstanceOf(BadSignature);
}

async function takesOrSaysWhy(connection: Connection, request: WebhookRequest): Promise<void> {
  const taken = await receive(connection, request).catch((error: unknown) => error);
  if (!Array.isArray(taken)) return expect(taken).toBeInstanceOf(BadPayload);
  for (const arrival of taken as Arrival[]) expectSound(connection, arrival);
}

function expectSound(connection: Connection, { key, lane, payload }: Arrival): void {
  expect(key).toMatch(/\S/);
  expect(lane).toMatch(/\S/);
  survives(connection, payload);
}

function proofOf(request: WebhookRequest, proof: Proof): string {
  const value = proof.in === "query" ? request.query.get(proof.name) : request.headers[proof.name];
  if (typeof value !== "string" || value === "")
    throw new Error(`The signed example has no ${proof.in} ${proof.name}.`);
  return value;
}

function withProof(request: WebhookRequest, proof: Proof, values: string[]): WebhookRequest {
  if (proof.in === "query") {
    const query = new URLSearchParams([...request.query].filter(([name]) => name !== proof.name));
    for (const value of values) query.append(proof.name, value);
    return { ...request, query };
  }
  return { ...request, headers: { ...request.headers, [proof.name]: values.length > 1 ? values : values[0] } };
}

function flipped(text: string, at: number): string {
  const index = at < 0 ? text.length + at : at;
  return text.slice(0, index) + (text[index] === "A" ? "B" : "A") + text.slice(index + 1);
}
