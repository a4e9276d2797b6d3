import { expect, test } from "vitest";
import type { FollowRequest, Offer } from "../../src/attribution/index.ts";
import { NotFound } from "../../src/contract/index.ts";
import type { Entrance } from "../../src/http/index.ts";
import { startApi } from "../support/api.ts";
import { noDatabase } from "../support/database.ts";
import { manualClock } from "../support/manual-clock.ts";

const TARGETS: Record<string, string> = {
  K7mQ2xVb9c: "https://t.me/shop_bot?start=K7mQ2xVb9c",
  relative: "//evil.example",
  backslash: "/\\evil.example",
  noSlashes: "https:evil.example",
  script: "javascript:alert(1)",
  data: "data:text/html,x",
  user: "https://shop.example@evil.example/",
  newline: "https://shop.example/\r\nSet-Cookie: a=b",
  chinese: "https://shop.example/海报?来=1",
};

const OFFER: Offer = {
  code: "several",
  channels: [
    { id: "1", name: "Sales <b>", adapter: "whatsapp" },
    { id: "2", name: "Service", adapter: "whatsapp" },
    { id: "3", name: "Shop", adapter: "wechat" },
    { id: "4", name: "Own chat", adapter: "house" },
  ],
  keyword: "A&B",
  phone: "+498912345678",
};

async function start(clock = manualClock()) {
  const asked: { code: string; request: FollowRequest }[] = [];
  const entrance: Entrance = {
    async follow(code, request) {
      asked.push({ code, request });
      if (code === "several") return { offer: OFFER };
      if (code === "archived" || code === "unreachable") return { page: code };
      const redirect = TARGETS[code];
      return redirect === undefined ? { page: "unknown" } : { redirect };
    },
    async qr(code, format) {
      if (!(code in TARGETS)) throw new NotFound("There is no such code.");
      return format === "svg" ? "<svg xmlns='http://www.w3.org/2000/svg'/>" : new Uint8Array([0x89, 0x50]);
    },
  };
  const { url } = await startApi({ clock, db: noDatabase(), parts: { entrance } });
  const open = (path: string, init: RequestInit = {}) => fetch(`${url}/e/${path}`, { redirect: "manual", ...init });
  return { open, asked, clock };
}

test.each(["GET", "HEAD"])("%s follows a code by 302, never cached", async (method) => {
  const { open, asked } = await start();
  const headers = {
    "User-Agent": "Phone",
    Referer: "https://a.example/",
    "Accept-Language": "zh",
    "X-Forwarded-For": "6.6.6.6",
    "Sec-Purpose": "prefetch",
  };
  const response = await open("K7mQ2xVb9c?target=https://evil.example", { method, headers });
  expect(response.status).toBe(302);
  expect(response.headers.get("location")).toBe(TARGETS.K7mQ2xVb9c);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(asked).toMatchObject([
    {
      code: "K7mQ2xVb9c",
      request: {
        method,
        ip: "127.0.0.1",
        userAgent: "Phone",
        referrer: "https://a.example/",
        purpose: "prefetch",
      },
    },
  ]);
});

test.each(["relative", "backslash", "noSlashes", "script", "data", "user"])(
  "leads nobody to a target that is %s",
  async (code) => {
    const { open } = await start();
    const response = await open(code);
    expect([response.status, response.headers.get("location")]).toEqual([503, null]);
  },
);

test("a target is one header, whatever is in it", async () => {
  const { open } = await start();
  const response = await open("newline");
  expect(response.headers.get("set-cookie")).toBeNull();
  expect(response.headers.get("location")).toBe("https://shop.example/Set-Cookie:%20a=b");
  expect((await open("chinese")).headers.get("location")).toBe("https://shop.example/%E6%B5%B7%E6%8A%A5?%E6%9D%A5=1");
});

