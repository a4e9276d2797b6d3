import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import type { Language } from "../lib/language.ts";

/** Text in both languages. */
export type Both<T = string> = Readonly<Record<Language, T>>;

/** Markup that is safe to send; made by `html` alone. */
export interface Html {
  readonly markup: string;
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
body { max-width: 34rem; margin: 12vh auto 3rem; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
label { display: block; margin: 1rem 0 .25rem; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem .6rem; }
button { font: inherit; margin-top: 1.25rem; padding: .5rem 1.25rem; cursor: pointer; }
code, pre { font: .9rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { padding: .75rem 1rem; border: 1px solid currentcolor; border-radius: .4rem; }
.fault { font-weight: 600; }
`;
/** Byte for byte what its hash in the policy covers. */
const STYLE_TAG: Html = { markup: `<style>${STYLE}</style>` };
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** The language that the browser asks for; English when it asks for neither. */
export function languageOf(req: Request): Language {
  return req.acceptsLanguages("en", "zh") === "zh" ? "zh" : "en";
}

/** Sends a page: no script, no picture, nothing from elsewhere. */
export function sendPage(
  res: Response,
  status: number,
  language: Language,
  { title, body }: { title: string; body: Html },
): void {
  const page = html`<!doctype html>
    <html lang="${language === "zh" ? "zh-Hans" : "en"}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${STYLE_TAG}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `;
  res.set({ "Content-Security-Policy": POLICY, Vary: "Accept-Language" });
  res.status(status).type("text/html; charset=utf-8").send(page.markup);
}

/** Markup whose values are escaped, except what is markup already. */
export function html(strings: TemplateStringsArray, ...values: (string | Html)[]): Html {
  const text = values.map((value) => (typeof value === "string" ? escape(value) : value.markup));
  return { markup: String.raw({ raw: strings }, ...text) };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
