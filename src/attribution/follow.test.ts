import { expect, test } from "vitest";
import { attributionWorld, entered, type AttributionWorld } from "../../tests/support/attribution.ts";
import { ChannelError } from "../contract/index.ts";
import { systemClock } from "../lib/clock.ts";
import { newId } from "../lib/ids.ts";
import { deviceOf, followRequest, type FollowRequest } from "./follow.ts";
import { createLinks } from "./links.ts";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1";
const visit: FollowRequest = {
  method: "GET",
  ip: "203.0.113.9",
  userAgent: IPHONE,
};
const hits = (world: AttributionWorld) => world.db.prisma.hit.findMany({ orderBy: { id: "asc" } });
const poster = (world: AttributionWorld) =>
  world.entryPoints.create({ name: "Poster", medium: "poster", channelId: world.channelId });

test("a scan is stored and sent into the chat", async () => {
  const world = await attributionWorld();
  const { id, code } = await poster(world);
  const request = { ...visit, referrer: "https://news.example/story?reader=ana#top" };
  expect(await world.follow(code, request)).toEqual({ redirect: `https://t.example/bot?start=${code}` });

  const [hit] = await hits(world);
  expect(hit).toMatchObject({
    entryPointId: id,
    at: world.clock.at,
    device: "phone",
    referrer: "https://news.example",
  });
  expect(hit?.visitorHash).toMatch(/^[\w-]{22}$/);
});

test("a visitor's hash is the same all day, another person's and another day's are not", async () => {
  const world = await attributionWorld();
  const { code } = await poster(world);
  await world.follow(code, visit);
  await world.follow(code, visit);
  await world.follow(code, { ...visit, ip: "203.0.113.10" });
  world.clock.at = new Date("2026-03-02T12:00:00Z");
  await world.follow(code, visit);
  const [one, same, other, nextDay] = (await hits(world)).map((hit) => hit.visitorHash);
  expect(same).toBe(one);
  expect(new Set([one, other, nextDay]).size).toBe(3);
});

test("everybody is sent on; persons alone are counted", async () => {
  const world = await attributionWorld();
  const { code } = await poster(world);
  const visits: [string, Partial<FollowRequest>, 0 | 1][] = [
    ["a person", {}, 1],
    ["a HEAD request", { method: "HEAD" }, 0],
    ["a link preview", { userAgent: "TelegramBot (like TwitterBot)" }, 0],
    ["a search engine", { userAgent: "Mozilla/5.0 (compatible; Googlebot/2.1)" }, 0],
    ["a script", { userAgent: "curl/8.5.0" }, 0],
    ["a program without a name", { userAgent: undefined }, 0],
    ["a prefetch", { purpose: "prefetch;prerender" }, 0],
    ["an app's referrer", { referrer: "android-app://org.telegram.messenger/" }, 1],
    ["a broken referrer", { referrer: "::::\0" }, 1],
  ];
  for (const [who, difference, count] of visits) {
    await world.db.query("DELETE FROM hit");
    expect(await world.follow(code, { ...visit, ...difference }), who).toHaveProperty("redirect");
    expect(await hits(world), who).toHaveLength(count);
  }
});

test("unknown codes get a page and no statement for what cannot be a code", async () => {
  const world = await attributionWorld();
  expect(await world.follow("1111111111", visit)).toEqual({ page: "unknown" });
  const before = world.db.roundTrips;
  for (const code of ["", "x", "../../etc", "\0".repeat(10), "K7mQ2xVb9'", "a".repeat(1_000)]) {
    expect(await world.follow(code, visit)).toEqual({ page: "unknown" });
  }
  expect(world.db.roundTrips).toBe(before);
});

test("a code typed in another case is followed", async () => {
  const world = await attributionWorld();
  const { code } = await poster(world);
  expect(await world.follow(code.toUpperCase(), visit)).toEqual({ redirect: `https://t.example/bot?start=${code}` });
});

test("an archived code gets a page and its hit; restored, it leads on", async () => {
  const world = await attributionWorld();
  const { id, code } = await poster(world);
  await world.entryPoints.archive(id);
  expect(await world.follow(code, visit)).toEqual({ page: "archived" });
  expect(await hits(world)).toHaveLength(1);
  await world.entryPoints.restore(id);
  expect(await world.follow(code, visit)).toHaveProperty("redirect");
});

