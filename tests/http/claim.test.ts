import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createBrowser } from "../support/browser.ts";
import { startApi, type Api } from "../support/api.ts";
import { freshDatabase } from "../support/database.ts";
import { manualClock } from "../support/manual-clock.ts";

async function start() {
  const db = await freshDatabase();
  const clock = manualClock();
  const api = await startApi({ db, clock, withStaff: true });
  const newLink = async () => `${api.url}${new URL((await api.claims.issue())!.url).pathname}`;
  return { api, db, clock, newLink };
}

function post(link: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(link, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" });
}

const ana = { name: "Ana", email: "ana@shop.example", password: "four quiet green boats" };
const zh = { "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5" };

test("the page asks for a name and an address, without a script, in two languages", async () => {
  const { newLink } = await start();
  const link = await newLink();
  const english = await fetch(link);
  const page = await english.text();
  expect(english.status).toBe(200);
  expect(page).toContain('<html lang="en">');
  expect(page).toContain("Make this hub yours");
  expect(page).not.toMatch(/<script|javascript:| on\w+=/i);
  const policy = english.headers.get("content-security-policy") ?? "";
  const style = /<style>([\s\S]*)<\/style>/.exec(page)![1]!;
  expect(policy).toContain(`style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`);
  expect(policy).toContain("default-src 'none'");
  expect(english.headers.get("referrer-policy")).toBe("same-origin");
  expect(english.headers.get("cache-control")).toBe("no-store");

  const chinese = await (await fetch(link, { headers: zh })).text();
  expect(chinese).toContain('<html lang="zh-Hans">');
  expect(chinese).toContain("认领此服务");
});

test("the form makes the owner, who is signed in at once, and can come back; it works once", async () => {
  const { api, newLink, db } = await start();
  const [link, another] = [await newLink(), await newLink()];
  const browser = createBrowser(api);
  const response = await browser.submit(new URL(link).pathname, ana);
  expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
  expect(await browser.call("GET", "/me")).toMatchObject({ name: "Ana", role: "owner", hasPassword: true });
  expect(await browser.call("GET", "/staff")).toMatchObject({ items: [{ name: "Ana", email: ana.email }], next: null });
  expect((await createBrowser(api).signIn(ana.email, ana.password)).status).toBe(200);

  for (const used of [link, another]) {
    expect((await fetch(used)).status).toBe(409);
    const second = await post(used, { ...ana, name: "Eve", email: "eve@x.example" });
    expect(second.status).toBe(409);
    expect(await second.text()).toContain("has an owner already");
  }
  expect(await db.prisma.staff.count()).toBe(1);
});

test("another website's page cannot send the form", async () => {
  const { newLink, db } = await start();
  const link = await newLink();
  const foreign: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
  ];
  for (const headers of foreign) expect((await post(link, ana, headers)).status).toBe(403);
  expect(await db.prisma.staff.count()).toBe(0);
  expect((await post(link, ana, { origin: "http://hub.example" })).status).toBe(303);
});

test("a weak password comes back in words, and is not in the page", async () => {
  const { newLink, db } = await start();
  const link = await newLink();
  for (const [password, words] of [
    ["", "at least 12 characters"],
    ["password1234", "first that are tried"],
    ["ana@shop.example", "name or address"],
  ] as const) {
    const response = await post(link, { ...ana, password });
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(page).toContain(words);
    expect(page).toContain('value="Ana"');
    expect(page).not.toMatch(/type="password"[^>]*value=/);
  }
  expect(await (await post(link, { ...ana, password: "short" }, zh)).text()).toContain("密码至少需要 12 个字符");
  expect(await db.prisma.staff.count()).toBe(0);
});

test("two at the same moment make one owner", async () => {
  const { newLink, db } = await start();
  const [one, two] = [await newLink(), await newLink()];
  const statuses = (
    await Promise.all([post(one, ana), post(two, { ...ana, name: "Eve", email: "eve@x.example" })])
  ).map(({ status }) => status);
  expect(statuses.sort()).toEqual([303, 409]);
  expect(await db.prisma.staff.count({ where: { role: "owner" } })).toBe(1);
});

test("says what to do when the link expired or was never one", async () => {
  const { api, clock, newLink } = await start();
  const link = await newLink();
  clock.pass(15 * 60_000);
  for (const response of [await fetch(link), await post(link, ana)]) {
    expect(response.status).toBe(410);
    expect(await response.text()).toContain("start the hub again");
  }
  expect((await fetch(`${api.url}/claim/${"x".repeat(43)}`)).status).toBe(404);
  const chinese = await (await fetch(`${api.url}/claim/x`, { headers: zh })).text();
  expect(chinese).toContain("请重新启动服务");
});

test("a wrong form comes back with what was typed, escaped", async () => {
  const { newLink, db } = await start();
  const response = await post(await newLink(), { ...ana, name: `"><script>alert(1)</script>`, email: "no address" });
  expect(response.status).toBe(422);
  const page = await response.text();
  expect(page).toContain("valid e-mail address");
  expect(page).toContain("&quot;&gt;&lt;script&gt;");
  expect(page).not.toContain("<script");
  expect(await db.prisma.staff.count()).toBe(0);
});

test.each([
  ["JSON", { "Content-Type": "application/json" }, JSON.stringify(ana), 422],
  ["nothing", {}, "", 422],
  ["doubled fields", { "Content-Type": "application/x-www-form-urlencoded" }, "name=a&name=b&email=c@d.example", 422],
  ["too much", { "Content-Type": "application/x-www-form-urlencoded" }, `name=${"x".repeat(20_000)}`, 413],
])("a form of %s makes nobody an owner", async (_what, headers, body, status) => {
  const { newLink, db } = await start();
  const response = await fetch(await newLink(), { method: "POST", headers: headers as Record<string, string>, body });
  expect(response.status).toBe(status);
  expect(await db.prisma.staff.count()).toBe(0);
});

test("after 20 tries an address waits, before anything is looked up", async () => {
  const { api, clock, newLink } = await start();
  const guess = (i: number) => fetch(`${api.url}/claim/guess-${i}`);
  for (let i = 0; i < 20; i++) expect((await guess(i)).status).toBe(404);
  const limited = await guess(20);
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "3"]);
  const link = await newLink();
  expect((await fetch(link)).status).toBe(429);
  clock.pass(3_000);
  expect((await fetch(link)).status).toBe(200);
});

test("an address that somebody of ours has is said to be taken", async () => {
  const { newLink, db } = await start();
  await db.prisma.staff.create({ data: { id: crypto.randomUUID(), name: "Ben", email: ana.email, role: "agent" } });
  const response = await post(await newLink(), ana, zh);
  expect(response.status).toBe(409);
  expect(await response.text()).toContain("此电子邮箱已被使用");
});

test("neither the link nor the password nor the cookie reaches the log", async () => {
  const lines: unknown[] = [];
  const write = (fields: object, message: string) => void lines.push({ ...fields, message });
  const api: Api = await startApi({ parts: { log: { debug: write, info: write, warn: write, error: write } } });
  const path = new URL((await api.claims.issue())!.url).pathname;
  const browser = createBrowser(api);
  await browser.submit(path, ana);
  const cookie = browser.cookies.get("tributary")!;
  expect(lines).not.toHaveLength(0);
  for (const secret of [path.slice(7), ana.password, cookie, "Ana", "ana@"])
    expect(JSON.stringify(lines)).not.toContain(secret);
});
