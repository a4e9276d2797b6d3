import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { ChannelError, type FileKind, type Part } from "../contract/index.ts";
import type { Channels, OpenChannel, RecordedEvent } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";
import { callRoute } from "../../tests/support/call-route.ts";
import { freshDatabase } from "../../tests/support/database.ts";
import { silentLog } from "../../tests/support/log.ts";
import { createLoopback } from "../../tests/support/loopback-adapter.ts";
import { manualClock } from "../../tests/support/manual-clock.ts";
import { createMedia } from "./index.ts";
import { judge } from "./judge.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const PAGE = Buffer.from("<!doctype html><script>alert(1)</script>Please log in");

test.each<[string, Uint8Array, FileKind, string]>([
  ["a picture", PNG, "image", "image/png"],
  ["a picture sent as a document", PNG, "document", "image/png"],
  ["a page sent as a document is text", PAGE, "document", "text/plain"],
  [
    "a drawing that is a program is text",
    Buffer.from("<?xml version='1.0'?><svg onload='alert(1)'/>"),
    "document",
    "text/plain",
  ],
  ["voice of WeChat", Buffer.from("#!AMR\nxyz"), "audio", "audio/amr"],
])("%s is kept by its content", async (_what, bytes, kind, mimeType) => {
  const judged = await judge(bytes, kind);
  expect(judged).toEqual({ ok: true, mimeType });
});

test.each<[string, Uint8Array, FileKind, RegExp]>([
  ["a login page as a picture", PAGE, "image", /sent as image, and its content is text\/plain/],
  ["nothing", Buffer.alloc(0), "document", /empty/],
  ["a picture as sound", PNG, "audio", /sent as audio, and its content is image\/png/],
])("%s is refused with its reason", async (_what, bytes, kind, reason) => {
  const judged = await judge(bytes, kind);
  expect(judged.ok).toBe(false);
  if (!judged.ok) expect(judged.reason).toMatch(reason);
});

/** What the platform's file host answers, by path. */
type HostAnswer = { status?: number; body: Uint8Array; type?: string };
const answers = new Map<string, () => HostAnswer>();
const host = createServer((req, res) => {
  const answer: HostAnswer = answers.get(req.url ?? "")?.() ?? { status: 404, body: Buffer.from("gone") };
  res.writeHead(answer.status ?? 200, { "content-type": answer.type ?? "image/png" }).end(answer.body);
});
await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
afterAll(() => void host.close());

async function mediaWorld() {
  const db = await freshDatabase();
  const clock = manualClock(new Date(Date.now() + 1_000));
  const { adapter } = createLoopback();
  const connection = adapter.connect({ secret: "test" }, {} as never);
  const channelId = newId();
  await db.query("INSERT INTO channel (id, adapter, name, settings) VALUES ($1, 'loopback', 'Test', '')", [channelId]);
  const asked: string[] = [];
  const fetchFile = async (ref: string, signal: AbortSignal) => {
    asked.push(ref);
    if (ref === "busy") throw new ChannelError("retry-after", "busy", { retryAfterMs: 1_000 });
    return fetch(origin + ref, { signal });
  };
  const channel = { id: channelId, adapter, connection: { ...connection, fetchFile } } as unknown as OpenChannel;
  const channels: Channels = { get: (id) => (id === channelId ? channel : undefined), list: () => [channel] };
  const media = createMedia({ db, channels, clock, log: silentLog, maxBytes: 10_000 });
  const never = new AbortController();
  onTestFinished(() => never.abort());
  const sent = (...parts: Part[]): RecordedEvent =>
    ({ id: newId(), channelId, conversationId: newId(), event: { type: "message", parts } }) as never;
  return {
    ...{ db, clock, media, channelId, asked },
    observe: (...parts: Part[]) => db.transaction((tx) => media.observer.observe([sent(...parts)], tx)),
    round: () => media.fetchDue(never.signal),
    call: <T>(method: "get" | "post", path: string) =>
      callRoute<T>(media.routes, { staffId: null, name: "Ana", role: "agent" }, method, path, undefined),
    row: async (ref: string) => (await media.find(channelId, [ref]))[0]!,
  };
}

const file = (ref: string, kind: FileKind = "image", name?: string): Part => ({
  type: "file",
  kind,
  ref,
  ...(name && { name }),
});

test("a file is fetched once, however often it is spoken of, and served by its content", async () => {
  const world = await mediaWorld();
  answers.set("/a.png", () => ({ body: PNG, type: "text/html" }));
  await world.observe(file("/a.png", "image", "a.html"));
  await world.observe(file("/a.png"));
  await Promise.all([world.round(), world.round()]);
  await world.round();
  expect(world.asked).toEqual(["/a.png"]);
  const { id } = await world.row("/a.png");
  expect(await world.call("get", `/media/${id}`)).toMatchObject({
    state: "kept",
    mimeType: "image/png",
    size: PNG.length,
  });
  expect(await world.call("get", `/media/${id}/content`)).toMatchObject({ mimeType: "image/png", inline: true });
});

test.each([
  ["a login page", () => ({ body: PAGE }), /its content is text\/plain/],
  ["a file that is too large", () => ({ body: Buffer.alloc(20_000) }), /larger than the 0 MB/],
  ["a file that is gone", () => ({ status: 404, body: PAGE }), /answered 404/],
])("%s is refused, its reason told, and may be tried again", async (_what, answer, reason) => {
  const world = await mediaWorld();
  answers.set("/x", answer);
  await world.observe(file("/x"));
  await world.round();
  const { id, state, reason: told } = await world.row("/x");
  expect(state).toBe("refused");
  expect(told).toMatch(reason);
  await expect(world.call("get", `/media/${id}/content`)).rejects.toThrow(/There is no copy/);

  answers.set("/x", () => ({ body: PNG }));
  await world.call("post", `/media/${id}/retry`);
  await world.round();
  expect((await world.row("/x")).state).toBe("kept");
});

test("while the platform is out of reach the file is asked for again, ever more seldom", async () => {
  const world = await mediaWorld();
  await world.observe(file("busy"));
  for (let round = 0; round < 5; round++) await world.round();
  expect(world.asked).toHaveLength(1);
  world.clock.pass(2_100);
  await world.round();
  expect(world.asked).toHaveLength(2);
  world.clock.pass(2_100);
  await world.round();
  expect(world.asked).toHaveLength(2);
  expect(await world.row("busy")).toMatchObject({ state: "waiting", reason: "busy" });
});

test("what the hub keeps itself is there at once", async () => {
  const world = await mediaWorld();
  const id = newId();
  await world.db.query(
    "INSERT INTO stored_file (id, channel_id, name, mime_type, bytes) VALUES ($1, $2, 'a.png', 'image/png', $3)",
    [id, world.channelId, PNG],
  );
  await world.observe(file(id));
  await world.round();
  expect(world.asked).toEqual([]);
  expect(await world.row(id)).toMatchObject({ state: "kept", size: PNG.length });
});
