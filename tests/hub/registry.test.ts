import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { createTelegramEmulator } from "../../adapters/telegram/emulator.ts";
import { readConfig } from "../../src/config.ts";
import { createHub } from "../../src/hub.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { freshConnection } from "../support/database.ts";
import { socketUrl } from "../support/hub-process.ts";
import { silentLog } from "../support/log.ts";

const GREETING = { en: "Welcome to the spring fair!", zh: "欢迎来到春季展！" };
const PARKING = {
  slug: "parking",
  texts: { en: { title: "Parking", answer: "Behind the house." }, zh: { title: "停车", answer: "房子后面。" } },
  phrasings: { en: ["Where can I park?"], zh: ["哪里可以停车？"] },
};

async function openShop() {
  const connection = await freshConnection();
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-registry-"));
  const config = readConfig({
    DATABASE_URL: socketUrl({ ...inject("postgres"), ...connection }),
    TRIBUTARY_SECRET: "the secret of the registry",
    TRIBUTARY_DATA_DIR: dataDir,
    ALLOW_PRIVATE_ADDRESSES: "true",
    PORT: "0",
  });
  const hub = await createHub({ config, clock: systemClock, log: silentLog });
  await hub.start();
  const telegram = await createTelegramEmulator({ username: "lantern_bot" });
  onTestFinished(async () => {
    await hub.stop();
    await telegram.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const { token } = await hub.tokens.create({ name: "test", role: "owner" }, "cli");
  const ask = (method: string, address: string, body?: string, type = "application/json") =>
    fetch(new URL(`api/v1${address}`, hub.url), {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": type },
      ...(body !== undefined && { body }),
    });
  const call = async <T>(method: string, address: string, body?: object): Promise<T> =>
    (await (await ask(method, address, body && JSON.stringify(body))).json()) as T;
  const settings = { token: telegram.token, username: telegram.username, apiRoot: telegram.apiRoot };
  const { id: channelId } = await call<{ id: string }>("POST", "/channels", {
    adapter: "telegram",
    name: "Shop",
    settings,
  });
  return { hub, telegram, ask, call, channelId };
}

test("who comes through a door is greeted by it once, answered what they asked, and given to its owner", async () => {
  const { hub, telegram, call, channelId } = await openShop();
  await call("POST", "/articles", PARKING);
  const landing = { greeting: GREETING, article: "parking" };
  const base = { name: "Fair", medium: "poster", channelId };
  const fair = await call<{ code: string }>("POST", "/entry-points", { ...base, keyword: "SPRING", landing });

  const ana = telegram.person(77, "Ana");
  ana.scans(fair.code);
  const first = await telegram.waitForReply(77, 15_000);
  expect(first.text).toContain(GREETING.en);
  expect((await telegram.waitForReply(77)).text).toContain("Behind the house.");
  ana.says("Spring! Where can I park?");
  expect((await telegram.waitForReply(77)).text).toBe("Behind the house.");

  const mei = "0190a000-0000-7000-8000-00000000abcd";
  await hub.db.query("INSERT INTO staff (id, name, email, role) VALUES ($1, 'Mei', 'mei@shop.example', 'agent')", [
    mei,
  ]);
  const card = await call<{ code: string }>("POST", "/entry-points", {
    ...base,
    name: "Mei's card",
    ownerId: mei,
    landing: {},
  });
  const bo = telegram.person(78, "Bo");
  bo.scans(card.code);
  expect((await telegram.waitForReply(78)).text).toContain("personal contact");
  const { items } = await call<{ items: { id: string; assigneeId: string; owner: string }[] }>(
    "GET",
    "/conversations?owner=agent",
  );
  expect(items).toMatchObject([{ assigneeId: mei, owner: "agent" }]);
  expect(await call("GET", `/conversations/${items[0]!.id}/journey`)).toMatchObject({
    ...{ stage: "visitor", first: { entryPoint: { name: "Mei's card" }, confidence: "high" } },
  });
});

test("a stage rule's offer is said by the running hub, once", async () => {
  const { telegram, call } = await openShop();
  await call("POST", "/articles", PARKING);
  const { items } = await call<{ items: { id: string; trigger: string }[] }>("GET", "/stage-rules");
  const { id } = items.find(({ trigger }) => trigger === "message")!;
  const offer = { en: "Today the second cup is free.", zh: "今天第二杯免费。" };
  await call("PATCH", `/stage-rules/${id}`, { act: { offer } });
  const ana = telegram.person(77, "Ana");
  ana.says("Where can I park?");
  const said = [await telegram.waitForReply(77, 15_000), await telegram.waitForReply(77, 15_000)].map(
    ({ text }) => text,
  );
  expect(said.filter((text) => text === "Behind the house.")).toHaveLength(1);
  expect(said.filter((text) => text.includes(offer.en))).toHaveLength(1);
  ana.says("Where can I park?");
  expect((await telegram.waitForReply(77)).text).toBe("Behind the house.");
});

test("a file of entry points is sent as it is, and the sheet comes with its own styles and no scripts", async () => {
  const { ask } = await openShop();
  const csv = "name,medium,channel,keyword\nStation,poster,Shop,春季\nMarket,poster,Nowhere,\n";
  const looked = await ask("POST", "/entry-points/import?dryRun=true", csv, "text/csv");
  expect([looked.status, await looked.json()]).toMatchObject([200, { good: 1, made: [], refused: [{ line: 3 }] }]);
  const brought = (await (await ask("POST", "/entry-points/import?partial=true", csv, "text/csv")).json()) as {
    made: { id: string }[];
  };
  const sheet = await ask("GET", `/entry-points/sheet?ids=${brought.made[0]!.id}`);
  expect(sheet.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(sheet.headers.get("content-security-policy")).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
  expect(await sheet.text()).toContain("春季");
  expect((await ask("GET", "/entry-points/sheet?ids=x")).status).toBe(422);
});
