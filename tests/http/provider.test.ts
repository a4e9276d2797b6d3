import { expect, test } from "vitest";
import { systemClock } from "../../src/lib/clock.ts";
import { createBrowser, type Browser } from "../support/browser.ts";
import { startOidcServer, type OidcServer } from "../support/oidc-server.ts";
import { addPerson, PASSWORD, signedIn, startStaff } from "../support/staff.ts";

const ANA = { sub: "s-1", email: "agent@shop.example", email_verified: true, name: "Ana" };

async function start(settings: object = {}) {
  const world = await startStaff({ clock: systemClock });
  const oidc = await startOidcServer();
  const owner = await signedIn(world.api, "owner");
  const { id: clientId, secret } = oidc.client;
  const given = { name: "Shop", issuer: oidc.issuer, clientId, secret, ...settings };
  await owner.call("PUT", "/identity-provider", given);
  return { ...world, oidc, owner, given };
}

/** Goes to the provider and comes back, as a browser does. */
async function goThrough(browser: Browser, oidc: OidcServer, change: (back: URL) => void = () => undefined) {
  const away = await browser.visit("/oidc/start");
  expect(away.status).toBe(302);
  const back = oidc.authorize(away.headers.get("location")!);
  change(back);
  return browser.visit(`${back.pathname}${back.search}`);
}

const isIn = async (browser: Browser) => (await browser.ask("GET", "/me")).status === 200;

test("who the provider vouches for is signed in as the person with that address", async () => {
  const { api, oidc, db } = await start();
  const id = await addPerson(api, "agent");
  const browser = createBrowser(api);
  expect(await (await browser.ask("GET", "/session")).json()).toMatchObject({
    provider: { name: "Shop", url: "/oidc/start" },
  });
  const back = await goThrough(browser, oidc);
  expect([back.status, back.headers.get("location")]).toEqual([303, "/"]);
  expect(await browser.call("GET", "/me")).toMatchObject({ staffId: id, role: "agent" });
  expect(browser.cookies.has("tributary-provider")).toBe(false);
  const asked = oidc.asked[0]!;
  expect(asked.get("redirect_uri")).toBe("http://hub.example/oidc/callback");
  expect(asked.get("code_challenge_method")).toBe("S256");
  for (const name of ["state", "nonce", "code_challenge"]) expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
  const actions = (await db.prisma.audit.findMany({ orderBy: { seq: "asc" } })).map(({ action }) => action);
  expect(actions.slice(1)).toEqual(["provider.set", "provider.linked", "session.opened"]);
});

test("the client's secret is sealed, never shown, and never sent to another issuer", async () => {
  const { owner, db, given } = await start();
  const shown = await owner.call<object>("GET", "/identity-provider");
  expect(shown).toMatchObject({ issuer: given.issuer, callbackUrl: "http://hub.example/oidc/callback", newRole: null });
  const kept = JSON.stringify(await db.query("SELECT *, encode(secret, 'escape') AS plain FROM identity_provider"));
  for (const text of [JSON.stringify(shown), kept]) expect(text).not.toContain("the client's secret");
  const { secret: _, ...rest } = given;
  expect((await owner.ask("PUT", "/identity-provider", { ...rest, name: "Other" })).status).toBe(200);
  expect((await owner.ask("PUT", "/identity-provider", { ...rest, issuer: "https://evil.example" })).status).toBe(422);
  expect(await owner.call("POST", "/identity-provider/check")).toMatchObject({ ok: true });
});

test.each([
  ["http from another machine", { issuer: "http://login.example" }],
  ["everybody with an account at Google", { issuer: "https://accounts.google.com", newRole: "agent" }],
  ["strangers as owners", { newRole: "owner" }],
  ["an issuer that is no address", { issuer: "login" }],
])("settings that would let in %s are refused", async (_what, wrong) => {
  const { owner, given } = await start();
  expect((await owner.ask("PUT", "/identity-provider", { ...given, ...wrong })).status).toBe(422);
});

test.each([
  ["an address that nobody has", { ...ANA, email: "stranger@x.example" }, {}, 403],
  ["an address that was not checked", { ...ANA, email_verified: false }, {}, 403],
  ["an address that was checked as a word", { ...ANA, email_verified: "true" }, {}, 403],
  ["no address", { sub: "s-1" }, {}, 403],
  ["another nonce", ANA, { claims: { nonce: "other" } }, 401],
  ["another audience", ANA, { claims: { aud: "another-client" } }, 401],
  ["another issuer in the token", ANA, { claims: { iss: "https://evil.example" } }, 401],
  ["another issuer in the answer", ANA, { issuerInAnswer: "https://evil.example" }, 401],
  ["a token that is too old", ANA, { claims: { exp: 1_000_000 } }, 401],
  ["another's signature", ANA, { foreignKey: true }, 401],
  ["no signature", ANA, { alg: "none" as const }, 401],
])("is not let in: %s", async (_what, account, twist, status) => {
  const { api, oidc, db } = await start();
  await addPerson(api, "agent");
  oidc.as(account, twist);
  const browser = createBrowser(api);
  const answer = await goThrough(browser, oidc);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain("<h1>");
  expect(await isIn(browser)).toBe(false);
  expect(await db.prisma.staff.count()).toBe(2);
});

