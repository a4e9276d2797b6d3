import { describe, expect, test } from "vitest";
import { chromiumPath } from "../support/chromium.ts";
import { openConsole, type ConsoleWorld, type Tongue } from "../support/console.ts";

const CHAT = 77;

/** What is said in each language beyond the console's own words. */
const TONGUES = {
  en: {
    article: { title: "Opening hours", answer: "Every day from 10 to 20 o'clock.", phrasing: "Are you open today?" },
    unknown: "Does the moon influence the harvest of oolong?",
    colleague: /colleague/,
    reply: "Only the moonlight white.",
  },
  zh: {
    article: { title: "营业时间", answer: "每天 10 点到 20 点营业。", phrasing: "今天开门吗？" },
    unknown: "月亮会影响乌龙茶的收成吗？",
    colleague: /同事|人工/,
    reply: "只有月光白会。",
  },
} as const;

async function opens({ page, t }: ConsoleWorld, room: Parameters<ConsoleWorld["t"]>[0]): Promise<void> {
  await page
    .getByRole("navigation", { name: t("Rooms") })
    .getByRole("link", { name: t(room), exact: true })
    .click();
}

async function connectsTelegram(scene: ConsoleWorld): Promise<void> {
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

async function writesTheArticle(scene: ConsoleWorld): Promise<void> {
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
async function hangsThePoster(scene: ConsoleWorld): Promise<string> {
  const { page, t, call } = scene;
  await opens(scene, "Entry points");
  await page
    .getByRole("button", { name: t("Make an entry point") })
    .first()
    .click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: t("Name"), exact: true }).fill("Poster");
  await form.getByRole("combobox", { name: t("Channels") }).focus();
  await page.keyboard.press("ArrowDown");
  await page.getByRole("option", { name: "Lantern Tea" }).click();
  await form.getByRole("button", { name: t("Make the entry point") }).click();
  await page.getByRole("img", { name: /Poster/ }).waitFor(); // its QR code
  await page.keyboard.press("Escape");
  return (await call<{ items: { code: string }[] }>("GET", "/entry-points")).items[0]!.code;
}

async function answersAsPerson(scene: ConsoleWorld): Promise<void> {
  const { page, t, tongue } = scene;
  await opens(scene, "Inbox");
  await page.getByRole("link", { name: /Ana/ }).first().click();
  await page.getByText(TONGUES[tongue].unknown).last().waitFor();
  await page.getByRole("textbox", { name: t("Your answer") }).fill(TONGUES[tongue].reply);
  await page.keyboard.press("Enter");
}

/** The till says that she ordered; the dashboard says what brought her. */
async function orders(scene: ConsoleWorld): Promise<void> {
  const { page, call } = scene;
  const [conversation] = (await call<{ items: { id: string }[] }>("GET", "/conversations")).items;
  const order = { kind: "order", amount: 2_500, currency: "EUR", externalId: "1001", source: "till" };
  await call("POST", `/conversations/${conversation!.id}/conversions`, order);
  await opens(scene, "Attribution");
  const poster = page.getByRole("row", { name: /Poster/ }).first();
  await poster.waitFor();
  expect(await poster.textContent()).toContain("25.00");
}

/** What the adapter calls its settings. */
const SETTINGS = {
  en: { token: /^Bot token/, username: /^Bot's username/, apiRoot: /^Bot API server/ },
  zh: { token: /^机器人令牌/, username: /^机器人用户名/, apiRoot: /^Bot API 服务器/ },
};

async function told(tongue: Tongue): Promise<void> {
  const scene = await openConsole(tongue);
  const { telegram, page } = scene;
  const words = TONGUES[tongue];
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
  expect(scene.faults).toEqual([]);
}

describe.skipIf(chromiumPath() === undefined)("in a browser (skipped where there is no Chromium)", () => {
  test("an owner's first day, from the claim to the dashboard", { timeout: 120_000 }, () => told("en"));
  test("the same day in Chinese", { timeout: 120_000 }, () => told("zh"));
});
