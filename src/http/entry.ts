import { type Request, type Response, Router } from "express";
import { followRequest, type FollowRequest, type Offer } from "../attribution/index.ts";
import { cleanText, NotFound, type Clock, type Log } from "../contract/index.ts";
import { createLimiter } from "./limiter.ts";
import { type Both, type Html, languageOf, sendPage, html } from "./page.ts";

type QrFormat = "svg" | "png";

type EntryPage = "unknown" | "archived" | "unreachable";

/** What the attribution room does for an entry point's code. */
export interface Entrance {
  follow(code: string, request: FollowRequest): Promise<{ redirect: string } | { offer: Offer } | { page: EntryPage }>;
  /** The picture that leads to the code's address. @throws NotFound */
  qr(code: string, format: QrFormat): Promise<string | Uint8Array>;
}

/** They come from the page that lets them choose, where they were counted. */
const ONWARD = "page";
const GUESSES = { count: 20, perMs: 60_000 };
const LONGEST_CODE = 64;
const MIME: Readonly<Record<QrFormat, string>> = { svg: "image/svg+xml; charset=utf-8", png: "image/png" };

const PAGES: Readonly<Record<EntryPage | "busy", { status: number; title: Both; text: Both }>> = {
  unknown: {
    status: 404,
    title: { en: "This link leads nowhere", zh: "此链接无法识别" },
    text: {
      en: "Part of it may be missing. Please scan the code again, or ask whoever gave it to you for a new one.",
      zh: "链接可能不完整。请重新扫码，或向提供链接的人索取新的链接。",
    },
  },
  archived: {
    status: 410,
    title: { en: "This link is no longer in use", zh: "此链接已停用" },
    text: {
      en: "It was valid once, and has ended. Please ask whoever gave it to you for a new one.",
      zh: "此链接曾经有效，现已结束。请向提供链接的人索取新的链接。",
    },
  },
  unreachable: {
    status: 503,
    title: { en: "We cannot be reached this way right now", zh: "暂时无法通过此链接联系我们" },
    text: { en: "Please try again in a few minutes.", zh: "请几分钟后再试。" },
  },
  busy: {
    status: 429,
    title: { en: "Too many unknown links", zh: "无效链接尝试过多" },
    text: { en: "Please wait a minute and try again.", zh: "请稍等一分钟后再试。" },
  },
};

/** The doors that people come through: a redirect for the code, and its QR code as a picture. */
export function entryDoors({ entrance, clock, log }: { entrance: Entrance; clock: Clock; log: Log }): Router {
  const guesses = createLimiter({ ...GUESSES, clock });
  const router = Router({ caseSensitive: true, strict: true });

  /** Unknown codes are counted per address, known ones never: a whole café may scan the poster at once. */
  function sendUnknown(req: Request, res: Response): void {
    const waitMs = guesses.take(req.ip ?? "unknown");
    if (waitMs > 0) res.set("Retry-After", String(Math.ceil(waitMs / 1_000)));
    sendEntryPage(req, res, waitMs > 0 ? "busy" : "unknown");
  }

  async function sendPicture(req: Request, res: Response, code: string, format: QrFormat): Promise<void> {
    const picture = await entrance.qr(code, format).catch(undefinedIfNotFound);
    if (picture === undefined) return sendUnknown(req, res);
    res.set("Cache-Control", "public, max-age=300").type(MIME[format]);
    res.send(typeof picture === "string" ? picture : Buffer.from(picture));
  }

  async function follow(req: Request, res: Response, code: string): Promise<void> {
    const { c: channel, via } = req.query;
    const result = await entrance.follow(code, {
      ...followRequest(req.method, req.ip ?? "", req.headers),
      ...(typeof channel === "string" && { channel: channel.slice(0, LONGEST_CODE) }),
      ...(via === ONWARD && { isOnward: true }),
    });
    if ("offer" in result) return sendOffer(req, res, result.offer);
    if ("page" in result)
      return result.page === "unknown" ? sendUnknown(req, res) : sendEntryPage(req, res, result.page);
    const target = webAddress(result.redirect);
    if (target) return void res.status(302).setHeader("Location", target).end();
    log.error({ code }, "an entry point leads to an address that is not http or https");
    sendEntryPage(req, res, "unreachable");
  }

  router.get("/:name", async (req, res) => {
    res.locals.route = `${req.method} /e/{code}`;
    const name = cleanText(req.params.name);
    const [, code = name, format] = /^(.+)\.(svg|png)$/.exec(name) ?? [];
    if (code.length > LONGEST_CODE) return sendUnknown(req, res);
    return format === "svg" || format === "png" ? sendPicture(req, res, code, format) : follow(req, res, code);
  });
  return router;
}

function undefinedIfNotFound(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}

/** An absolute http(s) address as a header may carry it; `undefined` for anything else, whoever stored it. */
function webAddress(text: string): string | undefined {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  return url?.username === "" && url.password === "" ? url.href : undefined;
}

function sendEntryPage(req: Request, res: Response, page: keyof typeof PAGES): void {
  const language = languageOf(req);
  const { status, title, text } = PAGES[page];
  if (page === "unreachable") res.set("Retry-After", "60");
  sendPage(res, status, language, { title: title[language], body: html`<p>${text[language]}</p>` });
}

/** As people know the platforms; others are called by their channel's name. */
const PLATFORMS: Readonly<Record<string, Both>> = {
  telegram: { en: "Telegram", zh: "Telegram" },
  whatsapp: { en: "WhatsApp", zh: "WhatsApp" },
  wechat: { en: "WeChat", zh: "微信" },
  line: { en: "LINE", zh: "LINE" },
  messenger: { en: "Messenger", zh: "Messenger" },
  instagram: { en: "Instagram", zh: "Instagram" },
  discord: { en: "Discord", zh: "Discord" },
  slack: { en: "Slack", zh: "Slack" },
  web: { en: "Chat on our website", zh: "网站在线聊天" },
};

const OFFER = {
  title: { en: "How would you like to reach us?", zh: "您想通过哪种方式联系我们？" },
  call: { en: "Call", zh: "致电" },
  anywhere: { en: "You can also send us this word in any of our chats:", zh: "您也可以在我们的任一聊天中发送口令：" },
  word: { en: "Send us this word in any of our chats:", zh: "请在我们的任一聊天中发送口令：" },
} satisfies Record<string, Both>;

/** The ways that are open now. One platform's several channels are told apart by their names. */
function sendOffer(req: Request, res: Response, { code, channels, phone, keyword }: Offer): void {
  const language = languageOf(req);
  const ways = channels.map(({ id, name, adapter }) => {
    const platform = PLATFORMS[adapter]?.[language];
    const isOne = channels.filter((each) => each.adapter === adapter).length === 1;
    const label = platform === undefined ? name : isOne ? platform : `${platform} · ${name}`;
    return html`<li><a href="${`/e/${code}?c=${id}&via=${ONWARD}`}">${label}</a></li>`;
  });
  if (phone !== null) ways.push(html`<li><a href="tel:${phone}">${OFFER.call[language]} ${phone}</a></li>`);
  const hint = (ways.length > 0 ? OFFER.anywhere : OFFER.word)[language];
  const list =
    ways.length > 0
      ? html`<ul>
          ${joined(ways)}
        </ul>`
      : html``;
  const word = keyword === null ? html`` : html`<p>${hint} <strong>${keyword}</strong></p>`;
  sendPage(res, 200, language, { title: OFFER.title[language], body: html`${list}${word}` });
}

function joined(pieces: readonly Html[]): Html {
  return pieces.reduce((all, piece) => html`${all}${piece}`, html``);
}
