import { expect, test } from "vitest";
import { ROLES, type Role } from "../../src/contract/index.ts";
import { createBrowser } from "../support/browser.ts";
import { addPerson, appCode, PASSWORD, signedIn, startStaff } from "../support/staff.ts";

const NEXT = "seven loud red trains";
const HOUR = 3_600_000;
const path = (url: string) => new URL(url).pathname;

async function invited(role: Role = "agent", email = "ben@shop.example") {
  const world = await startStaff();
  const owner = await signedIn(world.api, "owner");
  const made = await owner.call<{ id: string; url: string }>("POST", "/invitations", { email, role });
  return { ...world, owner, ...made, link: path(made.url) };
}

test("an invitation is shown once, and makes one person with the role it says", async () => {
  const { api, db, owner, url, link } = await invited("marketer", "Ben@Shop.Example");
  expect(url).toMatch(/^http:\/\/hub\.example\/invitation\/[\w-]{43}$/);
  const { items } = await owner.call<{ items: object[] }>("GET", "/invitations");
  expect(items).toMatchObject([{ email: "ben@shop.example", role: "marketer" }]);
  expect(JSON.stringify(items)).not.toContain(link.slice(-43));
  expect(JSON.stringify(await db.query("SELECT * FROM staff_link"))).not.toContain(link.slice(-43));

  const ben = createBrowser(api);
  const page = await (await ben.visit(link, { "accept-language": "zh" })).text();
  expect(page).toContain("您已受邀加入");
  expect(page).toContain('value="ben@shop.example"');
  expect(page).not.toMatch(/<script/i);
  const joined = await ben.submit(link, { name: "Ben", password: NEXT, email: "eve@x.example", role: "owner" });
  expect([joined.status, joined.headers.get("location")]).toEqual([303, "/"]);
  expect(await ben.call("GET", "/me")).toMatchObject({ name: "Ben", email: "ben@shop.example", role: "marketer" });
  expect(await owner.call("GET", "/invitations")).toMatchObject({ items: [] });

  const again = await createBrowser(api).submit(link, { name: "Eve", password: NEXT });
  expect(again.status).toBe(410);
  expect((await createBrowser(api).visit(link)).status).toBe(410);
});

test("of many who use one invitation at the same moment, one joins", async () => {
  const { api, db, link } = await invited();
  const results = await Promise.all(
    Array.from({ length: 6 }, (_, i) => createBrowser(api).submit(link, { name: `Ben ${i}`, password: NEXT })),
  );
  expect(results.map(({ status }) => status).sort()).toEqual([303, 410, 410, 410, 410, 410]);
  expect(await db.prisma.staff.count()).toBe(2);
});

test("it is over after seven days, when it is taken back, or when a newer one was made", async () => {
  const { api, clock, owner, id, link } = await invited();
  const status = async (at: string) => (await createBrowser(api).visit(at)).status;
  const { url } = await owner.call<{ url: string }>("POST", "/invitations", {
    email: "ben@shop.example",
    role: "viewer",
  });
  expect([await status(link), await status(path(url))]).toEqual([410, 200]);
  const taken = await owner.call<{ id: string; url: string }>("POST", "/invitations", {
    email: "eve@x.example",
    role: "agent",
  });
  expect((await owner.ask("DELETE", `/invitations/${taken.id}`)).status).toBe(200);
  expect((await createBrowser(api).submit(path(taken.url), { name: "Eve", password: NEXT })).status).toBe(410);
  expect((await owner.ask("DELETE", `/invitations/${id.replace(/.$/, "0")}`)).status).toBe(404);
  clock.pass(7 * 24 * HOUR);
  expect(await status(path(url))).toBe(410);
  expect(await status("/invitation/invented")).toBe(404);
  expect(await status(path(url).replace("invitation", "reset"))).toBe(404); // one kind of link is not the other
});

