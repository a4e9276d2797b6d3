import { describe, expect, test } from "vitest";
import { BadPayload, BadSignature, type Webhook } from "../../src/contract/index.ts";
import { mutate, seededRandom } from "../../tests/contract/mutate.ts";
import { survives } from "../../tests/contract/decoding.ts";
import { afterwards } from "../../tests/contract/small-hub.ts";
import { loadSamples, open } from "../../tests/contract/tools.ts";
import { openDoor } from "../../tests/support/webhook-door.ts";
import { seal, sha1 } from "./emulator-seal.ts";
import { createWechatEmulator, type EmulatorOptions } from "./emulator.ts";
import wechat from "./index.ts";
import { toXml } from "./xml.ts";

async function start(options: EmulatorOptions = {}, settings: object = {}) {
  const account = await createWechatEmulator({ timeoutMs: 2_000, ...options });
  afterwards(() => account.close());
  const connection = open(wechat, { ...account.settings, ...settings });
  const door = await openDoor([connection]);
  afterwards(() => door.close());
  account.attach(door.url);
  return { account, connection, door };
}

describe.each(["safe", "compatible", "plain"] as const)("in %s mode", (encryption) => {
  test("the console's question is answered, and everything people do arrives", async () => {
    const { account, door } = await start({ encryption });
    expect(await account.greet()).toBe(true);
    const li = account.person("Li");
    li.follows("K7mQ2xVb9c");
    li.says("你好 ]]> <xml> & /:rose 👩‍👩‍👧");
    li.sendsPicture();
    li.sendsVoice("明天下午三点");
    li.sendsVideo("shortvideo");
    li.sendsPlace(23.134521, 113.358803, "广州市");
    li.sendsLink("Shoes", "https://shop.example/?a=1&b=2");
    li.clicks("HOURS");
    li.views("https://shop.example/");
    li.triggers("LOCATION", { Latitude: "23.1", Longitude: "113.3", Precision: "119.3" });
    li.unfollows();
    await account.settle();
    expect(door.answers.every(({ status, body }) => status === 200 && body !== "")).toBe(true);
    expect(account.pushes.failures).toBe(0);
    const events = door.events();
    expect(events.map(({ type }) => type).sort()).toEqual(
      ["entered", "left", ...new Array<string>(6).fill("message"), "pressed", "unknown", "unknown"].sort(),
    );
    expect(events.find(({ type }) => type === "entered")?.entry?.code).toBe("K7mQ2xVb9c");
    const words = events.flatMap((event) => (event.type === "message" ? event.parts : []));
    expect(words).toContainEqual({ type: "text", text: "你好 ]]> <xml> & /:rose 👩‍👩‍👧" });
    expect(words).toContainEqual(expect.objectContaining({ kind: "audio", alt: "明天下午三点" }));
  });
});

describe("who scans", () => {
  test("brings the code, as a new follower and as an old one, each time", async () => {
    const { account, connection, door } = await start();
    const { url } = (await connection.entryLink?.("K7mQ2xVb9c", new AbortController().signal))!;
    const li = account.person("Li");
    li.unfollows();
    li.scans(url);
    await account.settle();
    li.scans(url);
    await account.settle();
    const entered = door.events().filter(({ type }) => type === "entered");
    expect(entered.map(({ entry }) => [entry?.code, entry?.method, entry?.raw])).toEqual([
      ["K7mQ2xVb9c", "scene", "qrscene_K7mQ2xVb9c"],
      ["K7mQ2xVb9c", "scene", "K7mQ2xVb9c"],
    ]);
    expect(entered[0]?.allows).toEqual({ forMs: 60_000, messages: 3 });
  });
});

