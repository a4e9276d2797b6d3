import { expect, test } from "vitest";
import { createBrowser } from "../support/browser.ts";
import { appCode, PASSWORD, signedIn, startStaff } from "../support/staff.ts";

const ANA = "agent@shop.example";
const STEP = 30_000;

interface Started {
  secret: string;
  uri: string;
  svg: string;
}

/** Somebody of ours with an authenticator app. */
async function withApp() {
  const world = await startStaff();
  const browser = await signedIn(world.api, "agent");
  const { secret } = await browser.call<Started>("POST", "/me/second-factor", { password: PASSWORD });
  const code = (drift = 0) => appCode(secret, world.clock.now(), drift);
  const { codes } = await browser.call<{ codes: string[] }>("POST", "/me/second-factor/confirm", { code: code() });
  world.clock.pass(2 * STEP); // whatever was used is over
  return { ...world, browser, codes, code, secret };
}

test("set up with the password, counted from its first code on", async () => {
  const { api, db, clock } = await startStaff();
  const browser = await signedIn(api, "agent");
  const other = createBrowser(api);
  await other.signIn(ANA, PASSWORD);
  expect((await browser.ask("POST", "/me/second-factor", { password: "wrong" })).status).toBe(422);
  expect((await browser.ask("POST", "/me/second-factor/confirm", { code: "123456" })).status).toBe(409);

  const started = await browser.call<Started>("POST", "/me/second-factor", { password: PASSWORD });
  expect(started.svg).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
  expect(started.svg).not.toMatch(/script|href/i);
  expect(new URL(started.uri).searchParams.get("secret")).toBe(started.secret);
  expect(await browser.call("GET", "/me")).toMatchObject({ secondFactor: false });
  expect((await createBrowser(api).signIn(ANA, PASSWORD)).status).toBe(200); // not confirmed, not asked for

  expect((await browser.ask("POST", "/me/second-factor/confirm", { code: "000000" })).status).toBe(422);
  const code = appCode(started.secret, clock.now());
  const { codes } = await browser.call<{ codes: string[] }>("POST", "/me/second-factor/confirm", { code });
  expect(codes).toHaveLength(10);
  expect(new Set(codes).size).toBe(10);
  for (const made of codes) expect(made).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
  expect(await browser.call("GET", "/me")).toMatchObject({ secondFactor: true });
  expect((await other.ask("GET", "/me")).status).toBe(401); // all other sessions have ended
  expect((await browser.ask("POST", "/me/second-factor", { password: PASSWORD })).status).toBe(409);

  const kept = JSON.stringify(await db.query("SELECT *, encode(totp_secret, 'escape') AS plain FROM credential"));
  expect(kept).not.toContain(started.secret);
  expect(JSON.stringify(await db.query("SELECT * FROM recovery_code"))).not.toContain(codes[0]);
});

test("signing in asks for the code, and opens nothing before it has come", async () => {
  const { api, code } = await withApp();
  const browser = createBrowser(api);
  const half = await browser.signIn(ANA, PASSWORD);
  expect([half.status, await half.json(), half.headers.getSetCookie()]).toEqual([200, { needsCode: true }, []]);
  expect((await browser.ask("GET", "/me")).status).toBe(401);
  expect((await browser.signIn(ANA, PASSWORD, "000000")).status).toBe(401);
  expect((await browser.signIn(ANA, "wrong", code())).status).toBe(401);
  expect((await browser.signIn(ANA, PASSWORD, ` ${code().slice(0, 3)} ${code().slice(3)} `)).status).toBe(200);
});

