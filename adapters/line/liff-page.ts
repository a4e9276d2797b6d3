import { createHash } from "node:crypto";
import type { WebhookReply } from "../../src/contract/index.ts";

// The page that a LIFF link opens. It hands LINE's proof of who came, and the door's code, to the hub, and opens the chat.

const WORDS = {
  en: {
    wait: "One moment …",
    open: "Open the chat",
    fail: "This did not work. Please open the link again.",
    title: "Chat",
  },
  zh: { wait: "请稍候…", open: "打开聊天", fail: "出现问题，请重新打开链接。", title: "聊天" },
  ja: {
    wait: "お待ちください…",
    open: "トークを開く",
    fail: "うまくいきませんでした。もう一度リンクを開いてください。",
    title: "トーク",
  },
};

// liff.init() restores the link's own parameters from liff.state, so the code is read after it. In a browser outside of
// LINE a proof may be too old; one new log-in is tried ("again").
const SCRIPT = `(async () => {
  "use strict";
  const words = JSON.parse(document.getElementById("words").textContent);
  const language = (navigator.language || "en").slice(0, 2).toLowerCase();
  const say = words[language] || words.en;
  const status = document.getElementById("status");
  const link = document.getElementById("open");
  document.documentElement.lang = words[language] ? language : "en";
  document.title = say.title;
  status.textContent = say.wait;
  link.textContent = say.open;
  try {
    await liff.init({ liffId: document.body.dataset.liff });
    const query = new URLSearchParams(location.search);
    const state = (query.get("liff.state") || "").replace(/^[^?]*/, "");
    const code = query.get("e") || new URLSearchParams(state).get("e") || "";
    const back = new URL(location.pathname, location.origin);
    if (code) back.searchParams.set("e", code);
    if (!liff.isLoggedIn()) return liff.login({ redirectUri: back.href });
    const answer = await fetch(location.pathname, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ idToken: liff.getIDToken(), code }),
    });
    if (answer.status === 401 && !liff.isInClient() && !query.has("again")) {
      back.searchParams.set("again", "1");
      liff.logout();
      return liff.login({ redirectUri: back.href });
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const { chat } = await answer.json();
    status.textContent = "";
    link.href = chat;
    link.hidden = false;
    location.href = chat;
  } catch {
    status.textContent = say.fail;
  }
})();`;

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-content:center;gap:1rem;
text-align:center;padding:1rem}a{background:#06c755;color:#fff;border-radius:.5rem;padding:.75rem 1.5rem;text-decoration:none}
a[hidden]{display:none}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}}`;

/** What LIFF's SDK itself calls; nothing else may be loaded or asked. */
const POLICY = [
  "default-src 'none'",
  `script-src ${hash(SCRIPT)} https://static.line-scdn.net`,
  `style-src ${hash(STYLE)}`,
  "connect-src 'self' https://api.line.me https://access.line.me https://liff.line.me https://liffsdk.line-scdn.net",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** @param liffId already checked: it stands in the page as it is. */
export function liffPage(liffId: string): WebhookReply {
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Chat</title>
<style>${STYLE}</style>
<script charset="utf-8" src="https://static.line-scdn.net/liff/edge/2/sdk.js"></script>
</head>
<body data-liff="${liffId}">
<p id="status" role="status"></p>
<a id="open" hidden></a>
<script type="application/json" id="words">${JSON.stringify(WORDS).replaceAll("<", "\\u003c")}</script>
<script>${SCRIPT}</script>
</body>
</html>
`,
  };
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
