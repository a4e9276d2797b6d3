import { randomBytes, randomInt } from "node:crypto";
import {
  BadPayload,
  BadSignature,
  sameSecret,
  type AdapterTools,
  type Arrival,
  type Received,
  type Webhook,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import { signatureOf, type Cipher } from "./crypto.ts";
import type { Handed, Passive, Question } from "./passive.ts";
import { renderReply } from "./passive-reply.ts";
import { keyOf, laneOf, short } from "./payload.ts";
import { parseXml, toXml, type XmlFields } from "./xml.ts";

/** WeChat's own messages have a few kilobytes. */
const MAX_BODY_BYTES = 1_048_576;
/** What WeChat takes for "there is no answer here". */
const SUCCESS: WebhookReply = plain("success");

export interface InboundParts {
  token: string;
  /** Missing in plain mode. */
  cipher: Cipher | undefined;
  /** In safe mode nothing unencrypted is taken. */
  mode: "safe" | "compatible" | "plain";
  /** Missing where answers go out by WeChat's interface. */
  passive: Passive | undefined;
  tools: AdapterTools;
}

/** A push whose origin is proven. */
interface Proven {
  push: XmlFields;
  /** Whether the answer must be encrypted as well. */
  encrypted: boolean;
}

/** WeChat calls us, and signs with the token that both sides know. */
export function createWebhook(parts: InboundParts): Webhook {
  return {
    type: "webhook",
    async receive(request) {
      if (request.method === "GET") return greet(parts, request);
      const proven = open(parts, request);
      const { push } = proven;
      const arrival: Arrival = { key: keyOf(push), lane: laneOf(push), payload: push };
      const question = parts.passive && questionIn(push);
      if (!parts.passive || !question) return { arrivals: [arrival], reply: SUCCESS };
      return answerLater(parts, parts.passive, question, proven, arrival);
    },
  };
}

/** 服务器配置 → 提交: WeChat wants to read its own word back. */
function greet({ token }: InboundParts, { query }: WebhookRequest): Received {
  prove(token, query, "signature");
  const echo = query.get("echostr") ?? "";
  if (!/^[\x21-\x7e]{1,512}$/.test(echo)) throw new BadPayload("The request has no echostr to be repeated.");
  return { arrivals: [], reply: plain(echo) };
}

/** @throws BadSignature unless WeChat signed this; BadPayload when it did and the body cannot be read */
function open({ token, cipher, mode }: InboundParts, { query, body }: WebhookRequest): Proven {
  if (body.length > MAX_BODY_BYTES) throw new BadSignature("The body is larger than any message of WeChat's.");
  const isSealed = query.has("msg_signature") && cipher !== undefined;
  if (mode === "safe" && !isSealed)
    throw new BadSignature(
      "The message is not encrypted, and this channel takes none like that. In the console choose 安全模式, or set encryption to compatible.",
    );
  if (isSealed) {
    const encrypt = encryptedIn(body);
    prove(token, query, "msg_signature", encrypt);
    return { push: parseXml(cipher.decrypt(encrypt)), encrypted: true };
  }
  prove(token, query, "signature");
  const push = parseXml(body);
  if ("Encrypt" in push && !("FromUserName" in push))
    throw new BadPayload("The message is encrypted. Set encryption to safe, and enter the console's EncodingAESKey.");
  return { push, encrypted: false };
}

/** What cannot be read here cannot be proven either. */
function encryptedIn(body: Uint8Array): string {
  let encrypt: unknown;
  try {
    encrypt = parseXml(body).Encrypt;
  } catch {
    encrypt = undefined;
  }
  if (typeof encrypt === "string" && encrypt !== "") return encrypt;
  throw new BadSignature("The body holds no encrypted message.");
}

function prove(token: string, query: URLSearchParams, name: "signature" | "msg_signature", ...covered: string[]): void {
  const [given, timestamp, nonce] = [name, "timestamp", "nonce"].map((each) => only(query, each));
  const expected = signatureOf(token, timestamp ?? "", nonce ?? "", ...covered);
  if (timestamp === undefined || nonce === undefined || !sameSecret(given, expected))
    throw new BadSignature(
      "The request does not carry this channel's WeChat signature. Compare the setting token with 服务器配置 → 令牌(Token).",
    );
}

/** The parameter's one value; `undefined` when it is missing, empty or doubled. */
function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 && values[0] !== "" ? values[0] : undefined;
}

/** What in passive mode may be answered in the same breath; nothing for reports that nobody waits behind. */
function questionIn(push: XmlFields): Question | undefined {
  const { FromUserName: person, ToUserName: account, CreateTime: seconds, MsgType: type, Event: event } = push;
  if (typeof person !== "string" || typeof account !== "string" || typeof seconds !== "string") return undefined;
  if (!/^[\w-]{1,128}$/.test(person) || !/^\d{1,11}$/.test(seconds)) return undefined;
  const entered = event === "subscribe" || event === "SCAN";
  const pressed = event === "CLICK" || event === "scancode_waitmsg";
  if (type === "event" && !entered && !pressed) return undefined;
  const text = typeof push.Content === "string" ? push.Content.slice(0, 500) : "";
  return { person, key: keyOf(push), at: Number(seconds), asks: !entered, text };
}

/** Stored first, answered as late as WeChat allows; what went out is told as an arrival of its own. */
function answerLater(
  parts: InboundParts,
  passive: Passive,
  question: Question,
  proven: Proven,
  arrival: Arrival,
): Received {
  const handed = passive.hold(question).catch((error: unknown): Handed => {
    parts.tools.log.error({ err: error, channelId: parts.tools.channelId }, "an answer could not be handed to WeChat");
    return { ids: [] };
  });
  return {
    arrivals: [arrival],
    reply: handed.then((each) => replyTo(parts, proven, question.person, each)),
    after: handed.then(({ ids }) => (ids.length > 0 ? [given(question.person, ids, parts.tools.clock.now())] : [])),
  };
}

function replyTo(
  { token, cipher, tools }: InboundParts,
  proven: Proven,
  person: string,
  { reply }: Handed,
): WebhookReply {
  if (!reply) return SUCCESS;
  const now = tools.clock.now();
  const account = typeof proven.push.ToUserName === "string" ? proven.push.ToUserName : "";
  const text = renderReply(reply, { account, person, now });
  if (!proven.encrypted || !cipher) return xml(text);
  const encrypt = cipher.encrypt(text, randomBytes(16));
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const nonce = String(randomInt(1e9, 1e10));
  const MsgSignature = signatureOf(token, timestamp, nonce, encrypt);
  return xml(toXml({ Encrypt: encrypt, MsgSignature, TimeStamp: Number(timestamp), Nonce: nonce }));
}

/** "These kept answers have just gone out", as the hub tells it to itself: an agent sees what was really given. */
function given(person: string, ids: readonly string[], now: Date): Arrival {
  const seconds = String(Math.floor(now.getTime() / 1_000));
  return {
    key: short(`given:${ids.join(",")}`),
    lane: short(person),
    payload: { given: [...ids], FromUserName: person, CreateTime: seconds },
  };
}

function plain(body: string): WebhookReply {
  return {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    body,
  };
}

function xml(body: string): WebhookReply {
  return { status: 200, headers: { "content-type": "application/xml; charset=utf-8" }, body };
}
