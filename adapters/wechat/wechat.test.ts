import { describe, expect, test } from "vitest";
import { fit, type Clock, type Json, type OutboundMessage, type Part } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import type { Answer } from "../../tests/contract/canned-server.ts";
import type { AdapterExamples, RequestExamples } from "../../tests/contract/examples.ts";
import { keepsAdapterContract } from "../../tests/contract/keeps-adapter-contract.ts";
import { checksRequests } from "../../tests/contract/requests.ts";
import { afterwards, serve } from "../../tests/contract/small-hub.ts";
import { loadSamples, open } from "../../tests/contract/tools.ts";
import { createWechatEmulator } from "./emulator.ts";
import { seal, sha1 } from "./emulator-seal.ts";
import { encode } from "./encode.ts";
import wechat from "./index.ts";
import { menuAsText } from "./reply.ts";
import { toXml, type XmlValue } from "./xml.ts";

/** WeChat's five seconds are one here, and some for a busy machine. */
const FAST = 5;
const TIMEOUT_MS = 1_400;
const fastClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now() * FAST,
  sleep: (ms, signal) => systemClock.sleep(ms / FAST, signal),
};
const appId = "wx0123456789abcdef";
const appSecret = "fedcba9876543210fedcba9876543210";
const token = "ExampleToken0123";
const encodingAesKey = "ExampleKey0123456789ExampleKey0123456789abc";
const plain = { appId, appSecret, token, encryption: "plain" };
const safe = { appId, appSecret, token, encodingAesKey };
const openid = "oDF3iY9ffA-hqb2vVvbr7qxf6A0Q";
const message: OutboundMessage = {
  place: openid,
  parts: [{ type: "text", text: "We are open." }],
  idempotencyKey: "0190a000-0000-7000-8000-0000000000aa",
};

const samples = loadSamples(new URL("./fixtures/", import.meta.url));
const pushed = samples.filter(({ name }) => name !== "kept-answers-given");
const bodies = pushed.map(({ name, payload }) => ({ name, body: xmlOf(payload), arrivals: 1 }));

/** A stored payload as WeChat wrote it. */
function xmlOf(payload: Json): string {
  return toXml(payload as Record<string, XmlValue>);
}

/** The suite mutates payloads as JSON; those that still are fields go out as XML, others as they are. */
function asSent(body: Uint8Array): string {
  const text = Buffer.from(body).toString("utf8");
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? xmlOf(value) : text;
  } catch {
    return text;
  }
}

function isFields(value: unknown): value is Record<string, Json> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, inner]) => /^\w+$/.test(name) && isWritable(inner));
}

function isWritable(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isWritable);
  return typeof value === "string" || typeof value === "number" || isFields(value);
}

const nonce = "1320562132";
const secondsOf = (at: Date) => String(Math.floor(at.getTime() / 1_000));

const inPlainMode: RequestExamples = {
  settings: plain,
  secretSetting: "token",
  batches: { skip: "WeChat pushes one thing at a time" },
  wire: (payload) => asSent(Buffer.from(JSON.stringify(payload))),
  sign(body, at) {
    const timestamp = secondsOf(at);
    const query = new URLSearchParams({ signature: sha1(token, timestamp, nonce), timestamp, nonce });
    return { method: "POST", path: "/", query, headers: {}, body: Buffer.from(asSent(body)) };
  },
  proofs: ["signature", "timestamp", "nonce"].map((name) => ({ in: "query", name })),
  signsBody: false,
  toleranceMs: { skip: "WeChat names no tolerance; a repeated message is dropped by its MsgId" },
  bodies,
};

const inSafeMode: RequestExamples = {
  settings: safe,
  secretSetting: "token",
  batches: { skip: "WeChat pushes one thing at a time" },
  wire: (payload) => asSent(Buffer.from(JSON.stringify(payload))),
  sign(body, at) {
    const timestamp = secondsOf(at);
    const encrypt = seal(asSent(body), safe, Buffer.alloc(16, 1));
    const proof = { msg_signature: sha1(token, timestamp, nonce, encrypt), timestamp, nonce };
    const query = new URLSearchParams({ signature: sha1(token, timestamp, nonce), encrypt_type: "aes", ...proof });
    const sealed = toXml({ ToUserName: "gh_7f083739789a", Encrypt: encrypt });
    return { method: "POST", path: "/", query, headers: {}, body: Buffer.from(sealed) };
  },
  proofs: ["msg_signature", "timestamp", "nonce"].map((name) => ({ in: "query", name })),
  signsBody: true,
  toleranceMs: { skip: "WeChat names no tolerance; a repeated message is dropped by its MsgId" },
  bodies,
};

