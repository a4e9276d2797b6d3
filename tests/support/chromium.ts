/** A real browser, for pages that are tested as people use them. */
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser } from "playwright-core";
import { onTestFinished } from "vitest";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Chromium as this machine has it, or as CHROMIUM names it; `undefined` where there is none. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM, PATH = "" } = process.env;
  const found = PATH.split(path.delimiter).flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  return [...(CHROMIUM ? [CHROMIUM] : []), ...found].find((file) => existsSync(file));
}

/** Closed when the test is over. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
  onTestFinished(() => browser.close());
  return browser;
}
