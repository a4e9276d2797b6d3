/** The console in a real browser, on a hub that runs as a process of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { inject, onTestFinished } from "vitest";
import { createTelegramEmulator, type TelegramEmulator } from "../../adapters/telegram/emulator.ts";
import zh from "../../console/src/lib/zh.json" with { type: "json" };
import { openBrowser } from "./chromium.ts";
import { freshConnection } from "./database.ts";
import { socketUrl, startHubProcess, type HubProcess } from "./hub-process.ts";

export type Tongue = "en" | "zh";

const PASSWORD = "seven lanterns over the river";
const CLAIM = {
  en: { name: "Your name", email: "Your e-mail address", password: /^A password/, button: "Become the owner" },
  zh: { name: "您的姓名", email: "您的电子邮箱", password: /^设置密码/, button: "成为所有者" },
} as const;

export interface ConsoleWorld {
  tongue: Tongue;
  hub: HubProcess;
  telegram: TelegramEmulator;
  page: Page;
  /** What the pages threw. */
  faults: string[];
  /** The console's words in the language of its reader. */
  t(english: keyof typeof zh): string;
  /** Asks the API as the page that is signed in. @throws when it is a refusal */
  call<T>(method: "GET" | "POST" | "PUT", address: string, data?: object): Promise<T>;
}

/** A hub that has just been claimed in the browser by its owner, and a Telegram beside it. */
export async function openConsole(tongue: Tongue, look: BrowserContextOptions = {}): Promise<ConsoleWorld> {
  const { hub, telegram } = await startHub();
  const browser = await openBrowser();
  const context = await browser.newContext({
    locale: tongue === "zh" ? "zh-CN" : "en-GB",
    viewport: { width: 1_280, height: 800 },
    reducedMotion: "reduce",
    ...look,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  const t: ConsoleWorld["t"] = (english) => (tongue === "zh" ? zh[english] : english);
  await claim(page, hub, tongue);
  await page.getByRole("navigation", { name: t("Rooms") }).waitFor();
  return { tongue, hub, telegram, page, faults, t, call: caller(page, hub) };
}

async function startHub() {
  const connection = await freshConnection();
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-console-"));
  const telegram = await createTelegramEmulator({ username: "lantern_bot" });
  const hub = await startHubProcess({
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the console",
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
  return { hub, telegram };
}

async function claim(page: Page, hub: HubProcess, tongue: Tongue): Promise<void> {
  const { name, email, password, button } = CLAIM[tongue];
  await page.goto(hub.claimUrl!);
  await page.getByLabel(name).fill("Mei Lin");
  await page.getByLabel(email).fill("mei@lantern.example");
  await page.getByLabel(password).fill(PASSWORD);
  await page.getByRole("button", { name: button }).click();
}

function caller(page: Page, hub: HubProcess): ConsoleWorld["call"] {
  const headers = { origin: new URL(hub.url).origin, "x-tributary": "console" };
  return async <T>(method: string, address: string, data?: object) => {
    const url = new URL(`api/v1${address}`, hub.url).href;
    const response = await page.request.fetch(url, { method, headers, ...(data && { data }) });
    if (!response.ok()) throw new Error(`${method} ${address}: ${await response.text()}`);
    return (await response.json()) as T;
  };
}
