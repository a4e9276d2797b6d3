import { request as httpRequest } from "node:http";
import { sameSecret } from "../../src/contract/index.ts";
import { seal, sha1, unseal } from "./emulator-seal.ts";
import { mediaNamed } from "./emulator-methods.ts";
import { readLinks, seconds, show, type PersonState, type World } from "./emulator-world.ts";
import { parseXml, type XmlFields } from "./xml.ts";

/** How WeChat waits for an answer. Tests make it shorter. */
export interface Patience {
  timeoutMs: number;
  attempts: number;
}

export interface PushHistory {
  deliveries: number;
  /** Deliveries that were not answered in time, or with nonsense. */
  failures: number;
  /** What the account answered in WeChat's own requests, as text. */
  replies: string[];
}

/** What the app shows when the account fails. */
export const OUT_OF_ORDER = "该公众号提供的服务出现故障，请稍后再试";

type Fields = Record<string, string | number>;

/** Carries pushes to the hub, three times where it does not answer, and shows what it answers. */
export function createPushes(world: World, patience: Patience) {
  let hook: URL | undefined;
  const underWay = new Set<Promise<void>>();
  const history: PushHistory = { deliveries: 0, failures: 0, replies: [] };

  function attempt(xml: string): Promise<string | undefined> {
    if (!hook) return Promise.resolve("success");
    history.deliveries++;
    return post(signed(world, hook, xml), patience.timeoutMs);
  }

  async function deliver(person: PersonState, xml: string): Promise<void> {
    for (let times = 0; times < patience.attempts; times++) {
      const answer = await attempt(xml);
      if (answer === undefined) continue;
      if (takeAnswer(world, history, person, answer)) return;
      break;
    }
    history.failures++;
    show(world, person, { text: OUT_OF_ORDER, by: "wechat" });
  }

  function track(work: Promise<void>): void {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }

  return {
    history,
    attach(url: URL): void {
      hook = url;
    },
    /** Hands the push to WeChat's side; the hub hears of it by itself. */
    push(person: PersonState, fields: Fields | string): void {
      const xml = typeof fields === "string" ? fields : envelope(world, person, fields);
      const { duplicateShare, repeatShare, reorderShare, reorderMs } = world.faults;
      const chance = (share: number) => share > 0 && world.random() < share;
      const once = async () => {
        if (chance(reorderShare)) await new Promise((resolve) => setTimeout(resolve, world.random() * reorderMs));
        await deliver(person, xml);
        if (chance(repeatShare)) await attempt(xml);
      };
      track(once());
      if (chance(duplicateShare)) track(attempt(xml).then(() => undefined));
    },
    /** 服务器配置 → 提交: whether the hub answers WeChat's question. */
    greet: () => (hook ? greet(world, hook) : Promise.resolve(false)),
    /** Resolves when every push was answered or given up. */
    async settle(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** The answer's body; `undefined` when none came in time. */
function post({ url, body }: { url: URL; body: string }, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = { "content-type": "text/xml", "content-length": Buffer.byteLength(body) };
    const request = httpRequest(url, { method: "POST", headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        clearTimeout(timer);
        resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString("utf8") : undefined);
      });
    });
    const timer = setTimeout(() => request.destroy(), timeoutMs);
    request.on("error", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    request.end(body);
  });
}

/** False when WeChat could not make sense of the answer. */
function takeAnswer(world: World, history: PushHistory, person: PersonState, answer: string): boolean {
  if (answer === "" || answer === "success") return true;
  try {
    const outer = parseXml(answer);
    if (world.encryption === "safe" && !("Encrypt" in outer)) return false;
    const inner = "Encrypt" in outer ? opened(world, outer) : outer;
    if (inner.ToUserName !== person.openid || inner.FromUserName !== world.account) return false;
    const message = messageIn(world, inner);
    history.replies.push(message.text);
    show(world, person, { ...message, by: "passive" });
    return true;
  } catch {
    return false;
  }
}

async function greet(world: World, hook: URL): Promise<boolean> {
  const url = new URL(hook);
  const [timestamp, nonce, echo] = [String(seconds(world.now())), "1372623149", "5936204878119203617"];
  const signature = sha1(world.token, timestamp, nonce);
  url.search = String(new URLSearchParams({ signature, echostr: echo, timestamp, nonce }));
  const response = await fetch(url);
  return response.status === 200 && (await response.text()) === echo;
}

export type Pushes = ReturnType<typeof createPushes>;

/** The push as WeChat writes it: text in CDATA, numbers bare. */
export function envelope(world: World, person: PersonState, fields: Fields): string {
  const all: Fields = {
    ToUserName: world.account,
    FromUserName: person.openid,
    CreateTime: seconds(world.now()),
    ...fields,
  };
  const rows = Object.entries(all).map(([name, value]) =>
    typeof value === "number" || name === "MsgId"
      ? `<${name}>${value}</${name}>`
      : `<${name}>${wrapped(value)}</${name}>`,
  );
  return `<xml>${rows.join("\n")}\n</xml>`;
}

/** What already is XML stays; words are quoted. */
function wrapped(value: string): string {
  if (/^<[A-Z]/.test(value)) return value;
  return `<![CDATA[${value.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}

/** The address and body of a push, as the account's mode has it. */
export function signed(world: World, hook: URL, xml: string): { url: URL; body: string } {
  const url = new URL(hook);
  const timestamp = String(seconds(world.now()));
  const nonce = String(Math.floor(world.random() * 1e9));
  const query = new URLSearchParams({ signature: sha1(world.token, timestamp, nonce), timestamp, nonce });
  let body = xml;
  if (world.encryption !== "plain") {
    const encrypted = seal(xml, world);
    query.set("encrypt_type", "aes");
    query.set("msg_signature", sha1(world.token, timestamp, nonce, encrypted));
    const Encrypt = `<Encrypt><![CDATA[${encrypted}]]></Encrypt>`;
    body =
      world.encryption === "compatible"
        ? xml.replace("</xml>", `${Encrypt}</xml>`)
        : `<xml><ToUserName><![CDATA[${world.account}]]></ToUserName>${Encrypt}</xml>`;
  }
  url.search = String(query);
  return { url, body };
}

function opened(world: World, { Encrypt, MsgSignature, TimeStamp, Nonce }: XmlFields): XmlFields {
  const encrypted = String(Encrypt);
  const expected = sha1(world.token, String(TimeStamp), String(Nonce), encrypted);
  if (!sameSecret(String(MsgSignature), expected)) throw new Error("Wrong signature.");
  return parseXml(unseal(encrypted, world));
}

function messageIn(
  world: World,
  fields: XmlFields,
): { text: string; options?: { id: string; label: string }[]; file?: string } {
  const inner = (name: string) => (fields[name] ?? {}) as XmlFields;
  const mediaOf = (name: string) => mediaNamed(world, String(inner(name).MediaId)).name;
  switch (fields.MsgType) {
    case "text": {
      const text = String(fields.Content ?? "");
      if (text === "" || Buffer.byteLength(text) > 2_048) throw new Error("The text is empty or too long.");
      return readLinks(text);
    }
    case "image":
      return { text: "", file: mediaOf("Image") };
    case "voice":
      return { text: "", file: mediaOf("Voice") };
    case "video":
      return { text: String(inner("Video").Title ?? ""), file: mediaOf("Video") };
    case "news": {
      const { Title = "", Description = "", Url = "" } = inner("Articles").item as XmlFields;
      return { text: [Title, Description, Url].map(String).filter(Boolean).join("\n") };
    }
    default:
      throw new Error("WeChat knows no such message.");
  }
}