describe("proof", () => {
  const settings = { appId: "wx0123456789abcdef", appSecret: "0".repeat(32), token: "Token123" };
  const key = { encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG" };
  const xml =
    "<xml><ToUserName>gh_1</ToUserName><FromUserName>oLi</FromUserName><CreateTime>1767960000</CreateTime><MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId></xml>";
  const signedPlain = (body = xml) => ({
    method: "POST",
    path: "/",
    query: new URLSearchParams({ signature: sha1(settings.token, "1", "2"), timestamp: "1", nonce: "2" }),
    headers: {},
    body: Buffer.from(body),
  });
  const sealed = (inner = xml, sealedFor = { ...settings, ...key }) => {
    const encrypt = seal(inner, sealedFor);
    const body = toXml({ ToUserName: "gh_1", Encrypt: encrypt });
    const query = new URLSearchParams({
      msg_signature: sha1(settings.token, "1", "2", encrypt),
      timestamp: "1",
      nonce: "2",
      encrypt_type: "aes",
    });
    return { method: "POST", path: "/", query, headers: {}, body: Buffer.from(body) };
  };
  const receive = (given: object, request: ReturnType<typeof signedPlain>) =>
    (open(wechat, given).inbound as Webhook).receive(request);

  test("in safe mode an unencrypted message is refused, however well it is signed", async () => {
    await expect(receive({ ...settings, ...key }, signedPlain())).rejects.toBeInstanceOf(BadSignature);
    const both = signedPlain();
    both.query.set("msg_signature", "0".repeat(40));
    await expect(receive({ ...settings, ...key }, both)).rejects.toBeInstanceOf(BadSignature);
  });

  test("in compatible mode both are taken, and what is sealed must be sealed rightly", async () => {
    const compatible = { ...settings, ...key, encryption: "compatible" };
    expect((await receive(compatible, signedPlain())).arrivals).toHaveLength(1);
    expect((await receive(compatible, sealed())).arrivals).toHaveLength(1);
    const forged = sealed();
    forged.body = Buffer.from(toXml({ Encrypt: seal(xml, { ...settings, ...key, appId: "wxffffffffffffffff" }) }));
    await expect(receive(compatible, forged)).rejects.toBeInstanceOf(BadSignature);
  });

  test("a bit flipped anywhere in the sealed message is refused", async () => {
    const request = sealed(xml);
    const start = request.body.indexOf("<Encrypt>") + "<Encrypt><![CDATA[".length;
    const end = request.body.indexOf("]]></Encrypt>");
    for (let at = start; at < end; at += 7) {
      const body = Buffer.from(request.body);
      body[at]! ^= 1;
      await expect(receive({ ...settings, ...key }, { ...request, body })).rejects.toBeInstanceOf(BadSignature);
    }
  });

  test("another account's AppID is refused, and a wrong key is said to be one", async () => {
    await expect(
      receive({ ...settings, ...key }, sealed(xml, { ...settings, ...key, appId: "wxffffffffffffffff" })),
    ).rejects.toBeInstanceOf(BadSignature);
    const wrong = { ...settings, encodingAesKey: key.encodingAesKey.toUpperCase() };
    await expect(receive(wrong, sealed())).rejects.toThrow(/encodingAesKey/);
    await expect(
      receive({ ...settings, encryption: "plain" }, { ...sealed(), query: signedPlain().query }),
    ).rejects.toThrow(/encryption to safe/);
  });

  test("a body of more than a megabyte is no message", async () => {
    await expect(
      receive({ ...settings, encryption: "plain" }, signedPlain("x".repeat(1_100_000))),
    ).rejects.toBeInstanceOf(BadSignature);
  });

  test("the word to be repeated is repeated as plain text alone", async () => {
    const greet = (echo: string) => {
      const request = { ...signedPlain(""), method: "GET" };
      request.query.set("echostr", echo);
      return receive({ ...settings, ...key }, request);
    };
    expect(await greet("5936204878119203617")).toEqual({
      arrivals: [],
      reply: expect.objectContaining({
        body: "5936204878119203617",
        headers: expect.objectContaining({ "content-type": "text/plain; charset=utf-8" }) as object,
      }) as object,
    });
    for (const echo of ["", "a b", "x".repeat(600), "中"]) await expect(greet(echo)).rejects.toBeInstanceOf(BadPayload);
  });
});

test("duplicates, repetitions and shuffling end in one arrival for each message", async () => {
  const { account, door } = await start({
    seed: 3,
    faults: { duplicateShare: 0.5, repeatShare: 0.5, reorderShare: 0.5, reorderMs: 50 },
  });
  const people = Array.from({ length: 10 }, (_, index) => account.person(`P${index}`));
  for (let i = 0; i < 10; i++) for (const person of people) person.says(`${i}`);
  await account.settle();
  expect(door.answers.length).toBeGreaterThan(150);
  expect(door.arrivals).toHaveLength(100);
  expect(new Set(door.events().map(({ id }) => id)).size).toBe(100);
});

test("hostile bodies of every kind, sealed rightly, end as an arrival or with a reason", async () => {
  const account = {
    appId: "wx0123456789abcdef",
    token: "Token123",
    encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  };
  const connection = open(wechat, { ...account, replies: "passive" });
  const samples = loadSamples(new URL("./fixtures/", import.meta.url));
  const random = seededRandom(11);
  let taken = 0;
  for (let i = 0; i < 1_500; i++) {
    const payload = samples[i % samples.length]!.payload;
    const text =
      i % 2 ? damaged(toXml(payload as Record<string, string>), random) : JSON.stringify(mutate(payload, random));
    const encrypt = seal(text, account);
    const query = new URLSearchParams({
      msg_signature: sha1(account.token, "1", "2", encrypt),
      timestamp: "1",
      nonce: "2",
    });
    const request = { method: "POST", path: "/", query, headers: {}, body: Buffer.from(toXml({ Encrypt: encrypt })) };
    const received = await (connection.inbound as Webhook).receive(request).catch((error: unknown) => error);
    if (received instanceof BadPayload) continue;
    taken++;
    for (const arrival of (received as { arrivals: { payload: never }[] }).arrivals)
      survives(connection, arrival.payload);
  }
  expect(taken).toBeGreaterThan(100);
});

/** XML with a piece cut out, doubled, or replaced by something that means something in XML. */
function damaged(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * 20);
  const pieces = [
    "",
    "<",
    "]]>",
    "&amp;",
    "&x;",
    "<![CDATA[",
    "</xml>",
    "\0",
    "<A/>",
    "9".repeat(40),
    text.slice(at, at + length).repeat(2),
  ];
  return text.slice(0, at) + pieces[Math.floor(random() * pieces.length)] + text.slice(at + length);
}