test.each([
  { what: "an unknown code", code: "nothing-here", status: 404, english: "leads nowhere", chinese: "无法识别" },
  { what: "an archived code", code: "archived", status: 410, english: "no longer in use", chinese: "已停用" },
  {
    what: "a code whose platform is out of reach",
    code: "unreachable",
    status: 503,
    english: "right now",
    chinese: "暂时无法",
  },
  { what: "a long code", code: "x".repeat(65), status: 404, english: "leads nowhere", chinese: "无法识别" },
  { what: "a NUL", code: "%00", status: 404, english: "leads nowhere", chinese: "无法识别" },
  { what: "a path", code: "..%2f..%2fetc", status: 404, english: "leads nowhere", chinese: "无法识别" },
])("$what gets a friendly page, $status", async ({ code, status, english, chinese }) => {
  const { open } = await start();
  const response = await open(code);
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toContain("text/html");
  expect(await response.text()).toContain(english);
  expect(await (await open(code, { headers: { "Accept-Language": "zh-TW" } })).text()).toContain(chinese);
});

test.each([
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"],
  ["en-US,en;q=0.9,zh;q=0.8", "en"],
  ["fr-FR,zh;q=0.4", "zh-Hans"],
  ["de", "en"],
  ["zh;q=0", "en"],
])("a page for %j is in %s", async (liked, language) => {
  const { open } = await start();
  const page = await (await open("nothing-here", { headers: { "Accept-Language": liked } })).text();
  expect(page).toContain(`<html lang="${language}">`);
});

test("the QR code is a picture, SVG or PNG", async () => {
  const { open } = await start();
  const svg = await open("K7mQ2xVb9c.svg");
  expect(svg.headers.get("content-type")).toContain("image/svg+xml");
  expect(svg.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await svg.text()).toContain("<svg");
  const png = await open("K7mQ2xVb9c.png");
  expect(png.headers.get("content-type")).toBe("image/png");
  expect(new Uint8Array(await png.arrayBuffer())).toEqual(new Uint8Array([0x89, 0x50]));
  expect((await open("K7mQ2xVb9c.gif")).status).toBe(404);
  expect((await open("unknown.png")).status).toBe(404);
});

test("20 unknown codes a minute per address, known ones without limit", async () => {
  const { open, clock } = await start();
  for (let i = 0; i < 19; i++) expect((await open(`guess${i}`)).status).toBe(404);
  expect((await open("guess.svg")).status).toBe(404);
  const limited = await open("guess-more");
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "3"]);
  for (let i = 0; i < 50; i++) expect((await open("K7mQ2xVb9c")).status).toBe(302);
  clock.pass(60_000);
  expect((await open("guess-again")).status).toBe(404);
});

test("a code is not posted to", async () => {
  const { open } = await start();
  expect((await open("K7mQ2xVb9c", { method: "POST" })).status).toBe(404);
});

test("several ways are offered on a page in either language, without scripts, escaped", async () => {
  const { open, asked } = await start();
  const response = await open("several");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const page = await response.text();
  for (const words of [
    '<a href="/e/several?c=1&amp;via=page">WhatsApp · Sales &lt;b&gt;</a>',
    '<a href="/e/several?c=3&amp;via=page">WeChat</a>',
    '<a href="/e/several?c=4&amp;via=page">Own chat</a>',
    '<a href="tel:+498912345678">Call +498912345678</a>',
    "<strong>A&amp;B</strong>",
    "How would you like to reach us?",
  ])
    expect(page).toContain(words);
  expect(page).not.toContain("<script");
  const chinese = await (await open("several", { headers: { "Accept-Language": "zh" } })).text();
  for (const words of ["微信", "致电 +498912345678", "发送口令"]) expect(chinese).toContain(words);
  await open("K7mQ2xVb9c?c=telegram&via=page");
  expect(asked.at(-1)?.request).toMatchObject({ channel: "telegram", isOnward: true });
  await open("K7mQ2xVb9c?c=a&c=b&via=other");
  expect(asked.at(-1)?.request).not.toHaveProperty("isOnward");
});
