import { request } from "node:http";
import { expect, test } from "vitest";
import { openLab, type OpenLab } from "../tests/support/lab.ts";
import { PLATFORMS } from "./platforms.ts";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const say = { type: "say", text: "Hello" };

/** The lab with the two platforms that are quickest to start. */
const openSmallLab = () => openLab(PLATFORMS.filter(({ title }) => /Telegram|Website/.test(title.en)));

/** A request with headers that `fetch` would not send. */
function ask(url: URL, headers: Record<string, string>, method = "GET", body = ""): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => resolve(response.resume().statusCode ?? 0));
    asked.on("error", reject).end(body);
  });
}

test("strangers are kept out, and nonsense is refused in words", { timeout: 120_000 }, async () => {
  const lab = await openSmallLab();
  const { url, act, call } = lab;
  const json = { "content-type": "application/json" };
  const deed = JSON.stringify({ platform: "telegram", person: "Ana", deed: say });
  const post = (headers: Record<string, string>) => ask(new URL("/act", url), headers, "POST", deed);
  expect(await ask(url, { host: "lab.example:8090" })).toBe(403);
  expect(await ask(new URL("/state", url), { host: url.host, origin: "https://shop.example" })).toBe(403);
  expect(await post({ ...json, host: url.host, origin: "http://127.0.0.1:1" })).toBe(403);
  expect(await post({ "content-type": "text/plain", host: url.host })).toBe(415);
  expect(await lab.screen("telegram", "Ana")).toEqual([]);
  expect(await post({ ...json, host: url.host, origin: url.origin })).toBe(200);

  await expect(act("nowhere", "Ana", say)).rejects.toThrow(
    "404: There is no such platform here. There are: telegram, web",
  );
  await expect(act("telegram", "Ana", { type: "dance" })).rejects.toThrow("400");
  await expect(act("telegram", "", say)).rejects.toThrow("400");
  await expect(act("telegram", "Ana", { type: "delete", messageId: "1" })).rejects.toThrow(
    "409: Nobody can delete on telegram",
  );
  await expect(act("telegram", "Ana", { type: "react", messageId: "1", emoji: "👍" })).rejects.toThrow("no message 1");
  await expect(act("web", "Ana", { type: "scan", link: "https://t.me/other" })).rejects.toThrow("does not lead to");
  await expect(act("web", "Ana", { type: "scan", link: `${lab.stage.hub.url.href}e/nothing1` })).rejects.toThrow(
    "led nowhere",
  );
  await expect(call("/fault", { platform: "web", times: 1, seconds: 1 })).rejects.toThrow("409");
  await expect(call("/fault", { platform: "telegram", times: 0, seconds: 1 })).rejects.toThrow("400");
  await expect(call("/etc/passwd")).rejects.toThrow("404");
  const large = { type: "photo", name: "a.png", bytes: "A".repeat(9 * 2 ** 20) };
  await expect(act("telegram", "Ana", large)).rejects.toThrow(/413|fetch failed/);
});

/** What the lab says to somebody who looks at this platform. */
async function listen(lab: OpenLab, platform: string) {
  const ending = new AbortController();
  const address = new URL(`/live?platform=${platform}&person=Ana`, lab.url);
  const { body } = await fetch(address, { signal: ending.signal });
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
  return { next: async () => (await reader.read()).value, end: () => ending.abort() };
}

test("a photo is kept, and whoever looks is told what is new", { timeout: 120_000 }, async () => {
  const lab = await openSmallLab();
  const live = await listen(lab, "telegram");
  expect(await live.next()).toMatch(/^data: \{"next":\d+,"life":"[\w-]+"\}\n\n$/);
  const deed = { type: "photo", name: "shoe.png", bytes: PIXEL, text: "this one" };
  await lab.act("telegram", "Ana", deed);
  expect(await live.next()).toContain("data: ");
  live.end();
  const file = await lab.step(
    "telegram",
    ({ kind, facts }) => kind === "file" && facts.state === "kept",
    "the file kept",
  );
  expect(file.facts).toMatchObject({ mimeType: "image/png", size: Buffer.from(PIXEL, "base64").length });
  const stored = await lab.step("telegram", ({ facts }) => facts.text === "this one", "its caption");
  expect(stored.facts).toMatchObject({ person: "Ana", parts: ["image", "text"] });
  await lab.step("telegram", ({ kind, facts }) => kind === "delivery" && facts.state === "sent", "an answer");
  await lab.until("all is quiet", async () => {
    const { next } = await lab.call<{ next: number }>("/trace?platform=telegram&after=0");
    await new Promise((resolve) => setTimeout(resolve, 400));
    return (await lab.call<{ next: number }>(`/trace?platform=telegram&after=${next}`)).next === next;
  });
  const { next } = await lab.call<{ next: number }>("/trace?platform=telegram&after=0");
  const after = () => lab.call<{ steps: { id: string }[] }>(`/trace?platform=telegram&after=${next}`);
  expect((await after()).steps).toEqual([]);
  await lab.act("telegram", "小梅", { type: "say", text: "你好" });
  await lab.until("news", async () => (await after()).steps.length > 0);
  expect((await after()).steps.map(({ id }) => id)).not.toContain(stored.id);
  expect((await lab.call<{ steps: unknown[] }>("/trace?platform=telegram&after=999999")).steps.length).toBeGreaterThan(
    5,
  );
});
