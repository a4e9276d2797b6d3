import { createServer as createTcp, createConnection, type AddressInfo, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ConfigError, defineRoute, ROLES } from "../../src/contract/index.ts";
import { createServer } from "../../src/http/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { startApi, type ApiOptions } from "../support/api.ts";
import { noDatabase } from "../support/database.ts";
import { silentLog } from "../support/log.ts";

const start = (options: ApiOptions = {}) => startApi({ db: noDatabase(), ...options });

function bareServer() {
  return createServer({
    door: (_req, res) => void res.end(),
    app: (_req, res) => void res.end("app"),
    clock: systemClock,
    log: silentLog,
  });
}

/** Sends text as it is, and resolves with all that comes back before the connection is closed. */
function talk(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = createConnection(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(heard));
  });
}

test("platforms' calls go to the door, and to nothing else", async () => {
  const seen: string[] = [];
  const api = await start({
    door: (req, res) => {
      seen.push(req.url!);
      res.end("door");
    },
  });
  const ask = async (path: string) => (await fetch(`${api.url}${path}`, { method: "POST" })).text();
  expect(await ask("/webhooks/abc?x=1")).toBe("door");
  for (const path of ["/webhooks", "/webhooksx/abc", "/api/webhooks/abc", "/%77ebhooks/abc"])
    expect(await ask(path), path).not.toBe("door");
  expect(seen).toEqual(["/webhooks/abc?x=1"]);
});

test("a door that fails says: deliver it again", async () => {
  const api = await start({ door: () => Promise.reject(new Error("no")) });
  const response = await fetch(`${api.url}/webhooks/abc`, { method: "POST" });
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
});

test("a taken port is said with what to do", async () => {
  const other: Server = createTcp();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const failing = bareServer().listen(port, "127.0.0.1");
  await expect(failing).rejects.toThrow(ConfigError);
  await expect(failing).rejects.toThrow(
    `Port ${port} is taken by another program. Stop it, or set PORT to a free port.`,
  );
});

test("an address that is not this machine's is said with what to do", async () => {
  await expect(bareServer().listen(0, "203.0.113.1")).rejects.toThrow("no address 203.0.113.1. Set HOST");
});

test.each([
  ["no HTTP at all", "\x16\x03\x01\x02\x00\r\n\r\n", "HTTP/1.1 400"],
  ["headers over 16 kB", `GET / HTTP/1.1\r\nHost: hub\r\nX: ${"x".repeat(17_000)}\r\n\r\n`, "HTTP/1.1 431"],
  ["two lengths", "POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "HTTP/1.1 400"],
  [
    "a length and chunks",
    "POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 400",
  ],
])("%s is refused, and the hub lives on", async (_what, text, answer) => {
  const api = await start();
  expect(await talk(api.port, text)).toContain(answer);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
});

test("headers that trickle in are cut off after 10 seconds, a body after 15", { timeout: 25_000 }, async () => {
  const api = await start();
  const began = performance.now();
  const headers = talk(api.port, "GET / HTTP/1.1\r\nHost: hub\r\n").then((text) => ({
    text,
    ms: performance.now() - began,
  }));
  const body = talk(
    api.port,
    "POST /claim/x HTTP/1.1\r\nHost: hub\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na",
  );
  expect((await headers).text).toContain("HTTP/1.1 408");
  expect((await headers).ms).toBeLessThan(13_000);
  await body;
  expect(performance.now() - began).toBeLessThan(18_000);
});

function slowApi(ms: number) {
  const route = defineRoute({
    method: "get",
    path: "/slow",
    summary: "Slow.",
    roles: ROLES,
    response: z.string(),
    handle: async () => (await sleep(ms), "done"),
  });
  return startApi({ routes: [route] });
}

test("stopping waits for what is being answered, and takes nothing new", async () => {
  const api = await slowApi(600);
  const token = await api.tokenFor("agent");
  await fetch(`${api.url}/healthz`); // leaves an idle connection
  const answer = api.ask(token, "GET", "/slow");
  await sleep(200);
  const began = performance.now();
  const closed = api.close(5_000);
  await expect(talkNew(api.port)).resolves.toBe("refused");
  expect(await (await answer).json()).toBe("done");
  await closed;
  expect(performance.now() - began).toBeLessThan(2_000);
});

test("stopping cuts off what takes longer than the grace", async () => {
  const api = await slowApi(10_000);
  const answer = api.ask(await api.tokenFor("agent"), "GET", "/slow").catch((error: unknown) => error);
  await sleep(200);
  const began = performance.now();
  await api.close(300);
  expect(performance.now() - began).toBeLessThan(1_500);
  expect(await answer).toBeInstanceOf(Error);
});

function talkNew(port: number): Promise<"refused" | "taken"> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.on("connect", () => resolve("taken"));
    socket.on("error", () => resolve("refused"));
  });
}
