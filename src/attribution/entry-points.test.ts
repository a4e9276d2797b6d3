import { expect, test } from "vitest";
import { z } from "zod";
import { attributionWorld, entered, type AttributionWorld } from "../../tests/support/attribution.ts";
import { NewEntryPoint, type EntryPoint, type EntryPointDetail } from "../contract/api-attribution.ts";
import { Invalid, NotFound, type Page } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { parseCode } from "./codes.ts";

const make = (world: AttributionWorld, more: object = {}) =>
  world.call<EntryPoint>("post", "/entry-points", {
    name: "Poster",
    medium: "poster",
    channelId: world.channelId,
    ...more,
  });

test("an entry point is made with a code, printable addresses and its cost", async () => {
  const world = await attributionWorld();
  const made = await make(world, { campaign: "春季", owner: "Mei", cost: { amount: 12_000, currency: "CNY" } });
  expect(parseCode(made.code)).toBe(made.code);
  expect(made).toMatchObject({
    ...{
      name: "Poster",
      medium: "poster",
      campaign: "春季",
      region: null,
      channelId: world.channelId,
      targetUrl: null,
    },
    ...{ url: `https://hub.example/e/${made.code}`, createdAt: world.clock.at.toISOString(), archivedAt: null },
    qr: { svg: `https://hub.example/e/${made.code}.svg`, png: `https://hub.example/e/${made.code}.png` },
  });
  const costs = await world.call("get", `/entry-points/${made.id}/costs`);
  expect(costs).toMatchObject({
    items: [{ amount: 12_000, currency: "CNY", at: world.clock.at.toISOString() }],
    next: null,
  });

  const shown = await world.call<EntryPointDetail>("get", `/entry-points/${made.id}`);
  const deepLink = `https://t.example/bot?start=${made.code}`;
  expect(shown).toEqual({
    ...{ ...made, deepLink },
    links: [
      {
        ...{ channelId: world.channelId, name: "Shop", adapter: "telegram", url: deepLink, problem: null, limits: [] },
        shortUrl: `https://hub.example/e/${made.code}?c=${world.channelId}`,
      },
    ],
  });
});

test("while its channel gives no link, an entry point is shown without", async () => {
  const world = await attributionWorld({ entryLink: () => Promise.reject(new Error("closed")) });
  const { id } = await make(world);
  expect(await world.call("get", `/entry-points/${id}`)).toMatchObject({ deepLink: null });
});

test.each<[string, object]>([
  ["no target", { channelId: undefined }],
  ["two targets", { targetUrl: "https://shop.example/" }],
  ["a target that is no web address", { channelId: undefined, targetUrl: "javascript:alert(1)" }],
  ["a target with a password", { channelId: undefined, targetUrl: "https://me:secret@shop.example/" }],
  ["a relative target", { channelId: undefined, targetUrl: "/shop" }],
  ["no name", { name: "  " }],
  ["a name that cannot be stored", { name: "a\0b" }],
  ["half a character", { name: "a\uD800" }],
  ["a code of their own", { code: "K7mQ2xVb9c" }],
  ["a cost in no currency", { cost: { amount: 1, currency: "XYZ1" } }],
  ["a cost in a currency of nowhere", { cost: { amount: 1, currency: "QQQ" } }],
  ["a cost beyond exact numbers", { cost: { amount: 2 ** 53, currency: "EUR" } }],
  ["a cost in fractions", { cost: { amount: 1.5, currency: "EUR" } }],
])("refuses %s", (_what, difference) => {
  const input = { name: "Poster", medium: "poster", channelId: newId() };
  expect(NewEntryPoint.safeParse(input).success).toBe(true);
  expect(NewEntryPoint.safeParse({ ...input, ...difference }).success).toBe(false);
});

test("refuses a channel that does not exist and a target that leads in a circle", async () => {
  const world = await attributionWorld();
  await expect(make(world, { channelId: newId() })).rejects.toThrow(Invalid);
  const circle = { channelId: undefined, targetUrl: "HTTPS://Hub.Example/e/K7mQ2xVb9c" };
  await expect(make(world, circle)).rejects.toMatchObject({ fields: { targetUrl: expect.any(String) } });
  const { id } = await make(world);
  await expect(world.call("patch", `/entry-points/${id}`, { targetUrl: circle.targetUrl })).rejects.toThrow(Invalid);
});

test("everything but the code may be changed, and a detail taken away", async () => {
  const world = await attributionWorld();
  const made = await make(world, { campaign: "spring", placement: "door" });
  const patch = {
    name: "Window",
    medium: "window",
    campaign: null,
    region: "Berlin",
    targetUrl: "https://shop.example",
  };
  const changed = await world.call("patch", `/entry-points/${made.id}`, patch);
  expect(changed).toEqual({ ...made, ...patch, targetUrl: "https://shop.example/", channelId: null, channelIds: [] });
  expect(await world.call("patch", `/entry-points/${made.id}`, {})).toEqual(changed);
  await expect(world.call("patch", `/entry-points/${made.id}`, { code: "1111111111" })).rejects.toThrow();
});

