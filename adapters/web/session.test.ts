import fc from "fast-check";
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { NOW } from "../../tests/contract/tools.ts";
import { ask, connect, DAY_MS, session, tokensAt } from "../../tests/support/web.ts";
import { entryOf } from "./landing.ts";

const place = "visitor:elsewhere";

test("a new visitor enters through the door that the address names", async () => {
  const page =
    "https://user:pw@shop.example/sale?e=K7mQ2xVb9c&utm_source=ig&gclid=abc&session_token=s3cret&q=red+roses&mail=a@b.c#part";
  const view = {
    page,
    referrer: "https://blog.example/post?draft=1#x",
    locale: "en-GB",
    consent: true,
    pageId: randomUUID(),
  };
  const { json, events, arrivals } = await ask(connect(), "/session", view);
  expect(json).toMatchObject({ verified: false, resumed: false, name: "Ana's Flower Shop" });
  expect(arrivals[0]!.lane).toBe(json.conversation);
  expect(events).toEqual([
    expect.objectContaining({
      type: "entered",
      id: view.pageId,
      place: json.conversation,
      actor: { id: json.conversation, locale: "en-GB" },
      entry: {
        code: "K7mQ2xVb9c",
        method: "page",
        raw: "https://shop.example/sale?e=K7mQ2xVb9c&utm_source=ig&gclid=abc&q=red+roses",
        details: {
          referrer: "https://blog.example/post",
          landing: "/sale",
          consent: "true",
          utm_source: "ig",
          gclid: "abc",
        },
      },
    }),
  ]);
});

test("coming back tells nothing new, a reload of a campaign page the same, another campaign something", async () => {
  const connection = connect();
  const { token: visitorToken, place: mine } = await session(connection);
  const back = await ask(connection, "/session", { visitorToken, page: "https://shop.example/" });
  expect(back.json).toMatchObject({ resumed: true, conversation: mine });
  expect(back.arrivals).toEqual([]);

  const view = { visitorToken, pageId: randomUUID(), page: "https://shop.example/?utm_campaign=may" };
  const [first, reload] = [await ask(connection, "/session", view), await ask(connection, "/session", view)];
  expect(first.arrivals).toHaveLength(1);
  expect(reload.arrivals[0]!.key).toBe(first.arrivals[0]!.key);
  const other = await ask(connection, "/session", { ...view, pageId: randomUUID() });
  expect(other.arrivals[0]!.key).not.toBe(first.arrivals[0]!.key);
});

test("two visitors get two places, and a forged or foreign token a new one", async () => {
  const connection = connect();
  const places = new Set<string>();
  for (const visitorToken of [
    undefined,
    "v1.e30.x",
    "nonsense",
    tokensAt(NOW, "x".repeat(32)).issue({ place, verified: false }, DAY_MS).token,
  ]) {
    places.add((await session(connection, { visitorToken })).place);
  }
  expect(places.size).toBe(4);
  expect(places).not.toContain(place);
});

test.each<[string, object]>([
  ["a page id that is no UUID", { pageId: "1" }],
  ["a locale that is none", { locale: "<script>" }],
  ["a list", []],
])("refuses %s with a sentence", async (_what, body) => {
  const { status, json, arrivals } = await ask(connect(), "/session", body);
  expect({ status, arrivals }).toEqual({ status: 400, arrivals: [] });
  expect(json.detail).toMatch(/\w+ \w+/);
});

test("an address that cannot be read is no reason to stay silent", async () => {
  const { events } = await ask(connect(), "/session", {
    page: "not an address",
    referrer: "javascript:alert(1)",
    entry: "bad code!",
  });
  expect(events).toMatchObject([{ type: "entered", entry: { method: "page", raw: "", details: {} } }]);
});

test("no landing address lets a planted secret through", () => {
  const secret = "pl4nted";
  fc.assert(
    fc.property(
      fc.constantFrom("token", "access_token", "API-Key", "password", "sid", "code", "email", "sig"),
      fc.webUrl(),
      (name, base) => {
        const page = `${base.split("#")[0]!.split("?")[0]}?e=K7mQ2xVb9c&${name}=${secret}#${secret}`;
        expect(JSON.stringify(entryOf({ page }))).not.toContain(secret);
      },
    ),
  );
});
