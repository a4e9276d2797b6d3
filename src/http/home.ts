import type { RequestHandler } from "express";
import { type Both, html, type Html, languageOf, sendPage } from "./page.ts";

const TITLE: Both = { en: "This Tributary hub is running", zh: "Tributary 正在运行" };
const BODY: Both<Html> = {
  en: html`<p>
      It receives, answers and remembers conversations. There is nothing to log in to here; programs talk to it through
      its API.
    </p>
    <ul>
      <li>
        <a href="/api/openapi.json">The API’s description</a> (OpenAPI 3.1), for programs and for code generators.
      </li>
      <li><a href="/healthz">Is it alive?</a> <a href="/readyz">Is it ready?</a></li>
    </ul>
    <p>You need an API token. On the machine that the hub runs on:</p>
    <pre>npm run -s cli -- token create --help</pre>
    <p>Its guides lie in the folder <code>docs</code> of the project.</p>`,
  zh: html`<p>它接收、回答并记录会话。这里无需登录；程序通过 API 与它交互。</p>
    <ul>
      <li><a href="/api/openapi.json">API 说明</a>（OpenAPI 3.1），供程序和代码生成器使用。</li>
      <li><a href="/healthz">是否存活？</a> <a href="/readyz">是否就绪？</a></li>
    </ul>
    <p>使用 API 需要令牌。请在运行本服务的机器上执行：</p>
    <pre>npm run -s cli -- token create --help</pre>
    <p>使用指南在项目的 <code>docs</code> 文件夹中。</p>`,
};

/** What a person sees who opens the hub's address in a browser. */
export function homePage(): RequestHandler {
  return (req, res) => {
    res.locals.route = "GET /";
    const language = languageOf(req);
    sendPage(res, 200, language, { title: TITLE[language], body: BODY[language] });
  };
}