test("the target can be edited after print, to an address and back to a chat", async () => {
  const world = await attributionWorld();
  const { id, code } = await poster(world);
  await world.follow(code, visit);
  await world.entryPoints.change(id, { targetUrl: "https://shop.example/spring?e=theirs&x=1#top" });
  expect(await world.follow(code, visit)).toEqual({ redirect: `https://shop.example/spring?e=${code}&x=1#top` });
  await world.entryPoints.change(id, { channelId: world.channelId });
  expect(await world.follow(code, visit)).toEqual({ redirect: `https://t.example/bot?start=${code}` });
});

test("the channel is asked once a minute, however many come at once", async () => {
  const world = await attributionWorld();
  const { code } = await poster(world);
  await Promise.all(Array.from({ length: 10 }, () => world.follow(code, visit)));
  world.clock.elapsedMs = 59_000;
  await world.follow(code, visit);
  expect(world.asked).toHaveLength(1);
  world.clock.elapsedMs = 61_000;
  await world.follow(code, visit);
  expect(world.asked).toHaveLength(2);
});

test.each([
  ["refuses", () => Promise.reject(new Error("The channel is not open."))],
  ["answers nonsense", () => Promise.resolve({ url: "not an address" })],
])("a channel that %s gets the visitor a page; the hit is kept, and it is asked again", async (_what, entryLink) => {
  const world = await attributionWorld({ entryLink });
  const { code } = await poster(world);
  expect(await world.follow(code, visit)).toEqual({ page: "unreachable" });
  expect(await world.follow(code, visit)).toMatchObject({ page: "unreachable" });
  expect(world.asked).toHaveLength(2);
  expect(await hits(world)).toHaveLength(2);
});

test("a link under the platform's own name is made once, and the name leads back to the entry point", async () => {
  const world = await attributionWorld({
    entryLink: async () => ({
      url: `https://chat.example/invite${world.asked.length}`,
      alias: `inv${world.asked.length}`,
    }),
  });
  const { id, code } = await poster(world);
  await world.follow(code, visit);
  world.clock.elapsedMs = 3_600_000;
  expect(await world.follow(code, visit)).toEqual({ redirect: "https://chat.example/invite1" });
  expect(world.asked).toHaveLength(1);

  const ana = await world.person();
  await world.observe(entered(ana, { method: "invite", alias: "inv1", raw: "inv1" }));
  expect(await world.db.prisma.touch.findMany()).toMatchObject([{ entryPointId: id, confidence: "high" }]);
});

test("a channel that never answers is given up on", async () => {
  const world = await attributionWorld({ entryLink: () => new Promise(() => undefined) });
  world.clock.sleep = () => Promise.resolve();
  const { code } = await poster(world);
  expect(await world.follow(code, visit)).toMatchObject({ page: "unreachable" });
});

test("a hit that cannot be stored is logged and keeps nobody out", async () => {
  const errors: object[] = [];
  const world = await attributionWorld({
    log: { debug() {}, info() {}, warn() {}, error: (fields: object) => void errors.push(fields) } as never,
  });
  const { id, code } = await poster(world);
  await world.db.query("ALTER TABLE hit RENAME TO hit_away");
  expect(await world.follow(code, visit)).toHaveProperty("redirect");
  expect(errors).toMatchObject([{ entryPointId: id }]);
});

test.each([
  [IPHONE, "phone"],
  ["Mozilla/5.0 (Linux; Android 14; Pixel 8) Mobile", "phone"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "desktop"],
  ["Mozilla/5.0 (X11; Linux x86_64)", "desktop"],
  ["Opera", "unknown"],
])("%s is a %s", (userAgent, device) => expect(deviceOf(userAgent)).toBe(device));

test("reads the request's headers as node gives them", () => {
  const headers = {
    "user-agent": "UA",
    referer: "https://a.example/",
    "sec-purpose": "prefetch",
    "x-moz": ["prefetch"],
  };
  expect(followRequest("GET", "::1", headers)).toEqual({
    ...{ method: "GET", ip: "::1", userAgent: "UA", referrer: "https://a.example/" },
    ...{ purpose: "prefetch, prefetch" },
  });
});

