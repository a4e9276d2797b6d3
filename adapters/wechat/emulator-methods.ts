import type { MediaFile, PersonState, World } from "./emulator-world.ts";
import { nextId, readLinks, seconds, show, spendWindow } from "./emulator-world.ts";

/** WeChat's refusal, as it stands in the answer. */
export class Refusal extends Error {
  constructor(
    readonly errcode: number,
    readonly errmsg: string,
  ) {
    super(errmsg);
  }
}

export interface Asked {
  query: URLSearchParams;
  body: Record<string, unknown>;
  /** An uploaded file. */
  file?: { name: string; mimeType: string; bytes: Buffer };
}

/** An answer in JSON, or a file. */
export type Result = object | { bytes: Buffer; mimeType: string };
export type Method = (asked: Asked) => Result;

const OK = { errcode: 0, errmsg: "ok" };
const DAY_S = 86_400;

/** Tells the hub that a template message was delivered or not. */
export type TellFinished = (person: PersonState, messageId: string, status: string) => void;

export function createMethods(world: World, origin: () => string, tellFinished: TellFinished): Record<string, Method> {
  return {
    "POST /cgi-bin/message/custom/send": ({ body }) => sendCustom(world, body),
    "POST /cgi-bin/message/custom/typing": ({ body }) => {
      const person = follower(world, body.touser);
      if (person.windows.length === 0) throw new Refusal(45080, "need user interactive in 30 seconds");
      return OK;
    },
    "POST /cgi-bin/message/template/send": ({ body }) => sendTemplate(world, body, tellFinished),
    "POST /cgi-bin/media/upload": ({ query, file }) => upload(world, query.get("type") ?? "", file),
    "GET /cgi-bin/media/get": ({ query }) => getMedia(world, query.get("media_id") ?? "", origin()),
    "POST /cgi-bin/qrcode/create": ({ body }) => createQr(world, body),
    "POST /cgi-bin/menu/create": ({ body }) => {
      if (!Array.isArray(body.button) || body.button.length > 3) throw new Refusal(40016, "invalid button size");
      world.menu = body;
      return OK;
    },
    "GET /cgi-bin/menu/delete": () => {
      world.menu = undefined;
      return OK;
    },
    "POST /cgi-bin/openapi/quota/get": () => {
      const daily_limit = world.verified ? world.dailyLimit : 0;
      return {
        ...OK,
        quota: { daily_limit, used: world.sentToday, remain: Math.max(0, daily_limit - world.sentToday) },
      };
    },
  };
}

/** The token that the account has from now on; the last one stays good where WeChat lets it overlap. */
export function giveToken(world: World, { body }: Asked): Result {
  if (body.appid !== world.appId) throw new Refusal(40013, "invalid appid");
  if (body.secret !== world.appSecret) throw new Refusal(40125, "invalid appsecret, view more at http://t.cn/RAEkdVq");
  const { tokens, now } = world;
  const isSpent = tokens.untilMs <= now().getTime();
  if (body.force_refresh === true) tokens.forced++;
  if (body.force_refresh === true || isSpent || tokens.current === "") {
    tokens.old = tokens.current === "" || body.force_refresh === true ? [] : [tokens.current];
    tokens.current = `90_emulated-access-token-${String(++tokens.made).padStart(4, "0")}`;
    tokens.untilMs = now().getTime() + 7_200_000;
  }
  return { access_token: tokens.current, expires_in: Math.floor((tokens.untilMs - now().getTime()) / 1_000) };
}

export function assertToken({ tokens, now }: World, token: string | null): void {
  if (token === tokens.current && tokens.current !== "" && token !== tokens.stolen) {
    if (tokens.untilMs > now().getTime()) return;
    throw new Refusal(42001, "access_token expired rid: 65f0c0de-1a2b3c4d-5e6f7a8b");
  }
  if (token !== null && tokens.old.includes(token)) return;
  throw new Refusal(40001, "invalid credential, access_token is invalid or not latest rid: 65f0c0de-1a2b3c4d-5e6f7a8b");
}

function follower(world: World, touser: unknown): PersonState {
  const person = typeof touser === "string" ? world.people.get(touser) : undefined;
  if (!person) throw new Refusal(40003, "invalid openid rid: 65f0c0de-1a2b3c4d-5e6f7a8b");
  if (!person.follows) throw new Refusal(43004, "require subscribe rid: 65f0c0de-1a2b3c4d-5e6f7a8b");
  if (person.blacklisted) throw new Refusal(43019, "require remove blacklist");
  return person;
}

function spendDay(world: World): void {
  if (world.sentToday >= world.dailyLimit) throw new Refusal(45009, "reach max api daily quota limit");
  world.sentToday++;
}

function sendCustom(world: World, body: Record<string, unknown>): Result {
  if (!world.verified) throw new Refusal(48001, "api unauthorized rid: 65f0c0de-1a2b3c4d-5e6f7a8b");
  spendDay(world);
  const person = follower(world, body.touser);
  const content = contentOf(world, body);
  const closed = spendWindow(world, person);
  if (closed === 45015) throw new Refusal(45015, "response out of time limit or subscription is canceled");
  if (closed === 45047) throw new Refusal(45047, "out of response count limit");
  show(world, person, { ...content, by: "custom" });
  return OK; // WeChat names no id for these
}

