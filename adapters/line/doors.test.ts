import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import {
  BadSignature,
  type AdapterTools,
  type Arrival,
  type HubEvent,
  type Webhook,
  type WebhookReply,
} from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { memoryFiles } from "../../src/lib/memory-tools.ts";
import { afterwards, never } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { createEmulated } from "./emulated.ts";
import { createLineEmulator, type EmulatorOptions } from "./emulator.ts";
import line from "./index.ts";

/** A hub's door with its paths and answers, below /webhooks/x. */
async function openDoor(settings: object, tools: Partial<AdapterTools> = {}) {
  const arrivals: Arrival[] = [];
  let take: (method: string, path: string, headers: object, body: Buffer) => Promise<WebhookReply> = async () => ({
    status: 503,
  });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = (request.url ?? "/").replace("/webhooks/x", "") || "/";
      void take(request.method ?? "GET", path, request.headers, Buffer.concat(chunks)).then(
        ({ status = 200, headers, body }) => response.writeHead(status, headers).end(body),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/x/`);
  const connection = open(line, settings, { publicUrl: url, clock: systemClock, ...tools });
  take = async (method, path, headers, body) => {
    const at = new URL(path, "http://x");
    const request = { method, path: at.pathname, query: at.searchParams, headers: { ...headers }, body };
    try {
      const received = await (connection.inbound as Webhook).receive(request);
      arrivals.push(...received.arrivals);
      return (await received.reply) ?? { status: 200 };
    } catch (error) {
      return { status: error instanceof BadSignature ? 401 : 400 };
    }
  };
  const events = (): HubEvent[] => arrivals.flatMap(({ payload }) => connection.decode(payload));
  return { url, connection, arrivals, events };
}

async function meet(options: EmulatorOptions = {}, more: object = {}, tools: Partial<AdapterTools> = {}) {
  const emulator = await createLineEmulator(options);
  afterwards(() => emulator.close());
  const { channelSecret, token: channelAccessToken, liffId, base } = emulator;
  const door = await openDoor(
    { channelSecret, channelAccessToken, liffId, apiBase: base, dataBase: base, ...more },
    tools,
  );
  emulator.attach(door.url);
  const visit = (idToken: string, code = "K7mQ2xVb9c") =>
    fetch(new URL("liff", door.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ idToken, code }),
    });
  return { emulator, ...door, visit };
}

describe("the LIFF door", () => {
  test("a scanned link opens the page, LINE proves who came, and the code is known before a word is said", async () => {
    const { emulator, connection, events } = await meet();
    const { url } = await connection.entryLink!("K7mQ2xVb9c", never);
    expect(url).toBe(`https://liff.line.me/${emulator.liffId}?e=K7mQ2xVb9c`);
    const ana = emulator.person("花子");
    expect(await ana.scans(url)).toBe("https://line.me/R/oaMessage/%40216ruzvp/");
    await emulator.settle();
    expect(events()).toMatchObject([
      {
        type: "entered",
        place: ana.userId,
        actor: { id: ana.userId, name: "花子" },
        entry: { code: "K7mQ2xVb9c", method: "start-param" },
      },
      { type: "entered", place: ana.userId },
    ]);
  });

  test("the page allows LIFF's SDK and itself, and nothing else", async () => {
    const { emulator, url } = await meet();
    const response = await fetch(new URL("liff?liff.state=%3Fe%3DK7mQ2xVb9c", url));
    const page = await response.text();
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(page).toContain(`data-liff="${emulator.liffId}"`);
    for (const words of ["One moment", "请稍候", "お待ちください"]) expect(page).toContain(words);
    expect(page).not.toContain("K7mQ2xVb9c");
    const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)];
    expect(scripts).toHaveLength(1);
    expect(() => new Function(scripts[0]?.[1] ?? "(")).not.toThrow();
    expect(policy).toContain(
      createHash("sha256")
        .update(scripts[0]?.[1] ?? "")
        .digest("base64"),
    );
  });

  test("made-up, foreign and old tokens are refused and leave nothing; LINE is asked only about likely ones", async () => {
    const { emulator, arrivals, visit } = await meet();
    const ana = emulator.person("Ana");
    const other = await createLineEmulator({ liffId: "9999999999-AbcdEfgh" });
    afterwards(() => other.close());
    const good = emulator.idToken(ana);
    const [head, body] = good.split(".");
    const bad = [
      "",
      "x",
      "a.b.c",
      `${head}.${body}.c2ln`,
      other.idToken(other.person("Eve")),
      emulator.idToken(ana, 1_000),
      "x".repeat(9_000),
    ];
    for (const token of bad) expect([400, 401]).toContain((await visit(token)).status);
    expect(arrivals).toEqual([]);
    expect(emulator.calls.filter(({ path }) => path.startsWith("/oauth2"))).toHaveLength(1);
    expect((await visit(good)).status).toBe(200);
    expect(arrivals).toHaveLength(1);
  });

  test("a page that is loaded again makes the same arrival; another door another one", async () => {
    const { emulator, arrivals, visit } = await meet();
    const token = emulator.idToken(emulator.person("Ana"));
    for (const code of ["K7mQ2xVb9c", "K7mQ2xVb9c", "AnotherDoor", ""])
      expect((await visit(token, code)).status).toBe(200);
    expect(new Set(arrivals.map(({ key }) => key)).size).toBe(3);
  });

  test("when LINE cannot be asked the visit is to be tried again; a wrong access token loses no visit", async () => {
    const { emulator, arrivals, visit } = await meet();
    const token = emulator.idToken(emulator.person("Ana"));
    emulator.faults.tokenRevoked = true;
    emulator.refuseNext("/oauth2/v2.1/verify", 500, "Internal server error");
    expect((await visit(token)).status).toBe(503);
    expect(arrivals).toEqual([]);
    expect(await (await visit(token)).json()).toEqual({ chat: "https://line.me/R/nv/chat" });
    expect(arrivals).toHaveLength(1);
  });

  test("without a LIFF id there is no page, and links prepare a text that bears the code", async () => {
    const { emulator, connection, url, events } = await meet({}, { liffId: undefined, prefilledText: "你好！" });
    expect((await fetch(new URL("liff", url))).status).toBe(401);
    const { url: link } = await connection.entryLink!("K7mQ2xVb9c", never);
    expect(link).toBe(`https://line.me/R/oaMessage/%40216ruzvp/?${encodeURIComponent("你好！ K7mQ2xVb9c")}`);
    await emulator.person("Ana").scans(link);
    await emulator.settle();
    expect(events().find(({ type }) => type === "message")).toMatchObject({
      parts: [{ type: "text", text: "你好！ K7mQ2xVb9c" }],
    });
    await expect(connection.entryLink!("a b", never)).rejects.toThrow("1 to 64");
  });
});

