import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Arrival, Connection, Received } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createDoor } from "../../src/http/index.ts";
import { freshConnection } from "../support/database.ts";
import { createLoopback } from "../support/loopback-adapter.ts";
import { silentLog } from "../support/log.ts";
import { startStage, until } from "../support/corridor.ts";

async function openDoor() {
  const { adapter, platform } = createLoopback();
  const stage = await startStage({ connection: await freshConnection(), adapter });
  const counted: string[] = [];
  const logged: string[] = [];
  const door = createDoor({
    channels: { get: (id) => (id === stage.channel.id ? stage.channel : undefined), list: () => [stage.channel] },
    accept: stage.accept,
    visitors: async () => false,
    clock: systemClock,
    log: { ...silentLog, error: (_fields, message) => void logged.push(message) },
    count: (_adapter, outcome) => void counted.push(outcome),
  });
  const server = createServer((req, res) => void door(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/webhooks/${stage.channel.id}`;
  const post = (body: string | Uint8Array, headers: Record<string, string> = { "x-secret": "test" }) =>
    fetch(url, { method: "POST", body, headers });
  const arrivals = () => stage.db.prisma.arrival.findMany({ orderBy: { id: "asc" } });
  return { ...stage, stage, platform, post, url, port, counted, logged, arrivals };
}

const says = (key: string, text: string) => JSON.stringify({ key, place: "ana", from: "ana", text });

test("what is proven is stored before it is acknowledged", async () => {
  const { post, arrivals, platform } = await openDoor();
  expect((await post(says("1", "hello"))).status).toBe(200);
  expect(await arrivals()).toHaveLength(1);
  await until(() => platform.sent.length === 1);
});

test.each<[string, Record<string, string>]>([
  ["no secret", {}],
  ["a wrong secret", { "x-secret": "tesu" }],
  ["an empty secret", { "x-secret": "" }],
])("%s: 401, and nothing is stored", async (_why, headers) => {
  const { post, arrivals, counted } = await openDoor();
  const response = await post(says("1", "hello"), headers);
  expect(response.status).toBe(401);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(await arrivals()).toEqual([]);
  expect(counted).toEqual(["forged"]);
});

test.each<[string, string]>([
  ["no JSON", "hello"],
  ["half of it", '{"key":"1","pl'],
  ["nothing", ""],
  ["5,000 nested lists", "[".repeat(5_000) + "]".repeat(5_000)],
  ["another shape", "[1,2,3]"],
  ["null", "null"],
])("a proven request that is %s is kept as dead, with the reason, and acknowledged", async (_what, body) => {
  const { post, arrivals } = await openDoor();
  expect((await post(body)).status).toBe(200);
  expect((await post(body)).status).toBe(200); // redelivered
  const kept = await arrivals();
  expect(kept).toHaveLength(1);
  expect(kept[0]).toMatchObject({ state: "dead" });
  expect(kept[0]!.reason).toMatch(/\w+ .*\.$/);
  expect(Buffer.from((JSON.parse(kept[0]!.payload) as { bodyBase64: string }).bodyBase64, "base64").toString()).toBe(
    body,
  );
});

test("NUL, half surrogates and hostile keys end as an ordinary message", async () => {
  const { post, platform, db } = await openDoor();
  expect(
    (
      await post(
        '{"key":"1\\u0000","place":"ana\\ud800","from":"ana","text":"a\\u0000b\\udfff","__proto__":{"polluted":1}}',
      )
    ).status,
  ).toBe(200);
  await until(() => platform.sent.length === 1);
  expect((await db.prisma.message.findFirstOrThrow({ where: { direction: "in" } })).text).toBe("a\ufffdb\ufffd");
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test("what is known only after the answer is stored once the answer is out, and its failure is told in the log", async () => {
  const { post, arrivals, stage, logged } = await openDoor();
  const answer = deferred<{ status: number }>();
  const after = deferred<Arrival[]>();
  stage.channel.connection = receiving({ reply: answer.promise, after: after.promise });
  const asking = post("{}");
  after.resolve([{ key: "after", lane: "ana", payload: { key: "after", place: "ana", from: "ana", text: "given" } }]);
  await until(async () => (await arrivals()).length === 1); // what came; not what follows the answer
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await arrivals()).map(({ key }) => key)).toEqual(["came"]);
  answer.resolve({ status: 202 });
  expect((await asking).status).toBe(202);
  await until(async () => (await arrivals()).length === 2);
  expect((await arrivals()).map(({ key }) => key)).toEqual(["came", "after"]);

  stage.channel.connection = receiving({ after: broken() });
  expect((await post("{}")).status).toBe(200);
  await until(() => logged.length > 0);
  expect(logged).toEqual(["what became of an answer could not be stored"]);
});

async function broken(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  throw new Error("The line broke.");
}

/** A connection to which the same thing comes each time. */
function receiving(more: Omit<Received, "arrivals">): Connection {
  const arrivals = [{ key: "came", lane: "ana", payload: { key: "came", place: "ana", from: "ana", text: "hello" } }];
  const { adapter } = createLoopback();
  const connection = adapter.connect({ secret: "test" }, undefined!);
  return { ...connection, inbound: { type: "webhook", receive: async () => ({ arrivals, ...more }) } };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

test("a body over 11 MB is refused while it comes", async () => {
  const { post, arrivals } = await openDoor();
  const response = await post(new Uint8Array(12 * 1024 * 1024)).catch((error: unknown) => error);
  if (response instanceof Response) expect(response.status).toBe(413);
  expect(await arrivals()).toEqual([]);
});

test("an unknown channel is a 404, whatever its name looks like", async () => {
  const { url } = await openDoor();
  for (const name of ["", "x", "..%2f..", "%00", crypto.randomUUID()]) {
    const response = await fetch(url.replace(/[^/]+$/, name), { method: "POST", body: "{}" });
    expect(response.status).toBe(404);
  }
});

test("a sender who hangs up in the middle leaves nothing behind", async () => {
  const { port, url, arrivals, post } = await openDoor();
  const socket = connect(port, "127.0.0.1");
  socket.write(
    `POST ${new URL(url).pathname} HTTP/1.1\r\nhost: x\r\nx-secret: test\r\ncontent-length: 500\r\n\r\n{"key":"half`,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  expect((await post(says("1", "after"))).status).toBe(200);
  expect((await arrivals()).map(({ key }) => key)).toEqual(["1"]);
});

test("when more waits than can be worked off, the platform is asked to come again", async () => {
  const { post, accept, arrivals } = await openDoor();
  accept.setOverloaded(true);
  const response = await post(says("1", "hello"));
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  accept.setOverloaded(false);
  expect(await arrivals()).toEqual([]);
});