test("nobody invites above themselves, nor somebody who is here or was", async () => {
  const { api, db, owner } = await invited();
  const admin = await signedIn(api, "admin");
  const invite = async (by: typeof admin, email: string, role: Role) =>
    (await by.ask("POST", "/invitations", { email, role })).status;
  expect(await invite(admin, "x@x.example", "owner")).toBe(403);
  expect(await invite(admin, "x@x.example", "admin")).toBe(201);
  expect(await invite(owner, "admin@shop.example", "agent")).toBe(409);
  await db.prisma.staff.update({ where: { id: admin.staffId }, data: { endedAt: new Date() } });
  expect(await invite(owner, "ADMIN@shop.example", "agent")).toBe(409);
  expect(await invite(owner, "not an address", "agent")).toBe(422);
  const own = await owner.call<{ id: string }>("POST", "/invitations", { email: "o@x.example", role: "owner" });
  const second = await signedIn(api, "admin", "second@shop.example");
  expect((await second.ask("DELETE", `/invitations/${own.id}`)).status).toBe(403);
});

test("what somebody invited is void when they leave or become less", async () => {
  const { api, owner } = await invited();
  const admin = await signedIn(api, "admin");
  const made = await admin.call<{ url: string }>("POST", "/invitations", { email: "eve@x.example", role: "admin" });
  await owner.call("PATCH", `/staff/${admin.staffId}`, { role: "viewer" });
  expect((await createBrowser(api).submit(path(made.url), { name: "Eve", password: NEXT })).status).toBe(410);
});

test("another role counts at once, in sessions and tokens", async () => {
  const { api, owner, staff } = await invited();
  const admin = await signedIn(api, "admin");
  const { token } = await staff.tokens.create({ name: "x", role: "admin", staffId: admin.staffId }, "cli");
  expect((await admin.ask("GET", "/tokens")).status).toBe(200);
  expect(await owner.call("PATCH", `/staff/${admin.staffId}`, { role: "viewer" })).toMatchObject({ role: "viewer" });
  expect((await admin.ask("GET", "/tokens")).status).toBe(403);
  expect((await api.ask(token, "GET", "/tokens")).status).toBe(403);
  expect(await admin.call("GET", "/me")).toMatchObject({ role: "viewer" });
});

test("the last owner stays: not ended, not made less, not by two at once", async () => {
  const { api, db, owner } = await invited();
  const own = `/staff/${owner.staffId}`;
  expect((await owner.ask("DELETE", own)).status).toBe(409);
  expect((await owner.ask("PATCH", own, { role: "admin" })).status).toBe(409);
  const other = await signedIn(api, "owner", "other@shop.example");
  const results = await Promise.all([
    owner.ask("DELETE", `/staff/${other.staffId}`),
    other.ask("PATCH", own, { role: "viewer" }),
    other.ask("DELETE", own),
  ]);
  expect(results.some(({ ok }) => ok)).toBe(true);
  expect(await db.prisma.staff.count({ where: { role: "owner", endedAt: null } })).toBe(1);
});

test("an admin changes no owner, and makes none", async () => {
  const { api, owner } = await invited();
  const admin = await signedIn(api, "admin");
  const agent = await addPerson(api, "agent");
  for (const role of ["viewer", "owner"])
    expect((await admin.ask("PATCH", `/staff/${owner.staffId}`, { role })).status).toBe(403);
  expect((await admin.ask("PATCH", `/staff/${agent}`, { role: "owner" })).status).toBe(403);
  expect((await admin.ask("DELETE", `/staff/${owner.staffId}`)).status).toBe(403);
  expect((await admin.ask("POST", `/staff/${owner.staffId}/reset-link`, {})).status).toBe(403);
  expect((await admin.ask("PATCH", `/staff/${agent}`, { role: "moderator" })).status).toBe(200);
});

