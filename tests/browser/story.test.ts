import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { createTelegramEmulator, type TelegramEmulator } from "../../adapters/telegram/emulator.ts";
import zh from "../../console/src/lib/zh.json" with { type: "json" };
import { chromiumPath, openBrowser } from "../support/chromium.ts";
import { freshConnection } from "../support/database.ts";
import { socketUrl, startHubProcess, type HubProcess } from "../support/hub-process.ts";

const PASSWORD = "seven lanterns over the river";
const CHAT = 77;

/** What is said in each language beyond the console's own words. */
const TONGUES = {
  en: {
    locale: "en-GB",
    claim: { name: "Your name", email: "Your e-mail address", password: /^A password/, button: "Become the owner" },
    article: { title: "Opening hours", answer: "Every day from 10 to 20 o'clock.", phrasing: "Are you open today?" },
    unknown: "Does the moon influence the harvest of oolong?",
    colleague: /colleague/,
    reply: "Only the moonlight white.",
  },
  zh: {
    locale: "zh-CN",
    claim: { name: "您的姓名", email: "您的电子邮箱", password: /^设置密码/, button: "成为所有者" },
    article: { title: "营业时间", answer: "每天 10 点到 20 点营业。", phrasing: "今天开门吗？" },
    unknown: "月亮会影响乌龙茶的收成吗？",
    colleague: /同事|人工/,
    reply: "只有月光白会。",
  },
} as const;

type Tongue = keyof typeof TONGUES;

interface Scene {
  tongue: Tongue;
  hub: HubProcess;
  telegram: TelegramEmulator;
  page: Page;
  /** The console's words in the language of the story. */
  t(english: keyof typeof zh): string;
}

