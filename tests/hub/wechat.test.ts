import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { createWechatEmulator, type EmulatorOptions } from "../../adapters/wechat/emulator.ts";
import { readConfig } from "../../src/config.ts";
import { createHub } from "../../src/hub.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { freshConnection } from "../support/database.ts";
import { socketUrl } from "../support/hub-process.ts";
import { silentLog } from "../support/log.ts";

const HOURS = {
  slug: "opening-hours",
  texts: {
    en: { title: "Opening hours", answer: "Every day from 10 to 20 o'clock." },
    zh: { title: "营业时间", answer: "每天 10 点到 20 点营业。" },
  },
  phrasings: { en: ["Are you open today?"], zh: ["今天开门吗？", "几点开门？"] },
};

type Call = <T>(method: string, address: string, body?: object) => Promise<T>;

async function openHub(): Promise<{ url: URL; call: Call }> {
  const connection = await freshConnection();
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-wechat-"));
  const config = readConfig({
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the test",
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
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const call: Call = async <T>(method: string, address: string, body?: object) => {
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(new URL(`api/v1${address}`, hub.url), request);
    const answer = (await response.json()) as T;
    if (!response.ok) throw new Error(`${method} ${address}: ${JSON.stringify(answer)}`);
    return answer;
  };
  return { url: hub.url, call };
}

/** A hub with one WeChat channel that answers in this way, one article, and WeChat calling it. */
async function start(replies: "api" | "passive", options: EmulatorOptions = {}) {
  const { url, call } = await openHub();
  const wechat = await createWechatEmulator(options);
  onTestFinished(() => wechat.close());
  const settings = { ...wechat.settings, replies };
  const channel = await call<{ id: string }>("POST", "/channels", { adapter: "wechat", name: "公众号", settings });
  await call("POST", "/articles", HOURS);
  wechat.attach(new URL(`webhooks/${channel.id}`, url));
  expect(await wechat.greet()).toBe(true);
  return { url, call, wechat, channel, li: wechat.person("Li") };
}

const said = (screen: readonly { from: string; text: string }[]) =>
  screen.filter(({ from }) => from === "hub").map(({ text }) => text);

test("from a scanned code to an answer by WeChat's interface", async () => {
  const { url, call, wechat, channel, li } = await start("api");
  const poster = await call<{ code: string }>("POST", "/entry-points", {
    name: "海报",
    medium: "poster",
    channelId: channel.id,
  });
  const scanned = await fetch(new URL(`e/${poster.code}`, url), { redirect: "manual", headers: { "user-agent": "x" } });
  const link = scanned.headers.get("location") ?? "";
  expect(link).toMatch(/^http:\/\/weixin\.qq\.com\/q\//);

  li.unfollows();
  li.scans(link);
  li.says("今天开门吗？");
  await expect.poll(() => said(li.screen), { timeout: 15_000 }).toContain("每天 10 点到 20 点营业。");
  await wechat.settle();
  const report = await call<{ rows: { people: number }[] }>("GET", "/reports/entry-points");
  expect(report.rows[0]).toMatchObject({ entryPoint: { name: "海报" }, people: 1 });
  expect(wechat.tokens.made).toBe(1);
}, 60_000);

test("an account without the interface answers inside WeChat's own request, and tells when it did", async () => {
  const { call, wechat, li } = await start("passive", { verified: false });
  li.says("今天开门吗？");
  await wechat.settle();
  expect(said(li.screen)).toEqual([expect.stringContaining("每天 10 点到 20 点营业。")]);
  const [conversation] = (await call<{ items: { id: string }[] }>("GET", "/conversations")).items;
  const history = () => call<unknown>("GET", `/conversations/${conversation!.id}/messages`);
  await expect.poll(async () => JSON.stringify(await history()), { timeout: 5_000 }).toContain('"delivered"');
  expect(wechat.calls.filter(({ path: called }) => called.endsWith("custom/send"))).toEqual([]);
}, 60_000);
