import { expect, test } from "vitest";
import { startApi, type ApiOptions } from "../support/api.ts";
import { freshDatabase, noDatabase } from "../support/database.ts";

const start = (parts: ApiOptions["parts"] = {}) => startApi({ db: noDatabase(), parts });

async function ready(checks: Record<string, () => boolean | Promise<boolean>>) {
  const { url } = await start({ ready: checks });
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: await response.json() };
}

test("alive is the process alone, whatever else is down", async () => {
  const { url } = await start({ ready: { database: () => false } });
  const response = await fetch(`${url}/healthz`);
  expect([response.status, await response.json()]).toEqual([200, { status: "alive" }]);
});

test("ready is when every part says so", async () => {
  const db = await freshDatabase();
  const database = () => db.query("SELECT 1").then(() => true);
  expect(await ready({ database, loops: () => true })).toEqual({
    status: 200,
    body: { status: "ready", checks: { database: "ok", loops: "ok" } },
  });
});

test("says which part is not ready, and nothing more", async () => {
  const db = noDatabase();
  const checks = {
    database: () => db.query("SELECT 1").then(() => true),
    migrations: () => Promise.resolve(false),
    loops: () => {
      throw new Error("a secret");
    },
  };
  expect(await ready(checks)).toEqual({
    status: 503,
    body: { status: "not ready", checks: { database: "failed", migrations: "failed", loops: "failed" } },
  });
});

test("a part that does not answer within a second is not ready", async () => {
  const began = performance.now();
  expect((await ready({ database: () => new Promise<boolean>(() => undefined) })).status).toBe(503);
  expect(performance.now() - began).toBeLessThan(1_900);
});

test("metrics are for this machine, or for a token of any role", async () => {
  const { url, port, tokenFor } = await startApi();
  const local = await fetch(`${url}/metrics`);
  expect(local.status).toBe(200);
  expect(local.headers.get("content-type")).toContain("text/plain");
  expect(await local.text()).toContain("tributary_http_request_seconds");

  for (const name of ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"]) {
    expect((await fetch(`${url}/metrics`, { headers: { [name]: "127.0.0.1" } })).status, name).toBe(401);
  }
  const behindProxy = { "X-Forwarded-For": "127.0.0.1", Authorization: `Bearer ${await tokenFor("marketer")}` };
  expect((await fetch(`http://127.0.0.1:${port}/metrics`, { headers: behindProxy })).status).toBe(200);
});

test("metrics count requests by route, never by address", async () => {
  const { url } = await start();
  await fetch(`${url}/e/a-code-of-somebody`);
  await fetch(`${url}/claim/a-secret`);
  await fetch(`${url}/somewhere?else=1`);
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('route="GET /e/{code}",status="404"');
  expect(text).toContain('route="other",status="404"');
  expect(text).not.toMatch(/a-code-of-somebody|a-secret|somewhere/);
});

test("the first page says that the hub runs, in two languages", async () => {
  const { url } = await start();
  const english = await fetch(`${url}/`);
  expect(english.status).toBe(200);
  const page = await english.text();
  expect(page).toContain('href="/api/openapi.json"');
  expect(page).toContain("token create");
  expect(english.headers.get("vary")).toBe("Accept-Language");
  expect(await (await fetch(`${url}/`, { headers: { "Accept-Language": "zh" } })).text()).toContain("正在运行");
  expect((await fetch(`${url}/`, { headers: { "Accept-Language": "fr" } })).status).toBe(200);
});
