import { createConnection } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { createBrowser } from "../support/browser.ts";
import { addPerson, PASSWORD, signedIn, startStaff } from "../support/staff.ts";

const DAY = 86_400_000;

/** Asks who one is with just these header lines; what came back as status. */
async function raw(port: number, lines: string): Promise<string | undefined> {
  const socket = createConnection(port, "127.0.0.1");
  socket.write(`GET /api/v1/me HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n${lines}\r\n\r\n`);
  return (await text(socket)).split(" ")[1];
}
const ANA = "agent@shop.example";

test("e-mail and password open a session in a cookie, which is who one is", async () => {
  const { api, db } = await startStaff();
  await addPerson(api, "agent");
  const browser = createBrowser(api);
  const response = await browser.signIn("  Agent@Shop.Example ", PASSWORD);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    me: { name: "the agent", role: "agent", email: ANA, hasPassword: true },
  });
  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^tributary=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  expect(await browser.call("GET", "/me")).toMatchObject({ name: "the agent", role: "agent" });

  const secret = browser.cookies.get("tributary")!;
  for (const table of ["session", "audit", "staff", "credential"])
    expect(JSON.stringify(await db.query(`SELECT * FROM ${table}`)), table).not.toContain(secret);
});

test("over https the cookies are the host's alone, and secure", async () => {
  const { api } = await startStaff({ publicUrl: "https://hub.example/" });
  await addPerson(api, "agent");
  const browser = createBrowser(api, "https://hub.example");
  const response = await browser.signIn(ANA, PASSWORD);
  const [session, mark] = response.headers.getSetCookie();
  expect(session).toMatch(/^__Host-tributary=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
  expect(mark).toMatch(/^__Host-tributary-browser=[^;]+; .*HttpOnly; Secure; SameSite=Lax$/);
  expect((await browser.ask("GET", "/me")).status).toBe(200);
  browser.cookies.set("tributary", browser.cookies.get("__Host-tributary")!);
  browser.cookies.delete("__Host-tributary");
  expect((await browser.ask("GET", "/me")).status).toBe(401); // a name that a sister host could set
});

test("whatever is wrong, the answer is the same", async () => {
  const { api, db } = await startStaff();
  const id = await addPerson(api, "agent");
  await addPerson(api, "viewer");
  await db.prisma.credential.update({ where: { staffId: id }, data: { passwordHash: null } });
  const left = await addPerson(api, "marketer");
  await db.prisma.staff.update({ where: { id: left }, data: { endedAt: new Date() } });
  const answers = new Set<string>();
  for (const [email, password] of [
    ["nobody@shop.example", PASSWORD],
    ["viewer@shop.example", "wrong"],
    [ANA, PASSWORD],
    ["marketer@shop.example", PASSWORD],
    ["", "x"],
    ["viewer@shop.example' OR ''='", "x"],
  ] as const) {
    const response = await createBrowser(api).signIn(email, password);
    const { requestId: _, ...problem } = (await response.json()) as { requestId: string };
    answers.add(JSON.stringify([response.status, problem, response.headers.getSetCookie()]));
  }
  expect([...answers]).toHaveLength(1);
  expect([...answers][0]).toContain("401");
});

test("a session made up or found beforehand is never taken over: each sign-in has its own", async () => {
  const { api, db } = await startStaff();
  await addPerson(api, "agent");
  const browser = createBrowser(api);
  browser.cookies.set("tributary", "x".repeat(43));
  expect((await browser.ask("GET", "/me")).status).toBe(401);
  await browser.signIn(ANA, PASSWORD);
  const first = browser.cookies.get("tributary")!;
  expect(first).not.toBe("x".repeat(43));
  await browser.signIn(ANA, PASSWORD);
  expect(browser.cookies.get("tributary")).not.toBe(first);
  expect(await db.prisma.session.count({ where: { endedAt: null } })).toBe(1); // the browser's first one has ended
  const thief = createBrowser(api);
  thief.cookies.set("tributary", first);
  expect((await thief.ask("GET", "/me")).status).toBe(401);
});

test("signing out ends the session itself, not only the cookie", async () => {
  const { api } = await startStaff();
  const browser = await signedIn(api, "agent");
  const copy = createBrowser(api);
  copy.cookies.set("tributary", browser.cookies.get("tributary")!);
  expect((await copy.ask("GET", "/me")).status).toBe(200);
  expect((await browser.ask("DELETE", "/session")).status).toBe(200);
  expect(browser.cookies.has("tributary")).toBe(false);
  expect((await copy.ask("GET", "/me")).status).toBe(401);
});

test("a session ends after four idle days, and after thirty however busy", async () => {
  const { api, clock } = await startStaff();
  const browser = await signedIn(api, "agent");
  for (let day = 0; day < 27; day += 3) {
    clock.pass(3 * DAY);
    expect((await browser.ask("GET", "/me")).status).toBe(200);
  }
  clock.pass(3 * DAY);
  expect((await browser.ask("GET", "/me")).status).toBe(401);

  await browser.signIn(ANA, PASSWORD);
  clock.pass(4 * DAY);
  expect((await browser.ask("GET", "/me")).status).toBe(401);
});

const foreign: [string, Record<string, string>][] = [
  ["another website's page", { origin: "https://evil.example" }],
  ["a page whose origin is hidden", { origin: "null" }],
  ["a sister host", { origin: "http://evil.hub.example" }],
  ["a look-alike", { origin: "http://hub.example.evil.example" }],
  ["the same host over another scheme", { origin: "https://hub.example" }],
  ["the same host on another port", { origin: "http://hub.example:81" }],
  ["what the browser calls another site", { "sec-fetch-site": "cross-site" }],
  ["what the browser calls a sister site", { "sec-fetch-site": "same-site" }],
  ["no header of ours", { "x-tributary": "" }],
];

test.each(foreign)("what changes something is refused from %s", async (_what, headers) => {
  const { api, db } = await startStaff();
  const browser = await signedIn(api, "owner");
  expect((await browser.ask("POST", "/invitations", { email: "eve@x.example", role: "owner" }, headers)).status).toBe(
    403,
  );
  expect((await browser.ask("PATCH", "/me", { name: "Eve" }, headers)).status).toBe(403);
  expect((await browser.ask("DELETE", "/session", undefined, headers)).status).toBe(403);
  expect((await browser.ask("POST", "/session", { email: ANA, password: PASSWORD }, headers)).status).toBe(403);
  expect(await db.prisma.staffLink.count()).toBe(0);
  expect((await browser.ask("GET", "/me")).status).toBe(200);
});

test("who says nothing of where it comes from changes nothing by cookie; a token needs none of it", async () => {
  const { api } = await startStaff();
  const browser = await signedIn(api, "owner");
  const cookie = `tributary=${browser.cookies.get("tributary")}`;
  const headers = { cookie, "x-tributary": "console", "content-type": "application/json" };
  const body = JSON.stringify({ email: "eve@x.example", role: "agent" });
  expect((await fetch(`${api.url}/api/v1/invitations`, { method: "POST", headers, body })).status).toBe(403);
  const json = { email: "ben@x.example", role: "agent" };
  expect((await api.ask(await api.tokenFor("owner"), "POST", "/invitations", json)).status).toBe(201);
});

test("a page of ours with a hidden origin is believed by the browser's own word", async () => {
  const { api } = await startStaff();
  const browser = await signedIn(api, "owner");
  const headers = { origin: "null", "sec-fetch-site": "same-origin" };
  expect((await browser.ask("PATCH", "/me", { language: "zh" }, headers)).status).toBe(200);
  const elsewhere = { origin: `http://127.0.0.1:${api.port}` }; // the address that the browser itself asked
  expect((await browser.ask("PATCH", "/me", { language: "en" }, elsewhere)).status).toBe(200);
});

test("other sites' pages may not even look, except by a link that somebody follows", async () => {
  const { api } = await startStaff();
  const browser = await signedIn(api, "owner");
  const status = async (mode: string) => {
    const cookie = `Cookie: tributary=${browser.cookies.get("tributary")}`;
    return raw(api.port, `${cookie}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: ${mode}`);
  };
  expect([await status("no-cors"), await status("cors"), await status("navigate")]).toEqual(["403", "403", "200"]);
});

test("a request never has two askers: the header goes before the cookie, and a bad one is no way to it", async () => {
  const { api } = await startStaff();
  const browser = await signedIn(api, "owner");
  const token = await api.tokenFor("viewer");
  const asked = await browser.ask("GET", "/me", undefined, { authorization: `Bearer ${token}` });
  expect(await asked.json()).toMatchObject({ role: "viewer", sessionId: null });
  for (const authorization of ["Bearer nonsense", "Basic YTpi", " "])
    expect((await browser.ask("GET", "/me", undefined, { authorization })).status).toBe(401);
});

test("a cookie that comes twice, or a header smuggled in, is nobody's", async () => {
  const { api } = await startStaff();
  const browser = await signedIn(api, "agent");
  const good = `tributary=${browser.cookies.get("tributary")}`;
  const ask = (lines: string) => raw(api.port, lines);
  expect(await ask(`Cookie: ${good}`)).toBe("200");
  expect(await ask(`Cookie: ${good}; tributary=${"x".repeat(43)}`)).toBe("401");
  expect(await ask(`Cookie: ${good}\r\nCookie: tributary=${"x".repeat(43)}`)).toBe("401");
  expect(await ask(`Cookie: x${good}`)).toBe("401");
  expect(await ask(`X-Cookie: ${good}`)).toBe("401");
  expect(await ask(`Cookie: a=b\r\n ${good}`)).toBe("400"); // a folded line
  expect(await ask(`X-Forwarded-User: agent\r\nX-Tributary: console`)).toBe("401");
});

test("one sees where one is signed in, and ends it there", async () => {
  const { api } = await startStaff();
  const here = await signedIn(api, "agent");
  const there = createBrowser(api);
  await there.ask("POST", "/session", { email: ANA, password: PASSWORD }, { "user-agent": "Phone\u00e9" });
  const { items } = await here.call<{ items: { id: string; current: boolean; agent: string }[] }>(
    "GET",
    "/me/sessions",
  );
  expect(items.map(({ current }) => current).sort()).toEqual([false, true]);
  const phone = items.find(({ current }) => !current)!;
  expect(phone.agent).toBe("Phone");
  const stranger = await signedIn(api, "viewer");
  expect((await stranger.ask("DELETE", `/me/sessions/${phone.id}`)).status).toBe(404);
  expect((await there.ask("GET", "/me")).status).toBe(200);
  expect((await here.ask("DELETE", `/me/sessions/${phone.id}`)).status).toBe(200);
  expect((await there.ask("GET", "/me")).status).toBe(401);
  await there.signIn(ANA, PASSWORD);
  expect(await here.call("DELETE", "/me/sessions")).toEqual({ ended: 1 });
  expect([(await there.ask("GET", "/me")).status, (await here.ask("GET", "/me")).status]).toEqual([401, 200]);
});

test("owners and admins sign others out, an admin no owner", async () => {
  const { api } = await startStaff();
  const [owner, admin, agent] = [
    await signedIn(api, "owner"),
    await signedIn(api, "admin"),
    await signedIn(api, "agent"),
  ];
  expect((await admin.ask("GET", `/staff/${owner.staffId}/sessions`)).status).toBe(403);
  expect((await admin.ask("DELETE", `/staff/${owner.staffId}/sessions`)).status).toBe(403);
  const { items } = await admin.call<{ items: { id: string }[] }>("GET", `/staff/${agent.staffId}/sessions`);
  expect((await admin.ask("DELETE", `/staff/${agent.staffId}/sessions/${items[0]!.id}`)).status).toBe(200);
  expect((await agent.ask("GET", "/me")).status).toBe(401);
  expect(await owner.call("DELETE", `/staff/${admin.staffId}/sessions`)).toEqual({ ended: 1 });
  expect((await admin.ask("GET", "/me")).status).toBe(401);
});

test("what changed is heard by cookie, until the session ends", async () => {
  const { api } = await startStaff();
  const browser = await signedIn(api, "agent");
  const response = await browser.ask("GET", "/live");
  expect(response.status).toBe(200);
  let heard = "";
  let ended = false;
  void (async () => {
    for await (const chunk of response.body!) heard += Buffer.from(chunk as Uint8Array).toString();
    ended = true;
  })();
  await vi.waitFor(() => expect(heard).toContain("ready"));
  api.change({ topic: "conversation", id: "c1" });
  await vi.waitFor(() => expect(heard).toContain('"c1"'));
  await browser.ask("DELETE", "/session");
  await vi.waitFor(() => expect(ended).toBe(true), { timeout: 5_000 });
  expect((await createBrowser(api).ask("GET", "/live")).status).toBe(401);
});

test("guesses at an account wait longer and longer; its owner gets in at once where they were before", async () => {
  const { api, clock, staff } = await startStaff();
  await addPerson(api, "agent");
  const known = createBrowser(api);
  await known.signIn(ANA, PASSWORD);
  await known.ask("DELETE", "/session");

  const guesser = createBrowser(api);
  for (let i = 0; i < 5; i++) expect((await guesser.signIn(ANA, `guess ${i}`)).status).toBe(401);
  const limited = await guesser.signIn(ANA, PASSWORD);
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
  expect((await known.signIn(ANA, PASSWORD)).status).toBe(200); // its count is its own
  expect((await guesser.signIn(ANA, PASSWORD)).status).toBe(429); // and was not forgiven by that
  const forged = createBrowser(api);
  forged.cookies.set("tributary-browser", `${"x".repeat(22)}.${"y".repeat(43)}`);
  expect((await forged.signIn(ANA, PASSWORD)).status).toBe(429);
  clock.pass(1_000);
  expect((await createBrowser(api).signIn(ANA, PASSWORD)).status).toBe(200);

  for (let i = 0; i < 5; i++) expect((await createBrowser(api).signIn("nobody@x.example", "x")).status).toBe(401);
  expect((await createBrowser(api).signIn("nobody@x.example", "x")).status).toBe(429); // an unknown one waits as well
  const noted = await api.db.prisma.audit.findMany({ where: { action: "sign-in.failed" } });
  expect(noted.map(({ subject }) => subject.slice(0, 6))).toEqual(["staff:", "staff:"]);
  expect((await staff.audit.verify()).ok).toBe(true);
});

test("one address trying many accounts waits, too", async () => {
  const { api, clock } = await startStaff({ parts: { trustProxy: 1 } });
  await addPerson(api, "agent");
  const from = (address: string) => ({ "x-forwarded-for": address });
  const guess = (i: number, address: string) =>
    createBrowser(api).ask("POST", "/session", { email: `a${i}@x.example`, password: "x" }, from(address));
  const statuses: number[] = [];
  for (let i = 0; i < 42; i++) statuses.push((await guess(i, `2001:db8::${i.toString(16)}`)).status);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0); // a /64 is one customer
  expect((await guess(99, "203.0.113.7")).status).toBe(401);
  clock.pass(3_600_001);
  expect((await guess(98, "2001:db8::1")).status).toBe(401);
});

test("what the hub offers is known before one signs in", async () => {
  const { api } = await startStaff();
  const ways = async () => (await createBrowser(api).ask("GET", "/session")).json();
  expect(await ways()).toEqual({ claimed: false, provider: null });
  await addPerson(api, "owner");
  expect(await ways()).toEqual({ claimed: true, provider: null });
});

test("an answer that was sent twice is done once, even by another session of the same person", async () => {
  const { api, db } = await startStaff();
  const browser = await signedIn(api, "owner");
  const key = { "idempotency-key": "k" };
  const body = { email: "ben@x.example", role: "agent" };
  expect((await browser.ask("POST", "/invitations", body, key)).status).toBe(201);
  await browser.signIn("owner@shop.example", PASSWORD);
  expect((await browser.ask("POST", "/invitations", body, key)).status).toBe(409); // a secret is shown once
  expect(await db.prisma.staffLink.count()).toBe(1);
});