test("a code works once, in one browser, and no older one after it", async () => {
  const { api, clock, code } = await withApp();
  const before = code(-1);
  const seen = code();
  const results = await Promise.all(Array.from({ length: 4 }, () => createBrowser(api).signIn(ANA, PASSWORD, seen)));
  expect(results.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  expect((await createBrowser(api).signIn(ANA, PASSWORD, seen)).status).toBe(401);
  expect((await createBrowser(api).signIn(ANA, PASSWORD, before)).status).toBe(401);
  clock.pass(2 * STEP);
  expect((await createBrowser(api).signIn(ANA, PASSWORD, code())).status).toBe(200);
});

test("the code that set it up is used up by that", async () => {
  const { api, clock } = await startStaff();
  const browser = await signedIn(api, "agent");
  const { secret } = await browser.call<Started>("POST", "/me/second-factor", { password: PASSWORD });
  const code = appCode(secret, clock.now());
  await browser.call("POST", "/me/second-factor/confirm", { code });
  expect((await createBrowser(api).signIn(ANA, PASSWORD, code)).status).toBe(401);
});

test("codes are guessed slowly, even by who knows the password, and others do not wait for it", async () => {
  const { api, clock, code } = await withApp();
  const other = await signedIn(api, "viewer");
  const statuses: number[] = [];
  for (let i = 0; i < 8; i++) {
    await createBrowser(api).signIn(ANA, PASSWORD); // the password alone forgives no wrong code
    statuses.push((await createBrowser(api).signIn(ANA, PASSWORD, String(i).padStart(6, "0"))).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  expect((await other.ask("GET", "/me")).status).toBe(200);
  clock.pass(STEP);
  expect((await createBrowser(api).signIn(ANA, PASSWORD, code())).status).toBe(200);
});

test("a recovery code works once, however it is written, and never somebody else's", async () => {
  const { api, codes } = await withApp();
  const ben = await signedIn(api, "viewer");
  const [first, second] = codes as [string, string];
  expect((await createBrowser(api).signIn(ANA, PASSWORD, first.toUpperCase().replaceAll("-", " "))).status).toBe(200);
  expect((await createBrowser(api).signIn(ANA, PASSWORD, first)).status).toBe(401);
  const both = await Promise.all([1, 2, 3].map(() => createBrowser(api).signIn(ANA, PASSWORD, second)));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  expect((await ben.ask("POST", "/me/recovery-codes", { password: PASSWORD })).status).toBe(409);
});

test("new recovery codes void the old ones, and both they and removing it need the password", async () => {
  const { api, browser, codes, clock } = await withApp();
  for (const path of ["/me/recovery-codes", "/me/second-factor/remove"])
    expect((await browser.ask("POST", path, { password: "wrong" })).status).toBe(422);
  const made = await browser.call<{ codes: string[] }>("POST", "/me/recovery-codes", { password: PASSWORD });
  expect((await createBrowser(api).signIn(ANA, PASSWORD, codes[0])).status).toBe(401);
  expect((await createBrowser(api).signIn(ANA, PASSWORD, made.codes[0])).status).toBe(200);
  clock.pass(STEP);
  await browser.call("POST", "/me/second-factor/remove", { password: PASSWORD });
  const alone = await createBrowser(api).signIn(ANA, PASSWORD);
  expect(await alone.json()).toMatchObject({ me: { secondFactor: false } });
});

test("a token of somebody's cannot change how they sign in", async () => {
  const { api, staff } = await startStaff();
  const { staffId } = await signedIn(api, "owner");
  const { token } = await staff.tokens.create({ name: "x", role: "owner", staffId }, "cli");
  for (const [path, body] of [
    ["/me/password", { current: PASSWORD, next: "seven loud red trains" }],
    ["/me/second-factor", { password: PASSWORD }],
    ["/me/second-factor/confirm", { code: "123456" }],
    ["/me/second-factor/remove", { password: PASSWORD }],
    ["/me/recovery-codes", { password: PASSWORD }],
  ] as const)
    expect((await api.ask(token, "POST", path, body)).status, path).toBe(403);
});

test("all of it stands in the audit log, without a secret", async () => {
  const { db, browser, secret, codes } = await withApp();
  await browser.call("POST", "/me/second-factor/remove", { password: PASSWORD });
  const entries = await db.prisma.audit.findMany({ orderBy: { seq: "asc" } });
  expect(entries.map(({ action }) => action)).toEqual([
    "session.opened",
    "second-factor.added",
    "second-factor.removed",
  ]);
  for (const text of [secret, codes[0]!, PASSWORD])
    expect(
      JSON.stringify(entries, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
    ).not.toContain(text);
});
