import { EventEmitter, once } from "node:events";
import { createConnection } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { z } from "zod";
import {
  ChannelError,
  Conflict,
  defineRoute,
  Download,
  NotFound,
  Overloaded,
  ROLES,
  type Json,
  type Log,
  type Role,
  type Route,
  type Upload,
} from "../../src/contract/index.ts";
import type { Problem } from "../../src/http/errors.ts";
import { startApi, type ApiOptions } from "../support/api.ts";
import { noDatabase } from "../support/database.ts";

const echo = defineRoute({
  method: "post",
  path: "/echo/{name}",
  summary: "Says what it was told.",
  roles: ROLES,
  params: z.object({ name: z.string().max(20) }),
  query: z.object({ times: z.coerce.number().int().max(3).default(1) }),
  body: z.object({ text: z.string(), more: z.json().optional() }),
  response: z.object({ name: z.string(), times: z.number(), text: z.string() }),
  status: 201,
  handle: async ({ params, query, body }) => ({ ...params, ...query, ...body, secretColumn: "never shown" }),
});

/** Everybody is an agent, and there is no database: for what happens around a handler. */
async function startOpen(options: ApiOptions) {
  const anybody = { staffId: null, name: "Ana", role: "agent" as const, tokenId: "t" };
  const authenticate = async () => anybody;
  return { ...(await startApi({ db: noDatabase(), ...options, authenticate })), tokenFor: async () => "any" };
}

function throwing(error: unknown): Route {
  return defineRoute({
    method: "get",
    path: "/throw",
    summary: "Throws.",
    roles: ROLES,
    response: z.object({}),
    handle: () => Promise.reject(error),
  });
}

async function problem(response: Response): Promise<Problem> {
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const body = (await response.json()) as Problem;
  expect(body.status).toBe(response.status);
  expect(body.requestId).toBe(response.headers.get("x-request-id"));
  return body;
}

test("validates, handles and shows only what the response schema names", async () => {
  const api = await startOpen({ routes: [echo] });
  const token = await api.tokenFor();
  const response = await api.ask(token, "POST", "/echo/Ana?times=2", { text: "hi", unknown: 1 });
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({ name: "Ana", times: 2, text: "hi" });
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  expect(response.headers.has("x-powered-by")).toBe(false);
});

test("names everything that is wrong at once", async () => {
  const api = await startOpen({ routes: [echo] });
  const token = await api.tokenFor();
  const response = await api.ask(token, "POST", "/echo/a-name-that-is-too-long?times=9", { text: 7 });
  expect(response.status).toBe(422);
  const { code, errors } = await problem(response);
  expect(code).toBe("invalid");
  expect(errors?.map(({ path }) => path)).toEqual(["params.name", "query.times", "body.text"]);
});

test("a body that is missing is a fault, not a crash", async () => {
  const api = await startOpen({ routes: [echo] });
  const response = await api.ask(await api.tokenFor(), "POST", "/echo/Ana");
  expect(response.status).toBe(422);
  expect((await problem(response)).errors?.[0]?.path).toBe("body");
});

const JSON_TYPE = "application/json";
const wideBody = JSON.stringify({
  text: "wide",
  ...Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [i, 1])),
});

