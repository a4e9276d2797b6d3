import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createConversions } from "../../src/attribution/conversions.ts";
import { createFacts } from "../../src/attribution/facts.ts";
import { createStageMoves } from "../../src/attribution/stage-moves.ts";
import { SNIPPET } from "../../src/http/snippet.ts";
import { systemClock as clock } from "../../src/lib/clock.ts";
import type { Conversions } from "../../src/attribution/conversions.ts";
import { startChat } from "../support/chat.ts";
import { until } from "../support/corridor.ts";

const ORDER = { externalId: "A-1", amount: 4_200, currency: "EUR" };

async function shop() {
  const conversions: { current?: Conversions } = {};
  const chat = await startChat({ record: (at, body) => conversions.current!.recordOnPage(at, body) });
  conversions.current = createConversions({
    db: chat.db,
    clock,
    moves: createStageMoves({ clock, facts: createFacts({ clock }) }),
  });
  const ana = chat.browser({ origin: "https://shop.example" });
  await ana.open({ page: "https://shop.example/?e=K7mQ2xVb9c" });
  await until(async () => (await chat.db.query("SELECT 1 FROM conversation")).length > 0);
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${chat.url}/conversions`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { origin: "https://shop.example", authorization: `Bearer ${ana.token}`, ...headers },
    });
  return { chat, ana, post };
}

test("a page's order is the visitor's whose token it carries, once; another website's page is turned away", async () => {
  const { chat, post } = await shop();
  const made = await post(ORDER);
  expect([made.status, made.headers.get("access-control-allow-origin")]).toEqual([201, "https://shop.example"]);
  expect((await post(ORDER)).status).toBe(201);
  const rows = await chat.db.query(
    "SELECT v.source, v.amount::int, c.name FROM conversion v JOIN identity i ON i.id = v.identity_id JOIN contact c ON c.id = v.contact_id",
  );
  expect(rows).toMatchObject([{ source: `page:${chat.channel.id}`, amount: 4_200 }]);

  expect((await post(ORDER, { origin: "https://evil.example" })).status).toBe(403);
  expect((await post(ORDER, { authorization: "Bearer forged" })).status).toBe(401);
  expect((await post({ ...ORDER, amount: 1 })).status).toBe(409);
  for (const bad of [{ ...ORDER, currency: "QQQ" }, { ...ORDER, amount: -1 }, { ...ORDER, contactId: "x" }, "x"]) {
    const answer = await post(bad);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.any(String) });
  }
  const statuses = await Promise.all(
    Array.from({ length: 30 }, async (_, i) => (await post({ ...ORDER, externalId: `${i}` })).status),
  );
  expect(statuses).toContain(429);
  const preflight = await fetch(`${chat.url}/conversions`, {
    method: "OPTIONS",
    headers: { origin: "https://shop.example" },
  });
  expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
});

test("the script tells an order with the token that the page carries, and nothing without one", async () => {
  const { chat, ana } = await shop();
  const base = chat.url.slice(0, chat.url.indexOf("/webhooks"));
  const script = { src: `${base}/s.js`, getAttribute: () => chat.channel.id };
  const stored = new Map<string, string>();
  const window: { tributary?: { conversion(order: object): Promise<object>; token(value: string): void } } = {};
  const withOrigin: typeof fetch = (url, init) =>
    fetch(url, { ...init, headers: { ...(init?.headers as object), origin: "https://shop.example" } });
  const localStorage = { getItem: (key: string) => stored.get(key) ?? null };
  runInNewContext(SNIPPET, {
    document: { currentScript: script },
    window,
    fetch: withOrigin,
    localStorage,
    URL,
    Promise,
    setTimeout,
    JSON,
    String,
  });
  expect(await window.tributary!.conversion(ORDER)).toMatchObject({ recorded: false });
  stored.set(`tributary:${chat.channel.id}`, ana.token!);
  expect(await window.tributary!.conversion(ORDER)).toEqual({ recorded: true });
  window.tributary!.token("forged");
  expect(await window.tributary!.conversion(ORDER)).toMatchObject({ recorded: false, reason: expect.any(String) });
});