type Inner = Record<string, unknown>;
type Shown = Parameters<typeof show>[2];

const CONTENTS: Readonly<Record<string, (world: World, inner: Inner) => Shown>> = {
  text(_world, inner) {
    const content = wordIn(inner, "content");
    if (Buffer.byteLength(content) > 2_048) throw new Refusal(45002, "content size out of limit");
    if (content === "") throw new Refusal(44004, "empty content");
    return { ...readLinks(content), by: "custom" };
  },
  msgmenu(world, inner) {
    if (!world.menuMessages) throw new Refusal(40200, "invalid account type");
    const list = (inner.list ?? []) as { id: string; content: string }[];
    const options = list.map(({ id, content }) => ({ id, label: content }));
    const text = [wordIn(inner, "head_content"), wordIn(inner, "tail_content")].filter(Boolean).join("\n");
    return { text, options, by: "custom" };
  },
  image: fileContent,
  voice: fileContent,
  video: fileContent,
  news(_world, inner) {
    const articles = (inner.articles ?? []) as Record<string, string>[];
    if (articles.length !== 1) throw new Refusal(45008, "article size out of limit");
    const { title = "", description = "", url = "" } = articles[0]!;
    return { text: [title, description, url].filter(Boolean).join("\n"), by: "custom" };
  },
};

function contentOf(world: World, body: Inner): Shown {
  const kind = String(body.msgtype);
  const read = CONTENTS[kind];
  if (!read) throw new Refusal(40008, "invalid message type");
  return read(world, (body[kind] ?? {}) as Inner);
}

function fileContent(world: World, inner: Inner): Shown {
  return { text: wordIn(inner, "title"), file: mediaNamed(world, wordIn(inner, "media_id")).name, by: "custom" };
}

function wordIn(inner: Inner, name: string): string {
  const word = inner[name];
  return typeof word === "string" ? word : "";
}

export function mediaNamed(world: World, id: string): MediaFile {
  const file = world.media.get(id);
  if (!file || file.expired) throw new Refusal(40007, "invalid media_id rid: 65f0c0de-1a2b3c4d-5e6f7a8b");
  return file;
}

function sendTemplate(world: World, body: Record<string, unknown>, tellFinished: TellFinished): Result {
  if (typeof body.template_id !== "string" || body.template_id.length < 5)
    throw new Refusal(40037, "invalid template_id");
  const person = follower(world, body.touser);
  const data = (body.data ?? {}) as Record<string, { value?: string }>;
  const id = nextId(world);
  const text = Object.entries(data).map(([key, { value }]) => `${key}: ${value ?? ""}`);
  show(world, person, { text: text.join("\n"), by: "template", id });
  tellFinished(person, id, "success");
  return { ...OK, msgid: BigInt(id) }; // a number in the JSON, as WeChat writes it
}

const ENDINGS: Readonly<Record<string, RegExp>> = {
  image: /\.(jpe?g|png|gif|bmp)$/i,
  voice: /\.(amr|mp3)$/i,
  video: /\.mp4$/i,
  thumb: /\.jpe?g$/i,
};

function upload(world: World, type: string, file: Asked["file"]): Result {
  if (!world.verified) throw new Refusal(48001, "api unauthorized");
  if (!file) throw new Refusal(41005, "media data missing");
  if (!ENDINGS[type]?.test(file.name)) throw new Refusal(40005, "invalid file type");
  if (file.bytes.length > (type === "voice" ? 2 : 10) * 1_048_576) throw new Refusal(40006, "invalid meida size");
  const id = addMedia(world, type, file);
  return { type, media_id: id, created_at: seconds(world.now()) };
}

export function addMedia(world: World, type: string, file: { name: string; mimeType: string; bytes: Buffer }): string {
  const id = `EmulatedMedia_${world.media.size + 1}-${type}`;
  world.media.set(id, { id, type, ...file, expired: false });
  return id;
}

function getMedia(world: World, id: string, origin: string): Result {
  const file = mediaNamed(world, id);
  if (file.type === "video") return { video_url: `${origin}/files/${id}` };
  return { bytes: file.bytes, mimeType: file.mimeType };
}

function createQr(world: World, body: Record<string, unknown>): Result {
  const { action_name: action, action_info: info, expire_seconds: life } = body;
  const scene = (info as { scene?: { scene_str?: string; scene_id?: number } } | undefined)?.scene;
  const name = String(scene?.scene_str ?? scene?.scene_id ?? "");
  if (name === "" || name.length > 64) throw new Refusal(40053, "invalid action info");
  const permanent = action === "QR_LIMIT_STR_SCENE" || action === "QR_LIMIT_SCENE";
  if (!permanent && action !== "QR_STR_SCENE" && action !== "QR_SCENE") throw new Refusal(40052, "invalid action name");
  const lifeS = permanent ? 0 : typeof life === "number" ? life : 60;
  if (lifeS > 30 * DAY_S) throw new Refusal(40051, "invalid expire seconds");
  const number = world.scenes.size + 1;
  const ticket = `gQEmulatedTicket${number}==`;
  const url = `http://weixin.qq.com/q/02Emulated${number}`;
  world.scenes.set(url, { scene: name, ticket, url, permanent, untilMs: world.now().getTime() + lifeS * 1_000 });
  return { ticket, url, ...(!permanent && { expire_seconds: lifeS }) };
}
