import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import web from "../../adapters/web/index.ts";
import telegram from "../../adapters/telegram/index.ts";
import type { OpenChannel } from "../../src/corridor/index.ts";
import { startApi } from "../support/api.ts";

/** A hub with a website chat called "site" and a Telegram channel called "tg". */
async function startPages(script: string | undefined = "run()") {
  const folder = mkdtempSync(path.join(tmpdir(), "tributary-widget-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "widget.js");
  if (script !== "") writeFileSync(file, script);
  const open = new Map<string, Pick<OpenChannel, "adapter">>([
    ["site", { adapter: web as OpenChannel["adapter"] }],
    ["tg", { adapter: telegram as OpenChannel["adapter"] }],
  ]);
  const { url } = await startApi({ parts: { widget: { file, channels: open } } });
  return (address: string, headers: Record<string, string> = {}) => fetch(url + address, { headers });
}

test("every website may load the script, keeps it for a while, and is told when it is the same", async () => {
  const get = await startPages();
  const first = await get("/widget.js");
  expect(await first.text()).toBe("run()");
  expect(Object.fromEntries(first.headers)).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": expect.stringContaining("max-age=300"),
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
  });
  const again = await get("/widget.js", { "if-none-match": first.headers.get("etag")! });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  expect((await get("/widget.js", { "if-none-match": '"another"' })).status).toBe(200);
  expect((await (await startPages(""))("/widget.js")).status).toBe(404); // not built
});

test.each([
  ["en-GB,en", "en", "needs JavaScript"],
  ["zh-CN,zh", "zh-Hans", "需要 JavaScript"],
])("the chat's own page speaks %s, and says what to do without a script", async (accepted, lang, words) => {
  const page = await (
    await startPages()
  )("/chat/site?e=K7mQ2xVb9c", { "accept-language": accepted, accept: "text/html" });
  const text = await page.text();
  expect([page.status, page.headers.get("vary")]).toEqual([200, "Accept-Language"]);
  expect(text).toContain(`<html lang="${lang}">`);
  expect(/<noscript>.*<\/noscript>/s.exec(text)?.[0]).toContain(words);
  expect([...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, inner]) => inner)).toEqual([""]);
  const policy = page.headers.get("content-security-policy");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toContain("unsafe");
});

test.each(["/chat/nobody", "/chat/tg", "/chat/%3Cscript%3E", "/chat/site%00"])(
  "%s is a friendly page that it is not open",
  async (address) => {
    const page = await (await startPages())(address, { "accept-language": "zh-CN" });
    const text = await page.text();
    expect(page.status).toBe(404);
    expect(text).toContain("此聊天未开放");
    expect(text).not.toContain("<script");
  },
);