async function setScene(tongue: Tongue): Promise<Scene> {
  const connection = await freshConnection();
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-story-"));
  const telegram = await createTelegramEmulator({ username: "lantern_bot" });
  const hub = await startHubProcess({
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the story",
    TRIBUTARY_DATA_DIR: dataDir,
    ALLOW_PRIVATE_ADDRESSES: "true",
    PORT: "0",
  });
  onTestFinished(async () => {
    hub.kill("SIGTERM");
    await hub.ended;
    await telegram.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const browser = await openBrowser();
  const context = await browser.newContext({
    locale: TONGUES[tongue].locale,
    viewport: { width: 1_280, height: 800 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return { tongue, hub, telegram, page, t: (english) => (tongue === "zh" ? zh[english] : english) };
}

async function claimsTheHub({ tongue, hub, page, t }: Scene): Promise<void> {
  const { name, email, password, button } = TONGUES[tongue].claim;
  await page.goto(hub.claimUrl!);
  await page.getByLabel(name).fill("Mei Lin");
  await page.getByLabel(email).fill("mei@lantern.example");
  await page.getByLabel(password).fill(PASSWORD);
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("navigation", { name: t("Rooms") }).waitFor();
}

async function opens({ page, t }: Scene, room: keyof typeof zh): Promise<void> {
  await page
    .getByRole("navigation", { name: t("Rooms") })
    .getByRole("link", { name: t(room), exact: true })
    .click();
}

async function connectsTelegram(scene: Scene): Promise<void> {
  const { page, telegram, t, tongue } = scene;
  await opens(scene, "Channels");
  await page
    .getByRole("button", { name: t("Connect a channel") })
    .first()
    .click();
  const form = page.getByRole("dialog");
  const words = SETTINGS[tongue];
  await form.getByRole("textbox", { name: t("Name"), exact: true }).fill("Lantern Tea");
  await form.getByLabel(words.token).fill(telegram.token);
  await form.getByLabel(words.username).fill(telegram.username);
  await form.getByLabel(words.apiRoot).fill(telegram.apiRoot);
  await form.getByRole("button", { name: t("Connect"), exact: true }).click();
  await page.getByRole("cell", { name: "Lantern Tea" }).waitFor();
  await page.keyboard.press("Escape");
}

async function writesTheArticle(scene: Scene): Promise<void> {
  const { page, t, tongue } = scene;
  const { title, answer, phrasing } = TONGUES[tongue].article;
  await opens(scene, "Knowledge");
  await page
    .getByRole("button", { name: t("Write an article") })
    .first()
    .click();
  const form = page.getByRole("dialog");
  await form.getByLabel(t("Short name")).fill("opening-hours");
  const at = tongue === "en" ? 0 : 1; // both languages stand side by side
  await form.getByLabel(t("Title")).nth(at).fill(title);
  await form.getByLabel(t("Answer")).nth(at).fill(answer);
  await form.getByLabel(t("Phrasings, one a line")).nth(at).fill(phrasing);
  await form.getByRole("button", { name: t("Save the article") }).click();
  await form.waitFor({ state: "hidden" });
}

/** Resolves with the code that is printed. */
async function hangsThePoster(scene: Scene): Promise<string> {
  const { page, t, hub } = scene;
  await opens(scene, "Entry points");
  await page
    .getByRole("button", { name: t("Make an entry point") })
    .first()
    .click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: t("Name"), exact: true }).fill("Poster");
  await form.getByRole("combobox", { name: t("Leads to") }).click();
  await page.getByRole("option", { name: "Lantern Tea" }).click();
  await form.getByRole("button", { name: t("Make the entry point") }).click();
  await page.getByRole("img", { name: /Poster/ }).waitFor(); // its QR code
  const made = await page.request.get(new URL("api/v1/entry-points", hub.url).href);
  await page.keyboard.press("Escape");
  return ((await made.json()) as { items: { code: string }[] }).items[0]!.code;
}

async function answersAsPerson(scene: Scene): Promise<void> {
  const { page, t, tongue } = scene;
  await opens(scene, "Inbox");
  await page.getByRole("link", { name: /Ana/ }).first().click();
  await page.getByText(TONGUES[tongue].unknown).last().waitFor();
  await page.getByRole("textbox", { name: t("Your answer") }).fill(TONGUES[tongue].reply);
  await page.keyboard.press("Enter");
}

/** The till says that she ordered. */
async function orders({ page, hub }: Scene): Promise<void> {
  const api = (address: string) => new URL(`api/v1${address}`, hub.url).href;
  const headers = { origin: new URL(hub.url).origin, "x-tributary": "console" };
  const talk = await page.request.get(api("/conversations"));
  const [conversation] = ((await talk.json()) as { items: { id: string }[] }).items;
  const order = { kind: "order", amount: 2_500, currency: "EUR", externalId: "1001", source: "till" };
  const booked = await page.request.post(api(`/conversations/${conversation!.id}/conversions`), {
    headers,
    data: order,
  });
  expect([booked.status(), await booked.text()]).toEqual([201, expect.stringContaining("2500")]);
}

/** What the adapter calls its settings. */
const SETTINGS = {
  en: { token: /^Bot token/, username: /^Bot's username/, apiRoot: /^Bot API server/ },
  zh: { token: /^机器人令牌/, username: /^机器人用户名/, apiRoot: /^Bot API 服务器/ },
};

async function told(tongue: Tongue): Promise<void> {
  const scene = await setScene(tongue);
  const { telegram, t, page } = scene;
  const words = TONGUES[tongue];
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));

  await claimsTheHub(scene);
  await connectsTelegram(scene);
  await writesTheArticle(scene);
  const code = await hangsThePoster(scene);

  const ana = telegram.person(CHAT, "Ana", { language: tongue });
  ana.scans(code);
  await telegram.waitForReply(CHAT, 15_000);
  ana.says(words.article.phrasing);
  expect((await telegram.waitForReply(CHAT)).text).toBe(words.article.answer);
  ana.says(words.unknown);
  expect((await telegram.waitForReply(CHAT)).text).toMatch(words.colleague);

  await answersAsPerson(scene);
  expect((await telegram.waitForReply(CHAT)).text).toBe(words.reply);
  await page.getByRole("complementary").getByText("Poster").first().waitFor(); // beside the talk: where she came from
  await orders(scene);
  void t;
  expect(faults).toEqual([]);
}

describe.skipIf(chromiumPath() === undefined)("in a browser (skipped where there is no Chromium)", () => {
  test("an owner's first day, from the claim to the order", { timeout: 120_000 }, () => told("en"));
  test("the same day in Chinese", { timeout: 120_000 }, () => told("zh"));
});
