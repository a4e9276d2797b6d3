import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { createTelegramEmulator } from "../../adapters/telegram/emulator.ts";
import { createBrowser, type SeenMessage } from "../../adapters/web/emulator.ts";
import { readConfig } from "../../src/config.ts";
import { createHub } from "../../src/hub.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { freshConnection } from "../support/database.ts";
import { socketUrl } from "../support/hub-process.ts";
import { silentLog } from "../support/log.ts";

const PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";
const HOURS = {
  slug: "opening-hours",
  texts: {
    en: { title: "Opening hours", answer: "Every day from 10 to 20 o'clock." },
    zh: { title: "营业时间", answer: "每天 10 点到 20 点营业。" },
  },
  phrasings: { en: ["Are you open today?", "When do you open?"], zh: ["今天开门吗？", "几点开门？"] },
};

/** A running hub with an owner who has claimed it, as `npm start` gives it. */
async function openHub() {
  const connection = await freshConnection();
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-walk-"));
  const config = readConfig({
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the walk",
    TRIBUTARY_DATA_DIR: dataDir,
    ALLOW_PRIVATE_ADDRESSES: "true",
    PORT: "0",
  });
  const hub = await createHub({ config, clock: systemClock, log: silentLog });
  await hub.start();
  onTestFinished(async () => {
    await hub.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const { token } = await hub.tokens.create({ name: "test", role: "owner" }, "cli");
  const call = async <T>(method: string, address: string, body?: object): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(new URL(`api/v1${address}`, hub.url), {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as T;
    if (!response.ok) throw new Error(`${method} ${address}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return { hub, call };
}

test("from a scanned code to an answered message, an order and the report", async () => {
  const { hub, call } = await openHub();
  const telegram = await createTelegramEmulator({ username: "lantern_bot" });
  onTestFinished(() => telegram.close());
  const settings = { token: telegram.token, username: telegram.username, apiRoot: telegram.apiRoot };
  const channel = await call<{ id: string }>("POST", "/channels", { adapter: "telegram", name: "Shop", settings });
  await call("POST", "/articles", HOURS);
  const poster = await call<{ id: string; code: string }>("POST", "/entry-points", {
    name: "Poster",
    medium: "poster",
    channelId: channel.id,
  });

  // She scans the poster.
  const scanned = await fetch(new URL(`e/${poster.code}`, hub.url), {
    redirect: "manual",
    headers: { "user-agent": PHONE },
  });
  expect(scanned.status).toBe(302);
  expect(scanned.headers.get("location")).toBe(`https://t.me/lantern_bot?start=${poster.code}`);

  // She presses Start, is greeted, and asks.
  const ana = telegram.person(77, "Ana");
  ana.scans(poster.code);
  expect((await telegram.waitForReply(77, 15_000)).text).toContain("welcome");
  ana.says("Are you open today?");
  expect((await telegram.waitForReply(77)).text).toBe("Every day from 10 to 20 o'clock.");
  ana.says("今天开门吗？");
  expect((await telegram.waitForReply(77)).text).toBe("每天 10 点到 20 点营业。");

  // Nobody taught the bot this: a person takes over, answers, and gives the conversation back.
  ana.says("Does the moon influence the harvest of oolong?");
  expect((await telegram.waitForReply(77)).text).toContain("colleague");
  const [conversation] = (await call<{ items: { id: string; owner: string }[] }>("GET", "/conversations?owner=agent"))
    .items;
  await call("POST", `/conversations/${conversation!.id}/messages`, { text: "Only the moonlight white." });
  expect((await telegram.waitForReply(77)).text).toBe("Only the moonlight white.");
  ana.says("Are you open today?");
  await call("POST", `/conversations/${conversation!.id}/give-back`);

  // She orders, once, however often the till says so.
  const order = {
    kind: "order",
    source: "till",
    externalId: "1001",
    amount: 2_500,
    currency: "EUR",
    identity: { channelId: channel.id, externalId: "77" },
  };
  const [first, again] = [
    await call<{ id: string }>("POST", "/conversions", order),
    await call<{ id: string }>("POST", "/conversions", order),
  ];
  expect(again.id).toBe(first.id);

  const report = await call<{ rows: object[] }>("GET", "/reports/entry-points");
  const credit = { conversions: 1, revenue: [{ amount: 2_500, currency: "EUR" }] };
  expect(report.rows[0]).toMatchObject({
    entryPoint: { name: "Poster" },
    hits: 1,
    people: 1,
    conversations: 1,
    first: credit,
    last: credit,
  });
  const journey = JSON.stringify(await call("GET", `/contacts/${(await contactOf(call))!}/journey`));
  expect(journey).toContain("start-param");
  expect(journey).toContain("customer");
}, 60_000);

test("a visitor of the website is answered live, and keeps the talk after a reload", async () => {
  const { hub, call } = await openHub();
  const settings = { secret: "a-secret-of-the-channel-with-32-or-more-characters" };
  const { id } = await call<{ id: string }>("POST", "/channels", { adapter: "web", name: "Website", settings });
  await call("POST", "/articles", HOURS);
  const url = new URL(`webhooks/${id}`, hub.url).href;

  const browser = createBrowser({ url });
  await browser.open({ page: "https://shop.example/?utm_source=letter&utm_campaign=spring" });
  await browser.say("When do you open?");
  await browser.waitFor((message) => textOf(message) === "Every day from 10 to 20 o'clock.");

  const reloaded = createBrowser({ url, token: browser.token! });
  await reloaded.open({ page: "https://shop.example/" });
  const texts = (await reloaded.catchUp()).map(textOf);
  expect(texts).toContain("When do you open?");
  expect(texts).toContain("Every day from 10 to 20 o'clock.");

  const stranger = createBrowser({ url });
  await stranger.open({ page: "https://shop.example/" });
  expect((await stranger.catchUp()).map(textOf)).not.toContain("When do you open?");
}, 60_000);

function textOf({ parts }: SeenMessage): string {
  return parts.map((part) => ("text" in part ? part.text : "")).join("");
}

async function contactOf(call: <T>(method: string, address: string) => Promise<T>): Promise<string | undefined> {
  return (await call<{ items: { id: string }[] }>("GET", "/contacts")).items[0]?.id;
}
