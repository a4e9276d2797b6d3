import { gzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildWidget } from "../../scripts/build-widget.mjs";
import { signIdentity } from "../../adapters/web/identity.ts";
import { chromiumPath } from "../support/chromium.ts";
import { HOSTILE } from "../support/hostile.ts";
import { IDENTITY_SECRET, openWidgetWorld, PICTURE, type WidgetWorld } from "../support/widget.ts";

const SCRIPT = new URL("../../dist/widget/widget.js", import.meta.url);
const MOST_BYTES = 25_000;

beforeAll(async () => void (await buildWidget()));

test("the script is smaller than 25 kB as it travels, and can make nothing into markup or code", () => {
  const script = readFileSync(SCRIPT);
  expect(gzipSync(script).length).toBeLessThan(MOST_BYTES);
  expect(script.toString()).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
});

describe.skipIf(chromiumPath() === undefined)("the chat in a browser (skipped where there is no Chromium)", () => {
  let world: WidgetWorld;
  let browser: Browser;
  beforeAll(async () => {
    const launching = chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
    [world, browser] = await Promise.all([openWidgetWorld(), launching]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  /** A visitor's browser; what it says on the console is a fault, but for a line that was cut on purpose. */
  async function visit(path: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ locale: "en-GB", ...options });
    context.setDefaultTimeout(10_000);
    onTestFinished(() => context.close());
    const faults: string[] = [];
    const watch = (page: Page) => {
      page.on(
        "console",
        (said) => said.type() === "error" && !/ERR_INTERNET/.test(said.text()) && faults.push(said.text()),
      );
      page.on("pageerror", (error) => faults.push(error.message));
      return page;
    };
    const open = async (to: string) => {
      const page = watch(await context.newPage());
      await page.goto(new URL(to, world.shop).href);
      return page;
    };
    return { context, page: await open(path), open, faults };
  }

  const launcher = (page: Page) => page.locator("button.launcher");
  const field = (page: Page) => page.getByRole("textbox", { name: /Write a message|输入消息/ });
  const bubbles = (page: Page, from: string) => page.locator(`.message.${from} .bubble`);
  const seen = (page: Page, from: string, words: string | RegExp) =>
    bubbles(page, from).filter({ hasText: words }).last();
  async function say(page: Page, words: string) {
    await field(page).fill(words);
    await field(page).press("Enter");
  }
  const events = (type: string) =>
    world.hub.db.query<{ payload: Record<string, never>; place: string }>(
      `SELECT e.payload, c.place FROM event e JOIN conversation c ON c.id = e.conversation_id WHERE e.type = $1`,
      [type],
    );
  const messages = async (words: string) =>
    (await world.hub.db.query<{ n: number }>("SELECT count(*)::int AS n FROM message WHERE text = $1", [words]))[0]!.n;

  test("one comes through a door, asks two pages later, is answered, and goes on after a reload and in another tab", async () => {
    const { page, open, faults } = await visit("/?e=K7mQ2xVb9c&utm_source=poster&gclid=abc123&token=geheim");
    await launcher(page).waitFor();
    expect(await page.evaluate<string | null>(`localStorage.getItem("tributary:${world.channelId}")`)).toBeNull();
    await page.getByRole("link", { name: "Next page" }).click();
    await launcher(page).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Lantern Tea House" });
    await dialog.waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.shadowRoot.activeElement.tagName")).toBe("TEXTAREA");
    await seen(page, "bot", "Hello, and welcome").waitFor();
    await say(page, "What are your opening hours?");
    await seen(page, "bot", "Tuesday to Friday").waitFor();
    await page.locator(".facts", { hasText: "Sent" }).waitFor();

    const [entered] = (await events("entered")).filter(({ payload }) => JSON.stringify(payload).includes("K7mQ2xVb9c"));
    expect(entered?.payload.entry).toMatchObject({
      ...{ code: "K7mQ2xVb9c", method: "page" },
      details: { utm_source: "poster", gclid: "abc123", landing: "/" },
    });
    expect(JSON.stringify(entered)).not.toContain("geheim");

    await field(page).fill("half a sen");
    await page.reload();
    await launcher(page).click();
    await seen(page, "bot", "Tuesday to Friday").waitFor();
    expect(await field(page).inputValue()).toBe("half a sen");
    const other = await open("/other");
    await launcher(other).click();
    await seen(other, "visitor", "What are your opening hours?").waitFor();
    await say(other, "How much is delivery within the country?");
    await seen(page, "visitor", "How much is delivery").waitFor();
    for (const tab of [page, other]) expect(await bubbles(tab, "visitor").count()).toBe(2);
    const visitors = await world.hub.db.query("SELECT 1 FROM conversation WHERE place = $1", [entered!.place]);
    expect([visitors.length, faults]).toEqual([1, []]);

    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect
      .poll(() => page.evaluate("document.activeElement.shadowRoot.activeElement.className"))
      .toBe("launcher");
  });

  test("what is written offline waits, says so, and arrives once; also after the page was left", async () => {
    const { page, context, open } = await visit("/");
    await launcher(page).click();
    await seen(page, "bot", "Hello, and welcome").waitFor();
    await context.setOffline(true);
    await say(page, "written in a tunnel");
    await say(page, "and another one");
    await page.locator(".pending .facts", { hasText: "Offline, will be sent" }).nth(1).waitFor();
    await page.getByText("You are offline.").waitFor();
    await page.close();
    await context.setOffline(false);
    const [one, two] = await Promise.all([open("/"), open("/next")]); // both find the same words waiting
    await launcher(one).click();
    await seen(one, "visitor", "and another one").waitFor();
    await expect.poll(() => one.locator(".pending").count()).toBe(0);
    await expect.poll(() => messages("and another one")).toBe(1);
    await launcher(two).click();
    await seen(two, "visitor", "and another one").waitFor();
    const said = (await bubbles(one, "visitor").allTextContents()).map((text) => text.trim());
    expect(said).toEqual(["written in a tunnel", "and another one"]);
    expect(await messages("written in a tunnel")).toBe(1);
  });

  test("files go with their progress, pictures are shown, what cannot go says why; buttons are pressed once", async () => {
    const { page, faults } = await visit("/");
    await launcher(page).click();
    const files = [
      { name: "tea pot.png", mimeType: "image/png", buffer: PICTURE },
      { name: "trick.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") },
      { name: "film.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(10 * 1024 * 1024 + 1) },
    ];
    await page.locator("input[type=file]").setInputFiles(files);
    await page.getByText("“trick.svg” cannot be sent.").waitFor();
    await page.getByText("“film.mp4” is larger than 10 MB.").waitFor();
    await page.locator("input[type=file]").setInputFiles([{ ...files[1]!, name: "page.txt", mimeType: "text/plain" }]);
    await page.locator(".chip.failed", { hasText: "page.txt" }).waitFor(); // judged by its bytes
    await page.getByRole("button", { name: "Remove page.txt" }).click();
    await expect.poll(() => page.locator("progress").count()).toBe(0);
    await say(page, "delivery gift");
    await page.locator(".visitor img").waitFor();
    await page.getByRole("button", { name: "Save tea pot.png" }).waitFor();

    await page.getByRole("button", { name: "Gift cards" }).click();
    await seen(page, "bot", "gift card").last().waitFor();
    expect(await page.locator(".option:enabled", { hasText: "Delivery costs" }).count()).toBe(0);
    expect(await page.locator(".message.pending").count()).toBe(0);
    await page.reload();
    await launcher(page).click();
    await page.locator(".option.chosen", { hasText: "Gift cards" }).waitFor();
    expect(
      (await events("pressed")).filter(({ payload }) => JSON.stringify(payload).includes("gift-cards")),
    ).toHaveLength(1);
    expect(faults.filter((fault) => !fault.includes("415"))).toEqual([]);
  });

  test("in Chinese, as a whole page from a QR code, and a person of ours answers", async () => {
    const { page, faults } = await visit(`${world.chatPage}?e=K7mQ2xVb9d`, {
      locale: "zh-CN",
      viewport: { width: 390, height: 780 },
    });
    expect(await page.evaluate("[document.title, document.documentElement.lang]")).toEqual(["在线咨询", "zh-Hans"]);
    await seen(page, "bot", "您好").waitFor();
    await say(page, "你们几点开门？");
    await seen(page, "bot", "周二至周五").waitFor();
    await page.getByRole("button", { name: "转人工客服" }).click();
    await bubbles(page, "bot")
      .nth(2)
      .filter({ hasText: /人工|同事/ })
      .waitFor();
    const [entered] = (await events("entered")).filter(({ payload }) => JSON.stringify(payload).includes("K7mQ2xVb9d"));
    const [{ id }] = (await world.hub.db.query<{ id: string }>("SELECT id FROM conversation WHERE place = $1", [
      entered!.place,
    ])) as [{ id: string }];
    await world.api.post(`/conversations/${id}/messages`, {
      parts: [{ type: "text", text: "我是小梅，马上为您处理。" }],
    });
    await seen(page, "agent", "我是小梅").waitFor();
    await page.getByText("客服", { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a closed chat counts what came, on its button and in the title", async () => {
    const { page } = await visit("/");
    await launcher(page).click();
    await say(page, "What are your opening hours?");
    await seen(page, "bot", "Tuesday to Friday").waitFor();
    await page.getByRole("button", { name: "Close chat" }).last().click();
    const { place } = (await events("message")).at(-1)!;
    const [row] = await world.hub.db.query<{ id: string }>("SELECT id FROM conversation WHERE place = $1", [place]);
    await world.api.post(`/conversations/${row!.id}/messages`, { parts: [{ type: "text", text: "One more thing." }] });
    await page.getByRole("button", { name: "Open chat (1 unread)" }).waitFor();
    expect(await page.title()).toBe("(1) Tea shop");
    await launcher(page).click();
    await seen(page, "agent", "One more thing.").waitFor();
    await expect.poll(() => page.title()).toBe("Tea shop");
    await expect.poll(async () => (await events("receipt")).some((receipt) => receipt.place === place)).toBe(true);
  });

  test("the website proves who its user is, and takes it back when they sign out", async () => {
    const { page } = await visit("/");
    await launcher(page).click();
    await say(page, "before I signed in");
    await seen(page, "visitor", "before I signed in").waitFor();
    const issuedAt = Math.floor(Date.now() / 1_000);
    const proof = signIdentity({ userId: "4711", name: "Ana", issuedAt, expiresAt: issuedAt + 600 }, IDENTITY_SECRET);
    const identify = (value: object) => page.evaluate<unknown>(`tributary("identify", ${JSON.stringify(value)})`);
    expect(await identify({ ...proof, userId: "1" })).toMatchObject({
      ok: false,
      reason: expect.stringContaining("signature"),
    });
    expect(await identify(proof)).toEqual({ ok: true });
    await seen(page, "visitor", "before I signed in").waitFor();
    await expect.poll(async () => (await events("message")).some(({ place }) => place === "user:4711")).toBe(true);
    await page.evaluate(`tributary("forget")`);
    await expect.poll(() => bubbles(page, "visitor").count()).toBe(0);
  });

  test("nothing that anybody writes runs, in any field that the hub shows", { timeout: 30_000 }, async () => {
    const tree = (text: string) => ({
      type: "root",
      children: [
        { type: "paragraph", children: [{ type: "link", url: text, children: [{ type: "text", value: text }] }] },
        { type: "html", value: text },
        { type: text, value: text, children: [{ type: "inlineCode", value: text }] },
        { type: "image", url: text, alt: text },
      ],
    });
    const corpus = HOSTILE.map((text, at) => ({
      ...{
        id: text,
        seq: at + 1,
        version: at + 1,
        from: at % 3 === 0 ? text : "agent",
        sentAt: text,
        replyTo: text,
        editedAt: text,
      },
      reactions: { [text]: text },
      parts: [
        ...[
          { type: "text", text },
          { type: "text", text, mdast: tree(text) },
          { type: text, text },
        ],
        { type: "choice", prompt: text, options: [{ id: text, label: text }] },
        { type: "card", title: text, text, url: text, image: text, options: [{ id: text, label: text }] },
        { type: "file", kind: text, ref: text, name: text, mimeType: text, size: text, alt: text },
        { type: "location", latitude: text, longitude: 1, title: text, address: text },
        { type: "contact", name: text, phone: text },
        { type: "template", text },
      ],
    }));
    expect(HOSTILE.length).toBeGreaterThanOrEqual(60);
    const { page } = await visit("/empty");
    await page.route("**/session", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), name: HOSTILE[6] } });
    });
    await page.route("**/messages?after=*", (route) =>
      route.fulfill({
        json: { conversation: "v", messages: corpus, next: corpus.length, more: false },
        headers: { "access-control-allow-origin": world.shop },
      }),
    );
    await page.goto(new URL("/hostile", world.shop).href);
    await launcher(page).click();
    await expect.poll(() => page.locator(".message").count()).toBe(HOSTILE.length);
    await page
      .locator("input[type=file]")
      .setInputFiles([{ name: `<img src=x onerror=window.ran=1>.png`, mimeType: "image/png", buffer: PICTURE }]);
    await page.locator(".chip bdi", { hasText: "onerror" }).waitFor();
    for (const at of [0, 5, 20, 58]) await page.locator(".message .option:enabled").nth(at).click();
    const facts = await page.evaluate<Record<string, unknown>>(`(() => {
      const root = document.querySelector("[data-side]").shadowRoot;
      const all = [...root.querySelectorAll("*")];
      return {
        ran: window.ran ?? 0,
        strange: all.filter((each) => /^(script|iframe|object|embed|style|link|form|math|meta|base|x)$/i.test(each.tagName) && each.className !== "composer").length,
        listeners: all.filter((each) => each.getAttributeNames().some((name) => name.startsWith("on"))).length,
        links: all.filter((each) => each.href && !/^(https?|mailto|tel):/.test(each.href)).length,
        unsafe: all.filter((each) => each.tagName === "A" && each.rel !== "noopener noreferrer nofollow ugc").length,
      };
    })()`);
    expect(facts).toEqual({ ran: 0, strange: 0, listeners: 0, links: 0, unsafe: 0 });
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious in %s", async (colorScheme) => {
    world.dress("/axe", 'data-color="#f59e0b" data-launcher="Ask us" data-privacy="https://shop.example/privacy"');
    const { page } = await visit("/axe", { colorScheme, reducedMotion: "reduce" });
    const check = async () => {
      await page.evaluate(`${axe.source};0`);
      const found = await page.evaluate<{ id: string; impact: string; nodes: unknown[] }[]>(
        `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, any }) => [html, any.map(({ message }) => message)]) })))`,
      );
      expect(found.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
    };
    await launcher(page).waitFor();
    await check();
    await launcher(page).click();
    await say(page, "delivery gift");
    await page.locator(".option").first().click();
    await page.locator(".option.chosen").waitFor();
    await say(page, "see https://shop.example/tea");
    await page.locator(".visitor a").waitFor();
    await page.locator("input[type=file]").setInputFiles([{ name: "a.png", mimeType: "image/png", buffer: PICTURE }]);
    await page.locator(".chip").waitFor();
    await check();
    await page.goto(world.chatPage);
    await field(page).waitFor();
    await check();
  });
});

test.runIf(chromiumPath() === undefined)(
  "SKIPPED: the chat was not tested in a browser, for no Chromium is installed",
  () => {
    console.warn("No Chromium was found: install it (apt-get install chromium) or name it in CHROMIUM.");
  },
);
