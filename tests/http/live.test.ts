import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { createLive } from "../../src/http/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { startApi, type Api } from "../support/api.ts";

/** What a stream said until now, and whether it has ended. */
async function listen(api: Api, token: string) {
  const response = await fetch(`${api.url}/api/v1/live`, { headers: { Authorization: `Bearer ${token}` } });
  const heard = { status: response.status, headers: response.headers, text: "", ended: false };
  void (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body!) heard.text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      // cut off by the hub
    }
    heard.ended = true;
  })();
  return heard;
}

test("says what changed to everybody who listens, and nothing of what is in it", async () => {
  const api = await startApi();
  const [ana, ben] = [
    await listen(api, await api.tokenFor("agent")),
    await listen(api, await api.tokenFor("marketer")),
  ];
  expect(ana.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(ana.headers.get("cache-control")).toBe("no-store");
  await vi.waitFor(() => expect(ana.text + ben.text).toMatch(/ready[\s\S]*ready/));
  api.change({ topic: "conversation", id: "c1" });
  for (const stream of [ana, ben]) {
    await vi.waitFor(() =>
      expect(stream.text).toContain('event: changed\ndata: {"topic":"conversation","id":"c1"}\n\n'),
    );
  }
});

test("is heard of while nothing happens", async () => {
  const api = await startApi();
  const stream = await listen(api, await api.tokenFor("agent"));
  await vi.waitFor(() => expect(stream.text).toContain(": still here\n\n"), { timeout: 3_000 });
});

test("needs a token, in the header", async () => {
  const api = await startApi();
  const token = await api.tokenFor("agent");
  expect((await fetch(`${api.url}/api/v1/live`)).status).toBe(401);
  expect((await fetch(`${api.url}/api/v1/live?token=${token}`)).status).toBe(401);
  expect((await api.ask(token, "HEAD", "/live")).status).toBe(405);
});

test("ends within 5 seconds when the token is revoked; others go on", async () => {
  const api = await startApi();
  const doomed = await api.tokens.create({ name: "x", role: "agent" }, "cli");
  const [gone, stays] = [await listen(api, doomed.token), await listen(api, await api.tokenFor("agent"))];
  await api.tokens.revoke(doomed.id, "cli");
  await vi.waitFor(() => expect(gone.ended).toBe(true), { timeout: 5_000 });
  api.change({ topic: "conversation", id: "after" });
  await vi.waitFor(() => expect(stays.text).toContain("after"));
  expect(gone.text).not.toContain("after");
  expect(api.listeners.size).toBe(1);
});

test("ten streams a token, not eleven; a closed one makes room", async () => {
  const api = await startApi();
  const token = await api.tokenFor("agent");
  const open = new AbortController();
  const ask = (signal?: AbortSignal) =>
    fetch(`${api.url}/api/v1/live`, { headers: { Authorization: `Bearer ${token}` }, ...(signal && { signal }) });
  for (let i = 0; i < 10; i++) expect((await ask(open.signal)).status).toBe(200);
  expect((await ask()).status).toBe(429);
  open.abort();
  await vi.waitFor(() => expect(api.listeners.size).toBe(0));
  expect((await ask()).status).toBe(200);
});

test("a listener who does not read is dropped, and costs no memory", async () => {
  const api = await startApi();
  const socket = createConnection(api.port, "127.0.0.1");
  socket.write(
    `GET /api/v1/live HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${await api.tokenFor("agent")}\r\n\r\n`,
  );
  await vi.waitFor(() => expect(api.listeners.size).toBe(1));
  socket.pause();
  const id = "x".repeat(1_000);
  for (let i = 0; i < 20_000 && api.listeners.size > 0; i++) {
    api.change({ topic: "conversation", id });
    if (i % 50 === 0) await sleep(0);
  }
  expect(api.listeners.size).toBe(0);
  socket.destroy();
});

test("nobody listens to a hub that stops", async () => {
  const api = await startApi();
  const stream = await listen(api, await api.tokenFor("agent"));
  const began = performance.now();
  await api.close(5_000);
  expect(performance.now() - began).toBeLessThan(2_000);
  await vi.waitFor(() => expect(stream.ended).toBe(true));
});

test("the promise of 5 seconds is kept by default", () => {
  const asleep: number[] = [];
  const live = createLive({
    source: { subscribe: () => () => undefined },
    tokens: { stillGood: async () => new Set() },
    sessions: { stillGood: async () => new Set() },
    clock: { ...systemClock, sleep: (ms) => new Promise(() => asleep.push(ms)) },
  });
  const res = { locals: {}, writableLength: 0, writeHead() {}, write() {}, once() {}, end() {} };
  live.serve(res as never, { staffId: null, name: "x", role: "agent", tokenId: "t" });
  expect(asleep[0]).toBeLessThan(5_000);
});