test.each([
  { what: "JSON said to be text", type: "text/plain", body: '{"text":"hi"}', status: 415 },
  { what: "a form", type: "application/x-www-form-urlencoded", body: "text=hi", status: 415 },
  { what: "a multipart form", type: "multipart/form-data; boundary=x", body: "--x--", status: 415 },
  { what: "another charset", type: "application/json; charset=utf-16", body: '{"text":"hi"}', status: 415 },
  { what: "the charset said", type: "application/json; charset=utf-8", body: '{"text":"hi"}', status: 201 },
  { what: "half an object", type: JSON_TYPE, body: '{"text":', status: 400 },
  { what: "no JSON", type: JSON_TYPE, body: "\xff\xfe", status: 400 },
  { what: "65 nested arrays", type: JSON_TYPE, body: "[".repeat(65) + "]".repeat(65), status: 400 },
  { what: "100,000 opened arrays", type: JSON_TYPE, body: "[".repeat(100_000), status: 400 },
  { what: "over 1 MB", type: JSON_TYPE, body: JSON.stringify({ text: "x".repeat(1024 * 1024) }), status: 413 },
  { what: "NUL and half a surrogate pair", type: JSON_TYPE, body: '{"text":"a\\u0000b\\ud800"}', status: 201 },
  {
    what: "__proto__",
    type: JSON_TYPE,
    body: '{"text":"hi","__proto__":{"polluted":1},"more":{"__proto__":{"polluted":1}}}',
    status: 201,
  },
  { what: "50,000 keys", type: JSON_TYPE, body: wideBody, status: 201 },
])("a body with $what is answered $status", async ({ type, body, status }) => {
  const api = await startOpen({ routes: [echo] });
  const response = await api.ask(await api.tokenFor(), "POST", "/echo/Ana", body, { "Content-Type": type });
  expect(response.status).toBe(status);
  if (status >= 400) await problem(response);
  else expect(JSON.stringify(await response.json())).not.toMatch(/\\u0000|\\ud800/);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("a compressed bomb is refused unopened, a 10 MB body unread", async () => {
  const api = await startOpen({ routes: [echo] });
  const token = await api.tokenFor();
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const bomb = gzipSync(Buffer.alloc(20_000_000, 32));
  for (const encoding of ["gzip", "br", "zstd", "gzip, gzip"]) {
    const response = await fetch(`${api.url}/api/v1/echo/a`, {
      method: "POST",
      headers: { ...headers, "Content-Encoding": encoding },
      body: new Uint8Array(bomb),
    });
    expect(response.status, encoding).toBe(415);
  }
  const large = await fetch(`${api.url}/api/v1/echo/a`, { method: "POST", headers, body: new Uint8Array(10_000_000) });
  expect(large.status).toBe(413);
});

test.each([
  ["a missing thing", new NotFound("There is no such contact."), 404, "There is no such contact."],
  ["a contradiction", new Conflict("It is there already."), 409, "It is there already."],
  ["too much", new Overloaded("Later.", 2_500), 503, "Later."],
  [
    "a platform",
    new ChannelError("retry-after", "Telegram is busy.", { retryAfterMs: 1_200 }),
    502,
    "Telegram is busy.",
  ],
  ["a fault of ours", new TypeError("cannot read 'secret' of 4111-1111"), 500, undefined],
  ["no error at all", "a text with a secret", 500, undefined],
  [
    "a lost database",
    Object.assign(new Error("connect ECONNREFUSED /run/x"), { code: "ECONNREFUSED" }),
    503,
    "The database cannot be reached. Try again in a moment.",
  ],
  [
    "a pool that is out",
    new Error("timeout exceeded when trying to connect"),
    503,
    "The database cannot be reached. Try again in a moment.",
  ],
  ["a zod error", z.object({ a: z.string() }).safeParse({ a: 1 }).error, 422, "The input is not valid."],
])("answers %s", async (_what, error, status, detail) => {
  const lines: unknown[] = [];
  const log: Log = {
    debug() {},
    info() {},
    warn() {},
    error: (fields, message) => void lines.push({ ...fields, message }),
  };
  const api = await startOpen({ routes: [throwing(error)], parts: { log } });
  const response = await api.ask(await api.tokenFor(), "GET", "/throw");
  expect(response.status).toBe(status);
  const body = await problem(response);
  expect(body.detail).toBe(detail);
  expect(JSON.stringify(body)).not.toContain("secret");
  expect(response.headers.get("retry-after")).toBe(
    error instanceof Overloaded ? "3" : error instanceof ChannelError ? "2" : status === 503 ? "5" : null,
  );
  expect(lines).toHaveLength(status >= 500 ? 1 : 0);
  expect(JSON.stringify(lines)).not.toMatch(/secret|4111/);
  if (status >= 500) expect(lines[0]).toMatchObject({ requestId: body.requestId, status });
});

test("real database errors get their status", async () => {
  const run = (sql: string): Route =>
    defineRoute({
      method: "get",
      path: `/${Buffer.from(sql).toString("hex").slice(0, 80)}`,
      summary: "Runs it.",
      roles: ROLES,
      response: z.unknown(),
      handle: async (): Promise<unknown> => (await (await ready).db.query(sql), null),
    });
  const cases: [string, number][] = [
    ["SELECT 'x'::uuid", 422],
    ["SELECT 99999999999::int", 422],
    [
      "INSERT INTO rate_bucket (channel_id, tokens, refilled_at) VALUES (gen_random_uuid(), 1, now()), ('0190a000-0000-7000-8000-000000000001', 1, now()), ('0190a000-0000-7000-8000-000000000001', 1, now())",
      409,
    ],
    ["SELECT pg_terminate_backend(pg_backend_pid())", 503],
    ["SELECT * FROM no_such_table", 500],
  ];
  const routes = cases.map(([sql]) => run(sql));
  const ready = startApi({ routes });
  const api = await ready;
  const token = await api.tokenFor("agent");
  for (const [i, [sql, status]] of cases.entries()) {
    expect((await api.ask(token, "GET", routes[i]!.path)).status, sql).toBe(status);
  }
});

test("a database that is down is a 503 to everybody, and the hub lives on", async () => {
  const api = await startApi({ routes: [echo], db: noDatabase() });
  const response = await api.ask(`trib_00000000_${"x".repeat(43)}`, "POST", "/echo/Ana", { text: "hi" });
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  expect((await problem(response)).code).toBe("unavailable");
  expect((await fetch(`${api.url}/claim/some-code`)).status).toBe(503);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
});

test("a result that does not fit its schema is our fault, and is not shown", async () => {
  const wrong = defineRoute({
    method: "get",
    path: "/wrong",
    summary: "Wrong.",
    roles: ROLES,
    response: z.object({ n: z.number() }),
    handle: async () => ({ n: "a person's text" as unknown as number }),
  });
  const api = await startOpen({ routes: [wrong] });
  const response = await api.ask(await api.tokenFor(), "GET", "/wrong");
  expect(response.status).toBe(500);
  expect(JSON.stringify(await problem(response))).not.toContain("person");
});

test("dates are ISO text, big integers numbers as long as they can be", async () => {
  const big = defineRoute({
    method: "get",
    path: "/big",
    summary: "Big.",
    roles: ROLES,
    response: z.object({ at: z.date(), small: z.bigint(), large: z.bigint() }),
    handle: async () => ({ at: new Date(0), small: 12n, large: 2n ** 60n }),
  });
  const api = await startOpen({ routes: [big] });
  const response = await api.ask(await api.tokenFor(), "GET", "/big");
  expect(await response.json()).toEqual({ at: "1970-01-01T00:00:00.000Z", small: 12, large: "1152921504606846976" });
});

test("404, 405 and OPTIONS", async () => {
  const fixed = defineRoute({
    ...echo,
    path: "/echo/all",
    method: "put",
    handle: async () => ({}),
  } as unknown as Route);
  const api = await startOpen({ routes: [echo, fixed] });
  const token = await api.tokenFor();
  expect((await problem(await api.ask(token, "GET", "/nothing"))).code).toBe("not_found");
  expect((await problem(await fetch(`${api.url}/nothing`))).code).toBe("not_found");
  const wrong = await api.ask(token, "DELETE", "/echo/all");
  expect(wrong.status).toBe(405);
  expect(wrong.headers.get("allow")).toBe("POST, PUT");
  const options = await api.ask(token, "OPTIONS", "/echo/Ana");
  expect([options.status, options.headers.get("allow")]).toEqual([204, "POST"]);
  expect((await api.ask(token, "POST", "/echo/Ana/", { text: "hi" })).status).toBe(404);
  expect((await api.ask(token, "POST", "/ECHO/Ana", { text: "hi" })).status).toBe(404);
  expect((await api.ask(token, "POST", "/echo/%E0%A4%A", { text: "hi" })).status).toBe(400);
});

test("a fixed path is found before a parameter, whatever the order", async () => {
  const at = (path: string): Route =>
    defineRoute({ method: "get", path, summary: path, roles: ROLES, response: z.string(), handle: async () => path });
  const api = await startOpen({
    routes: [at("/things/{id}"), at("/things/export"), at("/things/{id}/x"), at("/things/export/x")],
  });
  const token = await api.tokenFor();
  const answers = ["/things/export", "/things/7", "/things/export/x", "/things/7/x"].map((path) =>
    api.ask(token, "GET", path),
  );
  expect(await Promise.all((await Promise.all(answers)).map((response) => response.json()))).toEqual([
    "/things/export",
    "/things/{id}",
    "/things/export/x",
    "/things/{id}/x",
  ]);
  await expect(startOpen({ routes: [at("/a/{id}"), at("/a/{name}")] })).rejects.toThrow(
    "Two routes answer GET /a/{name}",
  );
});

test("a hostile query is text or a fault", async () => {
  const seen: Json[] = [];
  const look = defineRoute({
    method: "get",
    path: "/look",
    summary: "Looks.",
    roles: ROLES,
    query: z.record(z.string(), z.json()),
    response: z.null(),
    handle: async ({ query }) => (seen.push(query), null),
  });
  const api = await startOpen({ routes: [look] });
  const token = await api.tokenFor();
  const response = await api.ask(token, "GET", "/look?a[b]=1&c=%00&__proto__=x&d=1&d=2&toString=1");
  expect(response.status).toBe(200);
  expect(seen[0]).toMatchObject({ "a[b]": "1", c: "\uFFFD", d: ["1", "2"] });
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test("the handler learns that its asker has gone", async () => {
  const events = new EventEmitter();
  const gone = once(events, "gone");
  const started = once(events, "started");
  const slow = defineRoute({
    method: "get",
    path: "/slow",
    summary: "Slow.",
    roles: ROLES,
    response: z.null(),
    handle: async ({ signal }) => {
      signal.addEventListener("abort", () => events.emit("gone"));
      events.emit("started");
      await gone;
      return null;
    },
  });
  const api = await startOpen({ routes: [slow] });
  const token = await api.tokenFor();
  const socket = createConnection(api.port, "127.0.0.1");
  socket.write(`GET /api/v1/slow HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  await started;
  socket.destroy();
  await gone;
});

test("a file goes in as it is and comes out so that no browser runs it", async () => {
  const kept: Upload[] = [];
  const roles: Role[] = ["owner"];
  const api = await startApi({
    routes: [
      defineRoute({
        ...{ method: "post", path: "/files", summary: "Upload", roles, response: z.object({ name: z.string() }) },
        upload: { maxBytes: 1_000 },
        handle: async ({ body }) => (kept.push(body as Upload), { name: (body as Upload).name }),
      }),
      defineRoute({
        ...{ method: "get", path: "/files", summary: "Download", roles, response: Download, download: true },
        handle: async () => ({ bytes: kept[0]!.bytes, name: kept[0]!.name, mimeType: "text/plain", inline: false }),
      }),
    ],
  });
  const authorization = `Bearer ${await api.tokenFor("owner")}`;
  const post = (body: string, name: string) =>
    fetch(`${api.url}/api/v1/files`, { method: "POST", body, headers: { authorization, "x-file-name": name } });

  expect((await post("", "a")).status).toBe(422);
  expect((await post("x".repeat(1_001), "a")).status).toBe(413);
  const evil = "<script>alert(1)</script>";
  expect(await (await post(evil, encodeURIComponent('../价目\r\n".html'))).json()).toEqual({ name: '.._价目__".html' });

  const response = await fetch(`${api.url}/api/v1/files`, { headers: { authorization } });
  expect(await response.text()).toBe(evil);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-disposition": `attachment; filename*=UTF-8''.._${encodeURIComponent('价目__"')}.html`,
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
  });
});