const TOKEN = { body: '{"access_token":"90_example-token","expires_in":7200}' };
/** Gives the token, and answers sends so. */
const sends =
  (answer: Exclude<Answer, "closed" | ((path: string) => unknown)>): Answer =>
  (path) =>
    path.startsWith("/cgi-bin/stable_token") ? TOKEN : answer;
const says = (errcode: number, errmsg: string): Answer => sends({ body: JSON.stringify({ errcode, errmsg }) });
const tokenSays = (errcode: number, errmsg: string): Answer => ({ body: JSON.stringify({ errcode, errmsg }) });
/** From the suite's still moment (20:00 in China) to midnight there. */
const UNTIL_MIDNIGHT_MS = 4 * 3_600_000;

const examples: AdapterExamples = {
  settings: safe,
  otherSettings: { ...safe, token: "AnotherToken4567" },
  samples,
  requests: inSafeMode,
  outbound: {
    quota: "the day's quota",
    settingsAt: (url) => ({ ...safe, apiRoot: url }),
    message,
    ok: says(0, "ok"),
    sent: { externalId: message.idempotencyKey },
    faults: [
      {
        name: "a template's id beyond 2^53",
        answer: sends({ body: '{"errcode":0,"errmsg":"ok","msgid":3872346791234567890}' }),
        expected: { externalId: "3872346791234567890" },
      },
      { name: "busy", answer: says(-1, "system error"), expected: { fault: "unreachable" } },
      {
        name: "the day's quota",
        answer: says(45009, "reach max api daily quota limit"),
        expected: { fault: "retry-after", retryAfterMs: UNTIL_MIDNIGHT_MS, scope: "channel" },
      },
      {
        name: "the minute's quota",
        answer: says(45011, "api minute-quota reach limit"),
        expected: { fault: "retry-after", retryAfterMs: 60_000 },
      },
      {
        name: "429 of the front servers",
        answer: sends({ status: 429, headers: { "retry-after": "7" } }),
        expected: { fault: "retry-after", retryAfterMs: 7_000 },
      },
      {
        name: "429 without a time",
        answer: sends({ status: 429 }),
        expected: { fault: "retry-after", retryAfterMs: 60_000 },
      },
      {
        name: "after 48 hours",
        answer: says(45015, "response out of time limit or subscription is canceled"),
        expected: { fault: "window-closed" },
      },
      {
        name: "too many messages",
        answer: says(45047, "out of response count limit"),
        expected: { fault: "window-closed" },
      },
      { name: "no such person", answer: says(40003, "invalid openid"), expected: { fault: "recipient-gone" } },
      { name: "no follower", answer: says(43004, "require subscribe"), expected: { fault: "recipient-gone" } },
      {
        name: "on the blacklist",
        answer: says(43019, "require remove blacklist"),
        expected: { fault: "recipient-gone" },
      },
      {
        name: "messages turned off",
        answer: says(48002, "user refuse to accept the msg"),
        expected: { fault: "recipient-gone" },
      },
      { name: "no permission", answer: says(48001, "api unauthorized rid: 65f0c0de"), expected: { fault: "refused" } },
      { name: "too long", answer: says(45002, "content size out of limit"), expected: { fault: "refused" } },
      { name: "a number that we do not know", answer: says(99999, `odd ${appSecret}`), expected: { fault: "refused" } },
      {
        name: "a token that stays stale",
        answer: says(40001, "invalid credential"),
        expected: { fault: "unauthorized" },
      },
      { name: "a wrong AppSecret", answer: tokenSays(40125, "invalid appsecret"), expected: { fault: "unauthorized" } },
      { name: "an unknown AppID", answer: tokenSays(40013, "invalid appid"), expected: { fault: "unauthorized" } },
      {
        name: "an address outside the whitelist",
        answer: tokenSays(40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist"),
        expected: { fault: "unauthorized" },
      },
      { name: "a busy token server", answer: tokenSays(-1, "system error"), expected: { fault: "unreachable" } },
      { name: "no token in the answer", answer: { body: "{}" }, expected: { fault: "unreachable" } },
      { name: "the line drops while the token is asked for", answer: "reset", expected: { fault: "unreachable" } },
      { name: "nobody listens", answer: "closed", expected: { fault: "unreachable" } },
      {
        name: "a bad gateway's page",
        answer: sends({ status: 502, headers: { "content-type": "text/html" }, body: "<html>" }),
        expected: { fault: "unreachable" },
      },
      { name: "another refusal in HTTP", answer: sends({ status: 404 }), expected: { fault: "refused" } },
      { name: "the line drops after the request", answer: sends("reset"), expected: { fault: "maybe-sent" } },
      { name: "half an answer", answer: sends("truncated"), expected: { fault: "maybe-sent" } },
      {
        name: "a page instead of JSON",
        answer: sends({ headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" }),
        expected: { fault: "maybe-sent" },
      },
      { name: "JSON that is no answer", answer: sends({ body: "null" }), expected: { fault: "maybe-sent" } },
      {
        name: "a number of errors that is none",
        answer: sends({ body: '{"errcode":"0"}' }),
        expected: { fault: "maybe-sent" },
      },
    ],
  },
  stream: { skip: "WeChat calls us; it has no line that one opens" },
  interactive: {
    deadlineMs: 3 * TIMEOUT_MS, // WeChat asks three times, and the first two may go by
    async start(store) {
      const account = await createWechatEmulator({ timeoutMs: TIMEOUT_MS, verified: false });
      afterwards(() => account.close());
      const connection = open(wechat, { ...account.settings, replies: "passive" }, { clock: fastClock });
      const door = await serve(connection, async (arrivals) => {
        for (const arrival of arrivals) await store(arrival);
        return 200;
      });
      account.attach(door.url);
      let answered: { atMs: number; inTime: boolean } | undefined;
      return {
        press() {
          account.person("Li").clicks("hours");
          void account.settle().then(() => {
            answered = { atMs: performance.now(), inTime: account.pushes.failures === 0 };
          });
        },
        acknowledged: () => answered,
      };
    },
  },
  roundTrip: (parts) => delivered(parts),
};

/** What WeChat would deliver for the words that the adapter rendered. */
function delivered(parts: Part[]): Json {
  const { body } = encode({ ...message, parts }) as {
    body: { text?: { content: string }; msgmenu?: { head_content: string; list: { content: string }[] } };
  };
  const labels = (body.msgmenu?.list ?? []).map(({ content }) => `\n- ${content}`).join("");
  const Content = `${body.msgmenu?.head_content ?? body.text?.content ?? ""}${labels}`;
  return { ToUserName: "gh_1", FromUserName: openid, CreateTime: "1767960000", MsgType: "text", Content, MsgId: "1" };
}

keepsAdapterContract(wechat, examples);
describe("plain mode, without encryption", () =>
  checksRequests(wechat, { ...examples, otherSettings: { ...plain, token: "AnotherToken4567" } }, inPlainMode));

describe("settings", () => {
  const problems = (given: object) =>
    wechat.settings.safeParse(given).error?.issues.map(({ path, message: words }) => [path[0], words]);

  test("safe and compatible mode need the key, and say where it is", () => {
    for (const encryption of ["safe", "compatible"])
      expect(problems({ ...plain, encryption })).toEqual([
        ["encodingAesKey", expect.stringContaining("消息加解密密钥")],
      ]);
  });

  test("sending by the interface needs the secret, passive replies do not", () => {
    const { appSecret: _secret, ...without } = plain;
    expect(problems(without)).toEqual([["appSecret", expect.stringContaining("开发者密码")]]);
    expect(problems({ ...without, replies: "passive" })).toBeUndefined();
  });

  test("without a token nothing opens", () => {
    const { token: _token, ...without } = plain;
    expect(problems(without)).toEqual([["token", expect.stringContaining("令牌(Token)")]]);
  });
});

describe("text", () => {
  test("is cut by bytes, at sentence ends, never inside a character", () => {
    const [first, second] = fit([{ type: "text", text: "您好，我们今天营业。".repeat(120) }], wechat.capabilities);
    const words = (parts: Part[] | undefined) => (parts?.[0]?.type === "text" ? parts[0].text : "");
    expect(Buffer.byteLength(words(first))).toBeLessThanOrEqual(2_048);
    expect(words(first).endsWith("。")).toBe(true);
    expect(words(second)).toContain("营业");
  });

  test("a choice as links keeps ids and labels, however odd", () => {
    const text = menuAsText("Which?", [{ id: 'a"&b', label: "是 <b>" }]);
    expect(text).toBe('Which?\n<a href="weixin://bizmsgmenu?msgmenucontent=是%20b&msgmenuid=a%22%26b">是 b</a>');
    const many = Array.from({ length: 10 }, (_, index) => ({ id: `${index}`, label: "长".repeat(40) }));
    expect(menuAsText("Which?", many)).toMatch(/\n1\. 长+\n2\. /);
  });
});