test("who has ended is out at once, and back only by a new link", async () => {
  const { api, db, owner, staff } = await invited();
  const ben = await signedIn(api, "agent");
  const { token } = await staff.tokens.create({ name: "x", role: "agent", staffId: ben.staffId }, "cli");
  const reset = await owner.call<{ url: string }>("POST", `/staff/${ben.staffId}/reset-link`, {});
  expect(await owner.call("DELETE", `/staff/${ben.staffId}`)).toMatchObject({ name: "the agent" });
  expect((await ben.ask("GET", "/me")).status).toBe(401);
  expect((await api.ask(token, "GET", "/me")).status).toBe(401);
  expect((await ben.signIn("agent@shop.example", PASSWORD)).status).toBe(401);
  expect((await createBrowser(api).submit(path(reset.url), { password: NEXT })).status).toBe(410);
  expect(await db.prisma.credential.count({ where: { staffId: ben.staffId } })).toBe(0);
  const listed = (query: string) => owner.call<{ items: { id: string }[] }>("GET", `/staff${query}`);
  expect((await listed("")).items.map(({ id }) => id)).not.toContain(ben.staffId);
  expect((await listed("?ended=true")).items.map(({ id }) => id)).toContain(ben.staffId);

  await owner.call("POST", `/staff/${ben.staffId}/restore`);
  expect((await ben.ask("GET", "/me")).status).toBe(401);
  expect((await api.ask(token, "GET", "/me")).status).toBe(401); // a revoked token stays revoked
  expect((await ben.signIn("agent@shop.example", PASSWORD)).status).toBe(401);
  const back = await owner.call<{ url: string }>("POST", `/staff/${ben.staffId}/reset-link`, {});
  expect((await ben.submit(path(back.url), { password: NEXT })).status).toBe(303);
  expect(await ben.call("GET", "/me")).toMatchObject({ role: "agent" });
});

test("a new password by a link: it works once, ends all sessions, and the old one is void", async () => {
  const { api, clock, owner } = await invited();
  const ben = await signedIn(api, "agent");
  const link = async () =>
    path((await owner.call<{ url: string }>("POST", `/staff/${ben.staffId}/reset-link`, {})).url);
  const [first, second] = [await link(), await link()];
  const fresh = createBrowser(api);
  expect((await fresh.submit(first, { password: NEXT })).status).toBe(410); // the newest alone
  const page = await (await fresh.visit(second)).text();
  expect(page).toContain("A new password");
  expect((await fresh.submit(second, { password: "short" })).status).toBe(422);
  expect((await fresh.submit(second, { password: NEXT })).status).toBe(303);
  expect((await fresh.ask("GET", "/me")).status).toBe(200);
  expect((await ben.ask("GET", "/me")).status).toBe(401);
  expect((await createBrowser(api).signIn("agent@shop.example", PASSWORD)).status).toBe(401);
  expect((await createBrowser(api).signIn("agent@shop.example", NEXT)).status).toBe(200);
  expect((await fresh.submit(second, { password: NEXT })).status).toBe(410);
  const late = await link();
  clock.pass(4 * HOUR);
  expect((await fresh.visit(late)).status).toBe(410);
});

test("a link to a new password is no way around the second factor, unless it says so", async () => {
  const { api, clock, owner } = await invited();
  const ben = await signedIn(api, "agent");
  const { secret } = await ben.call<{ secret: string }>("POST", "/me/second-factor", { password: PASSWORD });
  await ben.call("POST", "/me/second-factor/confirm", { code: appCode(secret, clock.now()) });
  const link = async (body: object) =>
    path((await owner.call<{ url: string }>("POST", `/staff/${ben.staffId}/reset-link`, body)).url);
  const thief = createBrowser(api);
  expect((await thief.submit(await link({}), { password: NEXT })).status).toBe(303);
  expect((await thief.ask("GET", "/me")).status).toBe(401);
  expect(await (await thief.signIn("agent@shop.example", NEXT)).json()).toEqual({ needsCode: true });
  const lost = createBrowser(api);
  expect((await lost.submit(await link({ forgetFactor: true }), { password: NEXT })).status).toBe(303);
  expect(await lost.call("GET", "/me")).toMatchObject({ secondFactor: false });
});