describe("the hub's files", () => {
  test("get an address that LINE can fetch, whole or in pieces, and that nobody can guess", async () => {
    const files = memoryFiles();
    const { emulator, connection, url } = await meet({}, {}, { files });
    const ana = emulator.person("Ana", { friend: true });
    const ref = await files.put({ name: "photo.png", mimeType: "image/png", bytes: new Uint8Array([1, 2, 3, 4]) });
    await connection.send(
      { place: ana.userId, parts: [{ type: "file", kind: "image", ref }], idempotencyKey: "k" },
      never,
    );
    const address = String(emulator.sent[0]?.message.originalContentUrl);
    expect(address.startsWith(url.href)).toBe(true);
    const whole = await fetch(address);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3, 4]));
    expect(whole.headers.get("content-type")).toBe("image/png");
    expect(whole.headers.get("x-content-type-options")).toBe("nosniff");
    const piece = await fetch(address, { headers: { range: "bytes=1-2" } });
    expect([piece.status, piece.headers.get("content-range")]).toEqual([206, "bytes 1-2/4"]);
    expect(new Uint8Array(await piece.arrayBuffer())).toEqual(new Uint8Array([2, 3]));
    const forged = address.replace(/\/files\/([^/]+)\/./, (_, id: string) => `/files/${id}/_`);
    expect((await fetch(forged)).status).toBe(404);
    expect((await fetch(new URL("preview.png", url))).headers.get("content-type")).toBe("image/png");
  });

  test("what a browser could run is given to be saved; a file of LINE's is passed on; a missing one is refused", async () => {
    const files = memoryFiles();
    const { emulator, connection } = await meet({}, {}, { files });
    const ana = emulator.person("Ana", { friend: true });
    const send = (ref: string, mimeType: string) =>
      connection.send(
        { place: ana.userId, parts: [{ type: "file", kind: "document", ref, mimeType }], idempotencyKey: ref },
        never,
      );
    await send(await files.put({ name: "x.html", mimeType: "text/html", bytes: Buffer.from("<script>") }), "text/html");
    const id = ana.sends("file", { name: "a.pdf", bytes: Buffer.from("%PDF"), type: "application/pdf" });
    await send(`message:${id}`, "application/pdf");
    const [html, pdf] = emulator.sent.map(({ message }) => /"uri":"([^"]+)"/.exec(JSON.stringify(message))?.[1] ?? "");
    const saved = await fetch(html!);
    expect(saved.headers.get("content-type")).toBe("application/octet-stream");
    expect(saved.headers.get("content-disposition")).toMatch(/^attachment/);
    expect(await (await fetch(pdf!)).text()).toBe("%PDF");
    await expect(send("gone", "image/png")).rejects.toThrow("is gone");
  });
});

