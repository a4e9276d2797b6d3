import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject, onTestFinished, test } from "vitest";
import { createTelegramEmulator } from "../../adapters/telegram/emulator.ts";
import { openBrowser } from "../support/chromium.ts";
import { freshConnection } from "../support/database.ts";
import { socketUrl, startHubProcess } from "../support/hub-process.ts";

test("look", { timeout: 240_000 }, async () => {
  const connection = await freshConnection();
  const telegram = await createTelegramEmulator({ username: "lantern_bot" });
  const hub = await startHubProcess({
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the story", TRIBUTARY_DATA_DIR: await mkdtemp(path.join(tmpdir(), "look-")),
    ALLOW_PRIVATE_ADDRESSES: "true", PORT: "0",
  });
  onTestFinished(async () => { hub.kill("SIGTERM"); await hub.ended; await telegram.close(); });
  const browser = await openBrowser();
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.on("pageerror", (e) => console.log("PAGEERROR", e.message));
  page.on("console", (m) => m.type() === "error" && console.log("CONSOLE", m.text().slice(0, 300)));
  page.setDefaultTimeout(15_000);
  await page.goto(hub.claimUrl!);
  await page.getByLabel("Your name").fill("Mei Lin");
  await page.getByLabel("Your e-mail address").fill("mei@lantern.example");
  await page.getByLabel(/^A password/).fill("seven lanterns over the river");
  await page.getByRole("button", { name: "Become the owner" }).click();
  await page.getByRole("navigation", { name: "Rooms" }).waitFor();
  const call = async (method: string, p: string, data?: unknown) => {
    const r = await page.request.fetch(new URL(`api/v1${p}`, hub.url).href, { method, ...(data !== undefined && { data }), headers: { origin: new URL(hub.url).origin, "x-tributary": "console" } });
    const text = await r.text();
    if (!r.ok()) console.log(method, p, r.status(), text.slice(0, 300));
    return JSON.parse(text || "{}") as any;
  };
  await call("POST", "/channels", { adapter: "telegram", name: "Lantern Tea", settings: { token: telegram.token, username: telegram.username, apiRoot: telegram.apiRoot } });
  await call("POST", "/articles", { slug: "opening-hours", texts: { en: { title: "Opening hours", answer: "Every day from 10 to 20 o'clock." } }, phrasings: { en: ["Are you open today?", "When do you open?"], zh: [] } });
  await call("POST", "/articles", { slug: "delivery", texts: { en: { title: "Delivery", answer: "Two days." } }, phrasings: { en: ["How long does delivery take?"], zh: [] } });
  await call("POST", "/voice/topics", { name: "Delivery", keywords: ["parcel", "delivery", "arrived", "快递"] });
  await call("POST", "/voice/opportunity-rules", { name: "Wedding", trigger: "keywords", keywords: ["wedding", "婚礼"], offer: { en: "We have a wedding set for 49 euros.", zh: "我们有婚礼礼盒。" } });
  await call("POST", "/voice/surveys", { name: "After a talk", kind: "csat", trigger: "resolved" });
  await page.waitForTimeout(3000);
  const people: [number, string, string[]][] = [
    [77, "Ana", ["Are you open today?", "The lamp arrived broken and nobody answers my mails!! I want a refund.", "It would be great if you offered evening delivery."]],
    [78, "王芳", ["你们太差劲了！等了两个小时都没人理，必须退款！", "茶非常好喝，谢谢！"]],
    [79, "Ben", ["Your oolong is wonderful, thank you!", "How much is a set for a wedding with 40 guests? I would like to order."]],
    [80, "Cleo", ["When does the moon open?", "Could you add a gift wrap option please?"]],
  ];
  for (const [id, name, texts] of people) {
    const p = telegram.person(id, name, { language: "en" });
    for (const text of texts) { p.says(text); await page.waitForTimeout(900); }
  }
  await page.waitForTimeout(4000);
  const shot = async (name: string, p: string, wait = 1500) => {
    await page.goto(new URL(p, hub.url).href); await page.waitForTimeout(wait);
    await page.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: true });
  };
  const fb = await call("GET", "/voice/feedback"); console.log("feedback", fb.items.length);
  const cases = await call("GET", "/voice/cases"); console.log("cases", cases.items.length);
  const ans = await call("GET", "/answers"); console.log(JSON.stringify(ans.items.map((a: any) => [a.outcome, a.seq, a.verdict, a.question.slice(0, 30)])));
  await shot("overview", "/voice");
  await shot("overview-theme", "/voice?by=theme");
  await shot("messages", "/voice?tab=messages");
  await page.getByRole("button", { name: "It is not: Complaint" }).first().click().catch(() => console.log("no complaint chip"));
  await page.waitForTimeout(1200); await page.screenshot({ path: "/tmp/shots/messages2.png" });
  await page.getByRole("button", { name: "Take it back" }).click().catch((e) => console.log("no undo", e.message));
  await page.waitForTimeout(1200); await page.screenshot({ path: "/tmp/shots/messages3.png" });
  await shot("cases", "/voice?tab=cases");
  await shot("case", `/voice?tab=cases&case=${cases.items[0].id}`);
  await page.getByLabel("What the customer is told").fill("A new lamp is on its way.");
  await page.getByRole("button", { name: "Tell the customer and close the case" }).click();
  await page.waitForTimeout(1500); await page.screenshot({ path: "/tmp/shots/case2.png" });
  await shot("wishes", "/voice?tab=wishes");
  await page.getByRole("combobox", { name: "State" }).nth(1).click(); await page.getByRole("option", { name: "Adopted" }).last().click();
  await page.waitForTimeout(400); await page.screenshot({ path: "/tmp/shots/wishes2.png" });
  await shot("buying", "/voice?tab=wishes&kind=buying");
  await shot("chances", "/voice?tab=chances");
  await page.getByRole("button", { name: "Wedding" }).first().click(); await page.waitForTimeout(500); await page.screenshot({ path: "/tmp/shots/rule.png" });
  await shot("surveys", "/voice?tab=surveys");
  await shot("settings", "/voice?tab=settings");
  const convs = await call("GET", "/conversations");
  const ana = convs.items.find((c: any) => c.contact?.name === "Ana"), cleo = convs.items.find((c: any) => c.contact?.name === "Cleo");
  await shot("inbox", `/inbox/${ana.id}`, 2500);
  const b = page.getByRole("button", { name: /Why the bot/ });
  console.log("evidence buttons", await b.count());
  await b.first().click(); await page.waitForTimeout(500); await page.screenshot({ path: "/tmp/shots/inbox-ev.png" });
  await page.getByRole("button", { name: "That was right" }).first().click(); await page.waitForTimeout(1500);
  await page.getByRole("button", { name: "Record an order" }).click(); await page.waitForTimeout(800);
  await page.getByLabel("Amount").fill("25.5"); await page.screenshot({ path: "/tmp/shots/inbox-order.png" });
  await page.getByRole("button", { name: "Record it" }).click(); await page.waitForTimeout(1500);
  await page.getByRole("button", { name: "Link another account" }).click(); await page.waitForTimeout(600);
  await page.getByLabel("Who is the same person?").fill("Ben"); await page.waitForTimeout(900);
  await page.getByRole("button", { name: /Ben/ }).last().click(); await page.getByLabel("How do we know?").fill("She told us"); await page.waitForTimeout(500);
  await page.getByRole("button", { name: /^Link .* on/ }).click(); await page.waitForTimeout(1500);
  await page.screenshot({ path: "/tmp/shots/inbox-linked.png" });
  await page.getByRole("button", { name: "Un-link" }).click(); await page.waitForTimeout(1200);
  await page.screenshot({ path: "/tmp/shots/inbox-unlinked.png" });
  await shot("inbox-cleo", `/inbox/${cleo.id}`, 2000);
  for (const [i, x] of (await b.all()).entries()) { await x.click(); void i; }
  await page.waitForTimeout(500); await page.screenshot({ path: "/tmp/shots/inbox-cleo.png" });
  await page.evaluate(() => { localStorage.setItem("tributary.language", "zh"); localStorage.setItem("mantine-color-scheme-value", "dark"); });
  await shot("zh-overview", "/voice"); await shot("zh-messages", "/voice?tab=messages"); await shot("zh-cases", "/voice?tab=cases"); await shot("zh-surveys", "/voice?tab=surveys"); await shot("zh-settings", "/voice?tab=settings"); await shot("zh-chances", "/voice?tab=chances");
  await shot("zh-inbox", `/inbox/${ana.id}`, 2000);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const tab of ["overview", "messages", "cases", "wishes", "chances", "surveys", "settings"]) {
    await shot(`phone-${tab}`, `/voice?tab=${tab}`);
    console.log(tab, await page.evaluate(() => [document.documentElement.scrollWidth, ...[...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > 392 && getComputedStyle(e.parentElement!).overflowX === "visible").slice(0, 3).map((e) => e.className)]));
  }
  await shot("phone-inbox", `/inbox/${ana.id}`, 2000);
});