test("one changes one's password by knowing it, and the other sessions end", async () => {
  const { api } = await startStaff();
  const [here, there] = [await signedIn(api, "agent"), createBrowser(api)];
  await there.signIn("agent@shop.example", PASSWORD);
  const change = async (current: string, next: string) =>
    (await here.ask("POST", "/me/password", { current, next })).status;
  expect(await change("wrong", NEXT)).toBe(422);
  expect(await change(PASSWORD, "password1234")).toBe(422);
  expect(await change(PASSWORD, NEXT)).toBe(200);
  expect([(await here.ask("GET", "/me")).status, (await there.ask("GET", "/me")).status]).toEqual([200, 401]);
  expect((await there.signIn("agent@shop.example", NEXT)).status).toBe(200);
  const guesses: number[] = [];
  for (let i = 0; i < 7; i++) guesses.push(await change(`guess ${i}`, NEXT)); // a stolen session does not help to guess
  expect(guesses.slice(-2)).toEqual([429, 429]);
});

test("language, theme and name are one's own", async () => {
  const { api } = await startStaff();
  const ben = await signedIn(api, "viewer");
  expect(await ben.call("PATCH", "/me", { language: "zh", theme: "dark" })).toMatchObject({
    language: "zh",
    theme: "dark",
  });
  expect(await ben.call("PATCH", "/me", { theme: null })).toMatchObject({
    language: "zh",
    theme: null,
    name: "the viewer",
  });
  expect(await ben.call("PATCH", "/me", { name: " 本 ", role: "owner", email: "x@x.example" })).toMatchObject({
    name: "本",
    role: "viewer",
    email: "viewer@shop.example",
  });
  for (const wrong of [{ language: "fr" }, { theme: "pink" }, { name: " " }])
    expect((await ben.ask("PATCH", "/me", wrong)).status).toBe(422);
  expect((await api.ask(await api.tokenFor("agent"), "PATCH", "/me", { theme: "dark" })).status).toBe(403);
});

test("addresses and sign-ins of colleagues are for owners and admins", async () => {
  const { api, owner } = await invited();
  const browsers = { ...{ owner }, viewer: await signedIn(api, "viewer") };
  const seen = async (role: keyof typeof browsers) =>
    (await browsers[role].call<{ items: Record<string, unknown>[] }>("GET", "/staff")).items[0]!;
  expect(await seen("owner")).toMatchObject({ email: "owner@shop.example", hasPassword: true, secondFactor: false });
  expect(await seen("viewer")).toMatchObject({ email: null, hasPassword: null, secondFactor: null, lastSeenAt: null });
});

test.each(ROLES)("a session of the role %s may what the role may", async (role) => {
  const { api } = await startStaff();
  const browser = await signedIn(api, role);
  const isKeeper = role === "owner" || role === "admin";
  expect((await browser.ask("GET", "/audit")).status).toBe(isKeeper ? 200 : 403);
  expect((await browser.ask("GET", "/me")).status).toBe(200);
});

test("all of it can be read back, page by page, and proven", async () => {
  const { api, db, owner, link } = await invited();
  const ben = createBrowser(api);
  await ben.submit(link, { name: "Ben", password: NEXT });
  interface Entry {
    seq: string;
    action: string;
    askerName: string | null;
  }
  const first = await owner.call<{ items: Entry[]; next: string }>("GET", "/audit?limit=2");
  const rest = await owner.call<{ items: Entry[] }>("GET", `/audit?cursor=${first.next}`);
  expect([...first.items, ...rest.items].map(({ action }) => action)).toEqual([
    "session.opened",
    "staff.joined",
    "staff.invited",
    "session.opened",
  ]);
  expect(first.items[0]!.askerName).toBe("Ben");
  const staffs = await owner.call<{ items: Entry[] }>("GET", "/audit?action=staff.invited");
  expect(staffs.items).toHaveLength(1);
  expect((await owner.call<{ items: Entry[] }>("GET", "/audit?action=session")).items).toHaveLength(2);
  const whole = await owner.call<{ ok: boolean; head: string; entries: number }>("GET", "/audit/verify");
  expect(whole).toMatchObject({ ok: true, entries: 4 });
  expect(await owner.call("GET", `/audit/verify?since=${whole.head}`)).toMatchObject({ ok: true });
  await db.query("DELETE FROM audit WHERE seq = 2");
  expect(await owner.call("GET", "/audit/verify")).toMatchObject({ ok: false, brokenAt: "3" });
  expect((await owner.ask("GET", "/audit/verify?since=1:zz")).status).toBe(422);
});