test("an address that stands in userinfo alone is as good", async () => {
  const { api, oidc } = await start();
  await addPerson(api, "agent");
  oidc.as(ANA, { addressInUserInfo: true });
  const browser = createBrowser(api);
  await goThrough(browser, oidc);
  expect(await isIn(browser)).toBe(true);
});

test("an answer is good in the browser that began, once, within ten minutes, with the state it left with", async () => {
  const { api, oidc } = await start();
  await addPerson(api, "agent");
  const victim = createBrowser(api);
  const attacker = createBrowser(api);
  const away = await attacker.visit("/oidc/start");
  const back = oidc.authorize(away.headers.get("location")!);
  expect((await victim.visit(`${back.pathname}${back.search}`)).status).toBe(401); // another browser's answer
  await victim.visit("/oidc/start");
  expect((await victim.visit(`${back.pathname}${back.search}`)).status).toBe(401); // mixed up
  expect(await isIn(victim)).toBe(false);
  victim.cookies.set("tributary-provider", "x".repeat(200));
  expect((await victim.visit(`${back.pathname}${back.search}`)).status).toBe(401);

  const kept = attacker.cookies.get("tributary-provider")!;
  expect((await attacker.visit(`${back.pathname}${back.search}`)).status).toBe(303);
  attacker.cookies.set("tributary-provider", kept);
  expect((await attacker.visit(`${back.pathname}${back.search}`)).status).toBe(401); // the code is used up
  const refused = await goThrough(createBrowser(api), oidc, (url) => url.searchParams.set("state", "other"));
  expect(refused.status).toBe(401);
  const denied = await goThrough(createBrowser(api), oidc, (url) => {
    url.searchParams.delete("code");
    url.searchParams.set("error", "access_denied");
  });
  expect(denied.status).toBe(401);
});

test("from the first sign-in on it is the provider's account that counts, not its address", async () => {
  const { api, oidc, owner } = await start();
  const id = await addPerson(api, "agent");
  await goThrough(createBrowser(api), oidc);
  oidc.as({ ...ANA, sub: "s-2" }); // the address was given to somebody else
  const stranger = createBrowser(api);
  expect((await goThrough(stranger, oidc)).status).toBe(403);
  oidc.as({ ...ANA, email: "renamed@shop.example", email_verified: false });
  const renamed = createBrowser(api);
  expect((await goThrough(renamed, oidc)).status).toBe(303);
  expect(await renamed.call("GET", "/me")).toMatchObject({ staffId: id });
  await owner.call("DELETE", `/staff/${id}`);
  expect(await isIn(renamed)).toBe(false);
  oidc.as(ANA);
  expect((await goThrough(createBrowser(api), oidc)).status).toBe(403); // has left
});

test("who is invited joins by signing in, with the invitation's role, once", async () => {
  const { api, oidc, owner, db } = await start();
  const made = await owner.call<{ url: string }>("POST", "/invitations", { email: ANA.email, role: "marketer" });
  oidc.as({ ...ANA, name: " " });
  const browser = createBrowser(api);
  expect((await goThrough(browser, oidc)).status).toBe(303);
  expect(await browser.call("GET", "/me")).toMatchObject({ name: "agent", role: "marketer", hasPassword: false });
  const link = new URL(made.url).pathname;
  expect((await createBrowser(api).submit(link, { name: "Eve", password: PASSWORD })).status).toBe(410);
  expect(await db.prisma.staff.count()).toBe(2);
});

test("strangers are let in only where the owner says as what; two at once are one person", async () => {
  const { api, oidc, db } = await start({ newRole: "viewer" });
  const browsers = [createBrowser(api), createBrowser(api), createBrowser(api)];
  const statuses = await Promise.all(browsers.map(async (browser) => (await goThrough(browser, oidc)).status));
  expect(statuses).toEqual([303, 303, 303]);
  expect(await browsers[0]!.call("GET", "/me")).toMatchObject({ role: "viewer", name: "Ana" });
  expect(await db.prisma.staff.count()).toBe(2);
});

test("a provider that is gone, or was never there, is said so; the password still works", async () => {
  const { api, oidc, owner } = await start();
  oidc.close();
  const down = await createBrowser(api).visit("/oidc/start", { "accept-language": "zh" });
  expect(down.status).toBe(502);
  expect(await down.text()).toContain("组织登录服务无响应");
  expect(await owner.call("POST", "/identity-provider/check")).toMatchObject({ ok: false });
  await owner.call("DELETE", "/identity-provider");
  expect((await createBrowser(api).visit("/oidc/start")).status).toBe(404);
  expect((await createBrowser(api).signIn("owner@shop.example", PASSWORD)).status).toBe(200);
});
