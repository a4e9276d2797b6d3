import { mkdir } from "node:fs/promises";
import path from "node:path";
import axe from "axe-core";
import type { BrowserContextOptions } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath } from "../support/chromium.ts";
import { openConsole, type ConsoleWorld, type Tongue } from "../support/console.ts";
import { HOSTILE } from "../support/hostile.ts";

/** Every payload by itself, and breaking out of an attribute or a script first. */
const PAYLOADS = HOSTILE.flatMap((text) => [text, `"\'>${text}`, `\'}]}</script>${text}`]);
const ROOMS = ["inbox", "people", "entry-points", "attribution", "knowledge", "voice", "channels"];
const SECTIONS = "account organisation team teams sign-in labels canned-replies tokens webhooks data audit".split(" ");
/** `SCREENS=folder` keeps a picture of each screen, to be looked at. */
const PICTURES = process.env["SCREENS"];

/** Everybody is called something hostile, and says it: to us, and in a group, where all of it stands on one screen. */
async function crowd({ telegram, call }: ConsoleWorld): Promise<void> {
  const settings = { token: telegram.token, username: telegram.username, apiRoot: telegram.apiRoot };
  const channel = await call<{ id: string }>("POST", "/channels", {
    adapter: "telegram",
    name: "Lantern Tea",
    settings,
  });
  const door = await call<{ code: string }>("POST", "/entry-points", {
    name: "Poster",
    medium: "poster",
    channelId: channel.id,
  });
  const square = telegram.group(-4_000, PAYLOADS[0]!);
  for (const [n, text] of PAYLOADS.entries()) {
    const person = telegram.person(1_000 + n, text.slice(0, 64), { username: "somebody" });
    if (n % 3 === 0) person.scans(door.code);
    if (n % 9 === 0) person.says(text);
    person.in(square).says(text);
  }
  await telegram.settle();
  await expect
    .poll(async () => (await call<{ items: unknown[] }>("GET", "/contacts?limit=200")).items.length, {
      timeout: 20_000,
    })
    .toBe(200);
}

interface Looked {
  screen: string;
  violations: unknown[];
  ran: unknown;
  /** Wider than the window: one would have to scroll sideways. */
  overflows: boolean;
}

const AXE = `axe.run(document, { runOnly: ["wcag2a", "wcag2aa"], resultTypes: ["violations"] }).then(({ violations }) =>
  violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html, any }) => [html.slice(0, 200), any.map(({ message }) => message)])]))`;

async function look({ page, tongue }: ConsoleWorld, screen: string): Promise<Looked> {
  await page.evaluate(`${axe.source};0`);
  const violations = await page.evaluate<unknown[]>(AXE);
  const ran = await page.evaluate("window.ran ?? null");
  const overflows = await page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth + 1");
  if (PICTURES) {
    const { width } = page.viewportSize()!;
    await mkdir(PICTURES, { recursive: true });
    await page.screenshot({ path: path.join(PICTURES, `${screen.replaceAll(/[/ ?=]/g, "-")}-${tongue}-${width}.png`) });
  }
  return { screen, violations, ran, overflows };
}

/** Goes to an address, waits until it has settled, and looks at it and at each of its tabs. */
async function visit(world: ConsoleWorld, address: string): Promise<Looked[]> {
  const { page, hub } = world;
  await page.goto(new URL(address, hub.url).href);
  await page.getByRole("main").waitFor();
  await settled(world);
  const seen = [await look(world, address)];
  const tabs = page.getByRole("tab");
  for (let at = 1; at < (await tabs.count()); at++) {
    await tabs.nth(at).click();
    await settled(world);
    seen.push(await look(world, `${address} tab ${at}`));
  }
  return seen;
}

/** Nothing is being fetched, and no skeleton stands any more. */
async function settled({ page }: ConsoleWorld): Promise<void> {
  await page.waitForTimeout(250);
  await page.locator("[aria-busy=true], .mantine-Skeleton-root").first().waitFor({ state: "detached" });
}

async function everyScreen(tongue: Tongue, options: BrowserContextOptions): Promise<void> {
  const world = await openConsole(tongue, options);
  await crowd(world);
  const { call, page, faults } = world;
  const { items } = await call<{ items: { id: string; kind: string }[] }>("GET", "/conversations?limit=200");
  const square = items.find(({ kind }) => kind === "group")!;
  const person = (await call<{ items: { id: string }[] }>("GET", "/contacts")).items[0]!;
  const addresses = [
    ...ROOMS,
    `inbox/${square.id}`,
    `inbox/${items.find(({ kind }) => kind === "direct")!.id}`,
    `people/${person.id}`,
    ...SECTIONS.map((section) => `settings/${section}`),
  ];
  const seen: Looked[] = [];
  for (const address of addresses) seen.push(...(await visit(world, address)));
  expect(seen.filter(({ violations }) => violations.length > 0)).toEqual([]);
  expect(seen.filter(({ ran }) => ran !== null)).toEqual([]);
  expect(seen.filter(({ overflows }) => overflows).map(({ screen }) => screen)).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
}

describe.skipIf(chromiumPath() === undefined)("in a browser (skipped where there is no Chromium)", () => {
  test("hostile names and words run nowhere, and axe finds nothing serious, on any screen", { timeout: 180_000 }, () =>
    everyScreen("en", {}),
  );
  test("the same in Chinese, dark and on a phone", { timeout: 180_000 }, () =>
    everyScreen("zh", { colorScheme: "dark", viewport: { width: 390, height: 844 } }),
  );
});
