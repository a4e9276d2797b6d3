import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { Router, type RequestHandler } from "express";
import type { OpenChannel } from "../corridor/index.ts";
import { type Both, html, languageOf, sendPage } from "./page.ts";

export interface WidgetParts {
  /** The built script. */
  file: string;
  channels: { get(id: string): Pick<OpenChannel, "adapter"> | undefined };
}

/** Pictures and sound come as blobs, a card's picture from wherever the card says. Styles are set through the object model. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: https:",
  "media-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE = {
  title: { en: "Chat with us", zh: "在线咨询" },
  noScript: {
    en: "This chat needs JavaScript. Switch it on in your browser's settings and reload this page, or write to us another way.",
    zh: "此聊天需要 JavaScript。请在浏览器设置中启用后刷新本页，或通过其他方式联系我们。",
  },
  closedTitle: { en: "This chat is not open", zh: "此聊天未开放" },
  closed: {
    en: "The address may be incomplete, or the chat is paused. Please scan the code again, or try again later.",
    zh: "地址可能不完整，或聊天已暂停。请重新扫码，或稍后再试。",
  },
} satisfies Record<string, Both>;

/** The website chat: its script for every website, and a page of its own for those who have none. */
export function widgetPages({ file, channels }: WidgetParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get("/widget.js", script(file));
  router.get("/chat/:channel", page(channels));
  return router;
}

/** Read when it is first asked for; a new build is a new start of the hub. */
function script(file: string): RequestHandler {
  let built: { text: string; etag: string } | undefined;
  return (req, res, next) => {
    res.locals.route = "GET /widget.js";
    if (!built && !existsSync(file)) return next();
    built ??= tagged(readFileSync(file, "utf8"));
    res.set({
      "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
      "Cross-Origin-Resource-Policy": "cross-origin",
      ETag: built.etag,
    });
    if (req.headers["if-none-match"]?.includes(built.etag)) return void res.status(304).end();
    res.type("text/javascript; charset=utf-8").send(built.text);
  };
}

function tagged(text: string) {
  return { text, etag: `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"` };
}

/** The chat as a whole page: a QR code may lead here, with its code as `?e=`, which the script reads from the address. */
function page(channels: WidgetParts["channels"]): RequestHandler<{ channel: string }> {
  return (req, res) => {
    res.locals.route = "GET /chat/{channel}";
    const language = languageOf(req);
    const { channel } = req.params;
    if (!channels.get(channel)?.adapter.capabilities.history) {
      const body = html`<p>${PAGE.closed[language]}</p>`;
      return sendPage(res, 404, language, { title: PAGE.closedTitle[language], body });
    }
    const markup = html`<!doctype html>
      <html lang="${language === "zh" ? "zh-Hans" : "en"}">
        <head>
          <meta charset="utf-8" />
          <meta
            name="viewport"
            content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
          />
          <meta name="robots" content="noindex" />
          <meta name="color-scheme" content="light dark" />
          <title>${PAGE.title[language]}</title>
          <link rel="icon" href="../mark.svg" />
          <script src="../widget.js" data-channel="${channel}" data-mode="page" async></script>
        </head>
        <body>
          <noscript><p>${PAGE.noScript[language]}</p></noscript>
        </body>
      </html> `;
    res.set({ "Content-Security-Policy": POLICY, Vary: "Accept-Language" });
    res.type("text/html; charset=utf-8").send(markup.markup);
  };
}