test("archiving keeps its first moment, and restoring undoes it", async () => {
  const world = await attributionWorld();
  const { id } = await make(world);
  const archivedAt = world.clock.at.toISOString();
  expect(await world.call("post", `/entry-points/${id}/archive`)).toMatchObject({ archivedAt });
  world.clock.at = new Date("2026-04-01T00:00:00Z");
  expect(await world.call("post", `/entry-points/${id}/archive`)).toMatchObject({ archivedAt });
  expect(await world.call("post", `/entry-points/${id}/restore`)).toMatchObject({ archivedAt: null });
});

test("the list pages through all, the newest first, archived ones apart", async () => {
  const world = await attributionWorld();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.unshift((await make(world)).id);
  await world.call("post", `/entry-points/${ids[0]}/archive`);

  const seen: string[] = [];
  for (let next: string | null = ""; next !== null;) {
    const page: Page<EntryPoint> = await world.call("get", `/entry-points?limit=2${next && `&cursor=${next}`}`);
    seen.push(...page.items.map(({ id }) => id));
    next = page.next;
  }
  expect(seen).toEqual(ids.slice(1));
  expect(await world.call("get", "/entry-points?archived=true")).toMatchObject({ items: [{ id: ids[0] }] });
  expect((await world.call<Page<EntryPoint>>("get", "/entry-points?archived=all")).items).toHaveLength(5);
  await expect(world.call("get", "/entry-points?cursor=xyz")).rejects.toThrow(Invalid);
});

test("an entry point that does not exist is said not to", async () => {
  const world = await attributionWorld();
  const body = { amount: 1, currency: "EUR" };
  const nowhere = `/entry-points/${newId()}`;
  await expect(world.call("get", nowhere)).rejects.toThrow(NotFound);
  await expect(world.call("patch", nowhere, { name: "x" })).rejects.toThrow(NotFound);
  await expect(world.call("post", `${nowhere}/archive`)).rejects.toThrow(NotFound);
  await expect(world.call("post", `${nowhere}/restore`)).rejects.toThrow(NotFound);
  await expect(world.call("post", `${nowhere}/costs`, body)).rejects.toThrow(NotFound);
  await expect(world.call("get", `${nowhere}/costs`)).rejects.toThrow(NotFound);
});

test("costs add up one by one and may be corrected", async () => {
  const world = await attributionWorld();
  const { id } = await make(world);
  const at = "2026-02-01T00:00:00+08:00";
  await world.call("post", `/entry-points/${id}/costs`, { amount: 500, currency: "EUR", note: "print", at });
  await world.call("post", `/entry-points/${id}/costs`, {
    amount: -100,
    currency: "EUR",
    note: "refund by the printer",
  });
  expect(await world.call("get", `/entry-points/${id}/costs`)).toMatchObject({
    items: [{ amount: -100 }, { amount: 500, note: "print", at: "2026-01-31T16:00:00.000Z" }],
  });
});

test("a QR code carries the short address; an unknown code has none", async () => {
  const world = await attributionWorld();
  const { code } = await make(world);
  expect(await world.qr(code, "svg")).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"/);
  const png = await world.qr(code, "png");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBeGreaterThan(500);
  expect(await world.qr(code, "svg")).not.toBe(await world.qr((await make(world)).code, "svg"));
  for (const unknown of ["1111111111", "", "../x"]) await expect(world.qr(unknown, "png")).rejects.toThrow(NotFound);
});

test("two codes never differ in case alone", async () => {
  const world = await attributionWorld();
  const { code } = await make(world);
  const twin = [...code].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join("");
  const data = { id: newId(), code: twin, name: "Twin", medium: "poster" };
  await expect(world.db.prisma.entryPoint.create({ data })).rejects.toMatchObject({ code: "P2002" });
});

test("touches and journeys name the door", async () => {
  const world = await attributionWorld();
  const { id, code } = await make(world);
  const ana = await world.person();
  await world.observe(entered(ana, { code, method: "scene", raw: code }));
  expect(await world.call("get", `/touches?contactId=${ana.contactId}`)).toMatchObject({
    items: [{ contactId: ana.contactId, entryPoint: { id, code, name: "Poster" }, isFirst: true, confidence: "high" }],
  });
  expect(await world.call("get", `/touches?contactId=${newId()}`)).toEqual({ items: [], next: null });
});

test("every route can be drawn for OpenAPI", async () => {
  const { routes } = await attributionWorld();
  expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
  for (const { params, query, body, response, download } of routes) {
    for (const schema of [params, query, body]) if (schema) z.toJSONSchema(schema, { io: "input" });
    if (!download) z.toJSONSchema(response);
  }
});
