import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/index.ts";
import { answerWith, type Answer } from "../../tests/contract/canned-server.ts";
import { afterwards, faultOf, never } from "../../tests/contract/small-hub.ts";
import { contractTools } from "../../tests/contract/tools.ts";
import { createGuardedFetch } from "../../src/lib/guarded-fetch.ts";
import { createGraphClient, GraphError, idOf, momentOf } from "./index.ts";

const accessToken = "EAAExampleTokenOfASystemUserOfAShop0123456789";

function optionsFor(baseUrl: string) {
  const { fetch, clock } = contractTools();
  return { baseUrl, version: "v23.0", accessToken, fetch, clock, platform: "Meta", tokenHint: "Make a new one." };
}
const clientAt = (baseUrl: string) => createGraphClient(optionsFor(baseUrl));

async function against(answer: Answer) {
  const server = await answerWith(answer);
  afterwards(() => server.close());
  return clientAt(server.url);
}

/** A server that shows what it was asked. */
async function mirror(redirect: (path: string) => string | undefined = () => undefined) {
  const seen: { request: IncomingMessage; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      seen.push({ request, body: Buffer.concat(chunks) });
      const location = redirect(request.url ?? "");
      response
        .writeHead(location === undefined ? 200 : 302, location === undefined ? {} : { location })
        .end('{"ok":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => new Promise((resolve) => void server.close(resolve).closeAllConnections()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, url, client: clientAt(`${url}/`) };
}

describe("a call", () => {
  test("carries the token in a header and nowhere else", async () => {
    const { seen, client } = await mirror();
    await client.call("POST", "/1/messages", { query: { fields: "a,b" }, json: { text: "你好" } }, never);
    const { request, body } = seen[0]!;
    expect([request.method, request.url]).toEqual(["POST", "/v23.0/1/messages?fields=a%2Cb"]);
    expect(request.headers).toMatchObject({
      authorization: `Bearer ${accessToken}`,
      "content-type": "application/json",
    });
    expect(JSON.parse(body.toString())).toEqual({ text: "你好" });
  });

  test("uploads bytes whole, whatever they and their name hold", async () => {
    const { seen, client } = await mirror();
    const bytes = Buffer.from([0, 13, 10, 45, 45, 255]);
    const file = { field: "file", name: 'a"\r\nb.png', mimeType: "image/png\r\nx: y", bytes };
    await client.call("POST", "1/media", { form: { fields: { type: "image" }, file } }, never);
    const { request, body } = seen[0]!;
    expect(request.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=form-[0-9a-f]{40}$/);
    expect(body.includes(bytes)).toBe(true);
    expect(body.toString("latin1")).toContain('filename="a%22  b.png"\r\nContent-Type: application/octet-stream\r\n');
  });

  test("says what Meta said, with its numbers, cleaned", async () => {
    const error = { message: `Bad\u0000 ${accessToken}\n`, code: 100, error_subcode: 33, fbtrace_id: "A" };
    const client = await against({ status: 400, body: JSON.stringify({ error }) });
    const fault = await faultOf(client.call("POST", "1", {}, never));
    expect(fault).toBeInstanceOf(GraphError);
    expect(fault).toMatchObject({ fault: "refused", number: 100, subcode: 33 });
    expect(fault.message).toBe("Meta refused: Bad� [token]  (#100/33)");
  });

  test.each([
    [400, 10, 2018278, "window-closed"],
    [403, 10, 2534022, "window-closed"],
    [400, 551, undefined, "recipient-gone"],
    [400, 100, 2018001, "recipient-gone"],
    [403, 200, 1545041, "recipient-gone"],
    [400, 190, 460, "unauthorized"],
    [403, 200, undefined, "unauthorized"],
    [400, 613, undefined, "retry-after"],
    [400, 32, undefined, "retry-after"],
    [400, 80006, undefined, "retry-after"],
    [400, 1200, undefined, "unreachable"],
    [500, 1, 99, "unreachable"],
    [500, 9_999_999, undefined, "unreachable"],
    [400, 2018109, undefined, "refused"],
    [400, 368, undefined, "refused"],
  ] as const)("%i with code %i/%s is %s", async (status, code, error_subcode, fault) => {
    const body = JSON.stringify({ error: { message: "Something", code, error_subcode } });
    const client = await against({ status, body });
    expect((await faultOf(client.call("POST", "1", {}, never))).fault).toBe(fault);
  });

  test.each([
    [{ "retry-after": "Thu, 15 Jan 2026 12:00:30 GMT" }, 30_000],
    [{ "retry-after": "-1" }, 60_000],
    [{ "x-business-use-case-usage": "{]" }, 60_000],
    [{ "x-business-use-case-usage": '{"1":[{"estimated_time_to_regain_access":1e300}]}' }, 86_400_000],
    [
      {
        "x-business-use-case-usage":
          '{"1":[{"estimated_time_to_regain_access":0},{"estimated_time_to_regain_access":3}]}',
      },
      180_000,
    ],
    [{ "x-app-usage": '{"estimated_time_to_regain_access":2}' }, 120_000],
  ])("a limit with %o ends after %i ms", async (headers, retryAfterMs) => {
    const body = JSON.stringify({ error: { message: "Too many", code: 4 } });
    const client = await against({ status: 403, headers: headers as Record<string, string>, body });
    expect((await faultOf(client.call("POST", "1", {}, never))).retryAfterMs).toBe(retryAfterMs);
  });

  test("what the hub's own guard refuses never left", async () => {
    const fetch = createGuardedFetch({ allowPrivate: false });
    for (const baseUrl of ["http://127.0.0.1:65000", "http://localhost:65000"]) {
      const client = createGraphClient({ ...optionsFor(baseUrl), fetch });
      expect((await faultOf(client.call("POST", "1", { json: {} }, never))).fault).toBe("unreachable");
    }
  });

  test("the guarded fetch carries uploads and answers as the plain one does", async () => {
    const { seen, url } = await mirror();
    const client = createGraphClient({ ...optionsFor(url), fetch: createGuardedFetch({ allowPrivate: true }) });
    const file = { field: "file", name: "a.bin", mimeType: "image/png", bytes: Buffer.alloc(100_000, 7) };
    await client.call("POST", "1/media", { form: { file } }, never);
    expect(seen[0]!.body.includes(file.bytes)).toBe(true);
    expect(await (await client.download(`${url}/x`, true, never)).text()).toBe('{"ok":true}');
  });

  test("asking again does no harm, so a lost answer to a question is no doubt", async () => {
    for (const answer of ["reset", "truncated"] as const) {
      const client = await against(answer);
      expect((await faultOf(client.call("GET", "1", {}, never))).fault).toBe("unreachable");
      expect((await faultOf(client.call("POST", "1", {}, never))).fault).toBe("maybe-sent");
    }
  });
});

describe("a download", () => {
  test("shows the token to Meta's address and to nobody behind a redirect", async () => {
    const { seen, url, client } = await mirror((path) => (path === "/file" ? "/store" : undefined));
    const response = await client.download(`${url}/file`, true, never);
    expect(await response.text()).toBe('{"ok":true}');
    expect(seen.map(({ request }) => [request.url, request.headers.authorization])).toEqual([
      ["/file", `Bearer ${accessToken}`],
      ["/store", undefined],
    ]);
    await client.download(`${url}/public`, false, never);
    expect(seen.at(-1)?.request.headers.authorization).toBeUndefined();
  });

  test.each(["http://127.0.0.1:1/x", "ftp://x.example/", "file:///etc/passwd", "nonsense", ""])(
    "does not go to %o",
    async (address) => {
      const { seen, client } = await mirror();
      expect((await faultOf(client.download(address, true, never))).fault).toBe("refused");
      expect(seen).toEqual([]);
    },
  );

  test.each([
    ["/gone", 404, "refused"],
    ["/busy", 503, "unreachable"],
    ["/login", 401, "unauthorized"],
  ] as const)("of %s with %i is %s", async (path, status, fault) => {
    const server = await answerWith({ status });
    afterwards(() => server.close());
    expect((await faultOf(clientAt(server.url).download(server.url + path, true, never))).fault).toBe(fault);
  });

  test("in circles ends", async () => {
    const { url, client } = await mirror((path) => path);
    expect((await faultOf(client.download(`${url}/file`, true, never))).fault).toBe("refused");
  });
});

test("moments are read from seconds and milliseconds, numbers and text", () => {
  const noon = new Date("2026-01-09T12:00:00Z");
  for (const given of [1767960000, "1767960000", 1767960000000, "1767960000000"]) expect(momentOf(given)).toEqual(noon);
  for (const given of [0, -1, NaN, 1e300, "", "soon", "1e9", null, {}, undefined, 2 ** 53 * 1_000])
    expect(momentOf(given as Json | undefined)).toBeUndefined();
});

test("ids are text, or whole numbers that JSON did not round", () => {
  expect([
    idOf("a"),
    idOf(7),
    idOf(2 ** 53),
    idOf(0.5),
    idOf(" "),
    idOf("x".repeat(600)),
    idOf(null),
    idOf(undefined),
  ]).toEqual(["a", "7", undefined, undefined, undefined, undefined, undefined, undefined]);
});
