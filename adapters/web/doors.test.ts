import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BadSignature, type Json } from "../../src/contract/index.ts";
import { contractTools, NOW } from "../../tests/contract/tools.ts";
import { ask, clockAt, connect, session, visitRequest } from "../../tests/support/web.ts";

describe("websites", () => {
  test("an allowed page may read everything, refusals included", async () => {
    const connection = connect();
    const headers = { origin: "https://shop.example" };
    const allowed = { "access-control-allow-origin": "https://shop.example", vary: "origin" };
    expect((await ask(connection, "/session", {}, { headers })).headers).toMatchObject(allowed);
    expect((await ask(connection, "/session", [], { headers })).headers).toMatchObject(allowed);
    const refused: unknown = await ask(connection, "/messages", {}, { headers }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ headers: allowed });
    const preflight = await ask(connection, "/messages", {}, { method: "OPTIONS", headers });
    expect(preflight).toMatchObject({ status: 204, headers: allowed });
    expect(preflight.headers["access-control-allow-headers"]).toContain("authorization");
  });

  test.each([
    "https://evil.example",
    "https://shop.example.evil.example",
    "http://shop.example",
    "null",
    "https://shop.example:8443",
  ])("a page of %s gets nothing", async (origin) => {
    for (const method of ["POST", "OPTIONS"]) {
      const { status, headers, arrivals } = await ask(connect(), "/session", {}, { method, headers: { origin } });
      expect({ status, arrivals }).toEqual({ status: 403, arrivals: [] });
      expect(headers).not.toHaveProperty("access-control-allow-origin");
    }
    const { token } = await session(connect());
    await expect(connect().visit!(visitRequest("/messages", token, { origin }))).rejects.toThrow(/allowedOrigins/);
  });

  test("without a list, only pages of the hub's own address may", async () => {
    const connection = connect({ allowedOrigins: [] });
    expect((await ask(connection, "/session", {}, { headers: { origin: "https://shop.example" } })).status).toBe(403);
    expect((await ask(connection, "/session", {}, { headers: { origin: "https://hub.example" } })).status).toBe(200);
  });

  test.each<[string, string, number]>([
    ["POST", "/nothing", 404],
    ["GET", "/session", 405],
    ["POST", "/stream", 404],
    ["DELETE", "/files", 405],
  ])("%s %s is %i, in a sentence", async (method, path, expected) => {
    const { status, json } = await ask(connect(), path, {}, { method });
    expect(status).toBe(expected);
    expect(json.detail).toMatch(/\w+ \w+/);
  });

  test("a body beyond 64 kB is refused unread", async () => {
    expect((await ask(connect(), "/session", { page: "x".repeat(70_000) })).status).toBe(413);
  });

  test("an entry point leads to the site with its code", async () => {
    const link = await connect().entryLink!("K7mQ2xVb9c", new AbortController().signal);
    expect(link.url).toBe("https://shop.example/chat?lang=en&e=K7mQ2xVb9c");
    const own = await connect({ siteUrl: undefined as unknown as string }).entryLink!(
      "K7mQ2xVb9c",
      new AbortController().signal,
    );
    expect(own.url).toBe(`https://hub.example/chat/${contractTools().channelId}?e=K7mQ2xVb9c`);
  });
});

describe("visiting", () => {
  test("a ticket opens the stream for a minute, and nothing else", async () => {
    const connection = connect();
    const { token, place: mine } = await session(connection);
    const { json } = await ask(connection, "/stream-ticket", {}, { token });
    const withTicket = (path: string) => ({
      ...visitRequest(path),
      query: new URLSearchParams({ ticket: json.ticket! }),
    });
    expect((await connection.visit!(withTicket("/stream"))).place).toBe(mine);
    await expect(connection.visit!(withTicket("/messages"))).rejects.toBeInstanceOf(BadSignature);
    await expect(
      ask(connection, "/messages", { id: randomUUID(), text: "x" }, { token: json.ticket }),
    ).rejects.toBeInstanceOf(BadSignature);
    const later = connect({}, clockAt(new Date(NOW.getTime() + 61_000)));
    await expect(later.visit!(withTicket("/stream"))).rejects.toBeInstanceOf(BadSignature);
    const tokenAsTicket = { ...visitRequest("/stream"), query: new URLSearchParams({ ticket: token }) };
    await expect(connection.visit!(tokenAsTicket)).rejects.toBeInstanceOf(BadSignature);
  });

  test("another channel's token is worth nothing, even with the same secret", async () => {
    const { token } = await session(connect());
    const other = connect({}, { channelId: "0190a000-0000-7000-8000-000000000002" });
    await expect(other.visit!(visitRequest("/messages", token))).rejects.toBeInstanceOf(BadSignature);
  });

  test("formatting is shown as harmless nodes", async () => {
    const { token } = await session(connect());
    const { show } = await connect().visit!(visitRequest("/messages", token));
    const text = (value: string) => ({ type: "text" as const, value });
    const [shown] = show([
      {
        type: "text",
        text: "Bold link",
        mdast: {
          type: "root",
          children: [
            {
              type: "paragraph",
              children: [
                { type: "strong", children: [text("Bold")] },
                { type: "link", url: "javascript:alert(1)", children: [text("bad")] },
              ],
            },
            {
              type: "paragraph",
              children: [{ type: "link", url: "https://shop.example", title: "x", children: [text("good")] }],
            },
            { type: "html", value: "<script>alert(1)</script>" },
          ],
        },
      },
    ]) as { mdast: Json }[];
    expect(shown!.mdast).toEqual({
      type: "root",
      children: [
        { type: "paragraph", children: [{ type: "strong", children: [text("Bold")] }, text("bad")] },
        { type: "paragraph", children: [{ type: "link", url: "https://shop.example", children: [text("good")] }] },
        { type: "paragraph", children: [text("<script>alert(1)</script>")] },
      ],
    });
  });
});
