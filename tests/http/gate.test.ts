import { expect, test } from "vitest";
import { startApi, type Api } from "../support/api.ts";
import { manualClock } from "../support/manual-clock.ts";

const WRONG = `trib_00000000_${"x".repeat(43)}`;

async function startStaff(options: Parameters<typeof startApi>[0] = {}): Promise<Api> {
  return startApi({ ...options, withStaff: true });
}

const me = async (api: Api, token: string, headers = {}) =>
  (await api.ask(token, "GET", "/me", undefined, headers)).status;

test("says who is asked without a token, and how to ask with one", async () => {
  const api = await startStaff();
  const response = await fetch(`${api.url}/api/v1/me`);
  expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="tributary"']);
  for (const authorization of ["", "Bearer", "Basic YTpi", "Bearer a b", `bearer ${WRONG}`, "Bearer \u00e9"]) {
    expect((await fetch(`${api.url}/api/v1/me`, { headers: { authorization } })).status, authorization).toBe(401);
  }
  const token = await api.tokenFor("agent");
  expect((await fetch(`${api.url}/api/v1/me?access_token=${token}&token=${token}`)).status).toBe(401);
  expect(await (await api.ask(token, "GET", "/me")).json()).toMatchObject({
    staffId: null,
    name: "agent's token",
    role: "agent",
  });
});

test("after 20 wrong tokens an address waits; others and revoked tokens do not count", async () => {
  const clock = manualClock();
  const api = await startStaff({ clock, parts: { trustProxy: 1 } });
  const revoked = await api.tokens.create({ name: "old", role: "agent" }, "cli");
  await api.tokens.revoke(revoked.id, "cli");
  const good = await api.tokenFor("agent");

  for (let i = 0; i < 25; i++) expect(await me(api, revoked.token)).toBe(401);
  for (let i = 0; i < 20; i++) expect(await me(api, WRONG)).toBe(401);
  const limited = await api.ask(WRONG, "GET", "/me");
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "3"]);
  expect(await me(api, good)).toBe(429);
  expect(await me(api, good, { "X-Forwarded-For": "203.0.113.9" })).toBe(200);
  clock.pass(3_000);
  expect(await me(api, good)).toBe(200);
});

test("a made-up X-Forwarded-For changes nothing unless a proxy is configured", async () => {
  const api = await startStaff();
  const from = (i: number) => ({ "X-Forwarded-For": `198.51.100.${i}` });
  for (let i = 0; i < 20; i++) expect(await me(api, WRONG, from(i))).toBe(401);
  expect(await me(api, WRONG, from(99))).toBe(429);
});

test("behind one proxy, only what that proxy wrote is believed", async () => {
  const api = await startStaff({ parts: { trustProxy: ["127.0.0.1/32"] } });
  const from = (i: number) => ({ "X-Forwarded-For": `198.51.100.${i}, 203.0.113.9` });
  for (let i = 0; i < 20; i++) expect(await me(api, WRONG, from(i))).toBe(401);
  expect(await me(api, WRONG, from(99))).toBe(429);
});

test("a proxy setting that cannot work is said so at start", async () => {
  await expect(startApi({ parts: { trustProxy: ["not-an-address"] } })).rejects.toThrow("TRUST_PROXY must be");
});