test("as the lab drives it: every deed, what the screen shows, and what is refused", async () => {
  const platform = await createEmulated();
  afterwards(() => platform.close());
  const { url, connection, events } = await openDoor(platform.settings);
  await platform.attach(url);
  await platform.act("Ana", { type: "scan", link: (await connection.entryLink!("K7mQ2xVb9c", never)).url });
  await platform.act("Ana", { type: "say", text: "Hello" });
  await platform.act("Ana", {
    type: "photo",
    name: "shoe.jpg",
    bytes: new Uint8Array([255, 216, 255]),
    text: "This one",
  });
  const { place } = events().find(({ type }) => type === "message")!;
  const parts = [{ type: "choice" as const, prompt: "Which?", options: [{ id: "red", label: "Red" }] }];
  await connection.send({ place, parts, idempotencyKey: "k" }, never);
  const shown = platform.screen("Ana").at(-1);
  expect(shown).toMatchObject({ from: "hub", text: "Which?", options: [{ id: "red", label: "Red" }] });
  await platform.act("Ana", { type: "press", messageId: shown!.id, option: "red" });
  await platform.act("Li", { type: "join", place: "Friends" });
  await platform.act("Li", { type: "say", text: "open?", place: "Friends", mention: true });
  const own = platform.screen("Li").at(-1)!;
  await platform.act("Li", { type: "edit", messageId: own.id, text: "still open?", place: "Friends" });
  await platform.act("Li", { type: "delete", messageId: own.id, place: "Friends" });
  await platform.act("Li", { type: "leave", place: "Friends" });
  await platform.act("Ana", { type: "block" });
  expect(events().map(({ type }) => type)).toEqual(
    "entered entered message message message pressed joined joined message edited deleted left left".split(" "),
  );
  expect(platform.screen("Li").at(-1)).toMatchObject({
    text: "still open?",
    place: "Friends",
    edited: true,
    deleted: true,
  });
  expect(JSON.stringify(platform.calls)).not.toContain(String(platform.settings.channelAccessToken));
  platform.refuseNext?.(1, 60);
  await expect(connection.send({ place, parts, idempotencyKey: "k2" }, never)).rejects.toMatchObject({
    fault: "retry-after",
    retryAfterMs: 60,
  });
  await expect(platform.act("Ana", { type: "react", messageId: "1", emoji: "👍" })).rejects.toThrow(
    "LINE tells an account nothing",
  );
  expect(platform.insideRetryAfter).toBe(0);
});
