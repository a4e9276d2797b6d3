import { expect, test } from "vitest";
import { startChat } from "../support/chat.ts";
import { until } from "../support/corridor.ts";

test("requests without proof, from other websites, or without sense get a sentence that the page may read", async () => {
  const chat = await startChat();
  const origin = "https://shop.example";
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${chat.url}${path}`, { headers });
    const problem = (await response.json()) as { detail: string };
    expect(problem.detail).toMatch(/\w+ \w+/);
    return { status: response.status, readable: response.headers.get("access-control-allow-origin") };
  };
  expect(await ask("/messages", { origin })).toEqual({ status: 401, readable: origin });
  expect(await ask("/stream?ticket=x", { origin })).toEqual({ status: 401, readable: origin });
  expect(await ask("/files/x", { origin })).toEqual({ status: 401, readable: origin });
  expect(await ask("/messages", { origin: "https://evil.example" })).toEqual({ status: 403, readable: null });
  const ana = chat.browser();
  await ana.open();
  const authorization = `Bearer ${ana.token}`;
  for (const after of ["-1", "x", "1e9", "99999999999"]) {
    expect(await ask(`/messages?after=${after}`, { origin, authorization })).toEqual({ status: 400, readable: origin });
  }
  expect(await ask("/stream", { origin, authorization, "last-event-id": "<x>" })).toEqual({
    status: 400,
    readable: origin,
  });
});

test("a visitor holds a few streams open, not any number; closing lets others in", async () => {
  const chat = await startChat({ responders: [] });
  const ana = chat.browser();
  await ana.open();
  const headers = { authorization: `Bearer ${ana.token}` };
  const ending = new AbortController();
  for (let i = 0; i < 8; i++)
    expect((await fetch(`${chat.url}/stream`, { headers, signal: ending.signal })).status).toBe(200);
  const ninth = await fetch(`${chat.url}/stream`, { headers });
  expect([ninth.status, ninth.headers.get("retry-after")]).toEqual([429, "10"]);
  await ninth.text();
  ending.abort();
  await until(async () => {
    const again = new AbortController();
    const { status } = await fetch(`${chat.url}/stream`, { headers, signal: again.signal });
    again.abort();
    return status === 200;
  });
});

test("a hub that stops ends its streams", async () => {
  const chat = await startChat({ responders: [] });
  const ana = chat.browser();
  await ana.open();
  const response = await fetch(`${chat.url}/stream`, { headers: { authorization: `Bearer ${ana.token}` } });
  const reading = response.text();
  chat.visitors.close();
  expect(await reading).toBe("retry: 2000\n\n");
});