async function secondChannel(world: AttributionWorld, adapter: string, name: string): Promise<string> {
  const id = newId();
  await world.db.query("INSERT INTO channel (id, adapter, name, settings) VALUES ($1, $2, $3, '')", [
    id,
    adapter,
    name,
  ]);
  return id;
}

test("an entry point of several channels lets them choose, or goes where they chose; they are counted once", async () => {
  const world = await attributionWorld({
    entryLink: async (channel, code) => {
      if (channel === closed) throw new Error("closed");
      return { url: `https://${channel === world.channelId ? "t" : "w"}.example/?start=${code}` };
    },
  });
  const whatsapp = await secondChannel(world, "whatsapp", "Sales");
  const closed = await secondChannel(world, "line", "Closed");
  const { code, channelId, channelIds } = await world.entryPoints.create({
    name: "Flyer", medium: "poster", channelIds: [whatsapp, world.channelId, closed], keyword: "FLYER", phone: "+498912345678",
  }); // prettier-ignore
  expect([channelId, channelIds]).toEqual([whatsapp, [whatsapp, world.channelId, closed]]);
  const offer = {
    ...{ code, keyword: "FLYER", phone: "+498912345678" },
    channels: [
      { id: whatsapp, name: "Sales", adapter: "whatsapp" },
      { id: world.channelId, name: "Shop", adapter: "telegram" },
    ],
  };
  expect(await world.follow(code, visit)).toEqual({ offer });
  const onward = { ...visit, isOnward: true };
  expect(await world.follow(code, { ...onward, channel: whatsapp })).toEqual({
    redirect: `https://w.example/?start=${code}`,
  });
  expect(await hits(world)).toHaveLength(1);
  expect(await world.follow(code, { ...visit, channel: "telegram" })).toEqual({
    redirect: `https://t.example/?start=${code}`,
  });
  expect(await world.follow(code, { ...visit, channel: "line" })).toEqual({ page: "unreachable" });
  expect(await world.follow(code, { ...visit, channel: "../x" })).toEqual({ offer });
  expect(await hits(world)).toHaveLength(4);
});

test("a keyword or telephone alone is offered as it is", async () => {
  const world = await attributionWorld();
  const { code } = await world.entryPoints.create({ name: "Radio", medium: "keyword", keyword: "春季" });
  expect(await world.follow(code, visit)).toEqual({ offer: { code, channels: [], keyword: "春季", phone: null } });
});

test.each([
  ["https://t.example/bot?start=CODE", [], []],
  ["https://wa.example/1?text=Hello%20%5BCODE%5D", [], ["text-can-be-changed"]],
  ["https://line.example/R/oaMessage/%40id/?Hello!%20CODE", [], ["text-can-be-changed"]],
  ["https://qr.example/showqrcode?ticket=x", ["scene"], ["qr-code-of-the-platform"]],
  ["https://chat.example/abc", ["invite", "start-param"], ["joins-may-be-ambiguous"]],
  ["https://slack.example/app_redirect?app=1", ["start-param", "keyword", "invite"], ["no-code-in-link"]],
] as const)("what %s cannot do is said", async (link, methods, limits) => {
  const aliases = { link: async () => undefined, keep: async () => undefined } as never;
  const links = createLinks({
    ...{ clock: systemClock, publicUrl: () => new URL("https://hub.example/"), aliases },
    entryLink: async (_channel, code) => ({ url: link.replace("CODE", code) }),
    entryMethods: () => methods,
  });
  const [shown] = await links.describe({ id: "1", code: "K7mQ2xVb9c" }, [{ id: "2", name: "Shop", adapter: "x" }]);
  expect(shown?.limits.map(({ name }) => name)).toEqual(limits);
  for (const { says } of shown?.limits ?? [])
    expect([says.en, says.zh]).toEqual([expect.any(String), expect.any(String)]);
});

test("why a channel gives no link is said in our words, never in the platform's", async () => {
  const refused = new ChannelError("refused", "A code on Telegram is 1 to 64 characters.");
  for (const [error, says] of [
    [refused, "1 to 64"],
    [new Error("token 123:abc is bad"), "Check the channel"],
  ] as const) {
    const world = await attributionWorld({ entryLink: () => Promise.reject(error) });
    const { id } = await poster(world);
    const { links } = await world.entryPoints.get(id);
    expect(links).toMatchObject([{ url: null, problem: expect.stringContaining(says) }]);
  }
});
