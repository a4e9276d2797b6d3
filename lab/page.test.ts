import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath, openBrowser } from "../tests/support/chromium.ts";
import { openLab } from "../tests/support/lab.ts";
import { PLATFORMS } from "./platforms.ts";

const PAGE = new URL("./page/", import.meta.url);
const source = (name: string) => readFileSync(new URL(name, PAGE), "utf8");
const HOSTILE = `<img src=x onerror="document.title='run'"><script>document.title='run'</script> What are your opening hours?`;

test("nothing on the page can become markup, and nothing stands in it that would run", () => {
  const scripts = readdirSync(PAGE).filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(5);
  for (const name of scripts)
    expect(source(name), name).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
    );
  expect(source("index.html")).not.toMatch(/\son\w+=|style=|<script(?! type="module" src=)|javascript:/);
});

/** The names of all words, as "step.hit". */
function namesIn(words: object, before = ""): string[] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === "object" && !Array.isArray(value)
      ? namesIn(value as object, `${before}${name}.`)
      : [`${before}${name}`],
  );
}

test("everything is said in both languages", async () => {
  const { en } = (await import(new URL("words-en.js", PAGE).href)) as { en: object };
  const { zh } = (await import(new URL("words-zh.js", PAGE).href)) as { zh: object };
  expect(namesIn(zh)).toEqual(namesIn(en));
  const used = [...source("index.html").matchAll(/data-(?:word|label)="(\w+)"/g)].map(([, word]) => word!);
  for (const word of used) expect(en, word).toHaveProperty(word);
});

async function openPage(url: URL, locale: string, hash: string) {
  const context = await (await openBrowser()).newContext({ locale });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (said) => said.type() === "error" && faults.push(said.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(new URL(hash, url).href);
  await page.getByRole("radio", { checked: true }).waitFor();
  return { page, faults };
}

/** The sentences of the timeline that match, once there is one. */
async function sentence(page: Page, words: RegExp) {
  await page.locator(".what", { hasText: words }).first().waitFor();
}

describe.skipIf(chromiumPath() === undefined)("in a browser (skipped where there is no Chromium)", () => {
  test(
    "one talks, scans and presses by keyboard, and copies what arrived as a fixture",
    { timeout: 120_000 },
    async () => {
      const lab = await openLab(PLATFORMS.filter(({ title }) => /Telegram|Website/.test(title.en)));
      const { page, faults } = await openPage(lab.url, "en-GB", "#web");
      await page.getByText("What you do on the left appears here").waitFor();
      await page.getByRole("textbox", { name: "Message" }).fill(HOSTILE);
      await page.keyboard.press("Enter");
      await page.locator(".bubble.person", { hasText: HOSTILE }).waitFor();
      await page.locator(".bubble.hub").first().waitFor();
      await sentence(page, /opening hours\?/);
      expect([await page.title(), await page.locator("main img").count()]).toEqual(["Tributary · lab", 0]);

      const arrived = page.locator(".step.arrived", { hasText: "a message" }).first();
      await arrived.getByRole("button", { name: "Details" }).press("Enter");
      await arrived.getByRole("button", { name: "Copy as fixture" }).press("Enter");
      await page.getByText("Copied.").waitFor();
      const copied = await page.evaluate<string>("navigator.clipboard.readText()");
      expect(JSON.parse(copied)).toMatchObject({ payload: { text: HOSTILE }, events: [{ type: "message" }] });

      await page.getByRole("button", { name: "Scan a code" }).press("Enter");
      await page.getByRole("button", { name: "Scan: Newsletter" }).press("Enter");
      await sentence(page, /Came through “Newsletter”/);
      await page.getByRole("radio", { name: "Website chat" }).press("ArrowRight"); // past the last comes the first
      await page.getByText("Ana on Telegram").waitFor();
      await page.getByRole("textbox", { name: "Message" }).fill("delivery gift");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Gift cards" }).press("Enter");
      await sentence(page, /Ana pressed “article:gift-cards/);
      expect(faults).toEqual([]);
    },
  );

  test(
    "it speaks Chinese to a Chinese browser, says what cannot be done, and keeps what was written",
    { timeout: 120_000 },
    async () => {
      const lab = await openLab(PLATFORMS.filter(({ title }) => title.en === "Telegram"));
      const { page, faults } = await openPage(lab.url, "zh-CN", "");
      await page.getByText("您在左边做的事").waitFor();
      await page.getByLabel("人物").selectOption("小梅");
      await page.getByRole("button", { name: "你们几点开门？" }).click();
      await sentence(page, /依据知识条目“opening-hours”回答/);
      await page.getByRole("button", { name: "扫码" }).click();
      await page.getByLabel("其他链接或入口码").fill("https://t.me/somebody_else");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("does not lead to").waitFor();
      await page.getByRole("button", { name: "修改" }).first().click();
      await page.getByRole("textbox", { name: "消息" }).fill("几点关门？");
      await page.getByRole("button", { name: "保存修改" }).click();
      await sentence(page, /小梅修改了一条消息/);
      await page.getByRole("button", { name: "English" }).click();
      await sentence(page, /小梅 changed a message/);
      expect(faults.filter((fault) => !fault.includes("409"))).toEqual([]);
      await page.route("**/act", (route) => route.abort());
      await page.getByRole("textbox", { name: "Message" }).fill("Anybody there?");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("The lab does not answer").waitFor();
      expect(await page.getByRole("textbox", { name: "Message" }).inputValue()).toBe("Anybody there?");
    },
  );
});
