import express, { Router, type Request, type RequestHandler, type Response } from "express";
import type { Clock } from "../contract/index.ts";
import type { PasswordFault } from "../staff/index.ts";
import { createLimiter } from "./limiter.ts";
import { type Both, html, type Html, languageOf, sendPage } from "./page.ts";
import type { SameOrigin } from "./session-origin.ts";

// What the pages behind one-time links have in common: few words, one form, no script.

const TRIES = { count: 20, perMs: 60_000 };

const BUSY: { title: Both; body: Both<Html> } = {
  title: { en: "Too many tries", zh: "尝试次数过多" },
  body: { en: html`<p>Wait a minute, then open the link again.</p>`, zh: html`<p>请稍等一分钟，再重新打开链接。</p>` },
};

/** A router whose addresses are tried 20 times a minute at most, and whose forms no other website sends. */
export function linkRouter({ clock, sameOrigin }: { clock: Clock; sameOrigin: SameOrigin }): Router {
  const tries = createLimiter({ ...TRIES, clock });
  const router = Router({ caseSensitive: true, strict: true });
  router.use((req, res, next) => {
    // The address is the secret: no other host shall learn it. Browsers then say where our own forms come from.
    res.set("Referrer-Policy", "same-origin");
    if (req.method === "POST") sameOrigin.refuseForeignForm(req);
    const waitMs = tries.take(req.ip ?? "unknown");
    if (waitMs === 0) return next();
    const language = languageOf(req);
    res.set("Retry-After", String(Math.ceil(waitMs / 1_000)));
    sendPage(res, 429, language, { title: BUSY.title[language], body: BUSY.body[language] });
  });
  return router;
}

/** The link's secret. */
export function codeOf(req: Request): string {
  const { code } = req.params;
  return typeof code === "string" ? code : "";
}

/** Reads a small form, and nothing nested. */
export function readForm(): RequestHandler {
  return express.urlencoded({ extended: false, limit: "16kb", parameterLimit: 10 });
}

/** The form's fields by name; what is missing or doubled is empty. */
export function fieldsOf<Name extends string>(body: unknown, ...names: Name[]): Record<Name, string> {
  const given = (body ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof given[name] === "string" ? given[name] : "");
  return Object.fromEntries(names.map((name) => [name, text(name)])) as Record<Name, string>;
}

export type FieldName = "name" | "email" | "password";

const LABELS: Both<Readonly<Record<FieldName, string>>> = {
  en: { name: "Your name", email: "Your e-mail address", password: "A password, 12 characters or more" },
  zh: { name: "您的姓名", email: "您的电子邮箱", password: "设置密码（至少 12 个字符）" },
};
const HINT: Both = {
  en: "A few words that do not belong together are easy to remember and hard to guess.",
  zh: "用几个互不相关的词语组成密码，好记又难猜。",
};

export type Fault = PasswordFault | "invalid" | "taken";

const FAULTS: Both<Readonly<Record<Fault, string>>> = {
  en: {
    invalid: "Please give a name and a valid e-mail address.",
    taken: "Somebody here has, or had, this e-mail address. Please give another one.",
    short: "The password needs at least 12 characters.",
    long: "The password may have 200 characters at most.",
    simple: "This password is among the first that are tried. Please take another one.",
    personal: "This password is little more than your name or address. Please take another one.",
  },
  zh: {
    invalid: "请填写姓名和有效的电子邮箱。",
    taken: "此电子邮箱已被使用，请换一个。",
    short: "密码至少需要 12 个字符。",
    long: "密码最多 200 个字符。",
    simple: "此密码过于常见，请换一个。",
    personal: "此密码与您的姓名或邮箱过于接近，请换一个。",
  },
};

export interface Form {
  title: Both;
  intro: Both;
  submit: Both;
  fields: readonly FieldName[];
  /** Shown, and not to be changed; password managers need to see it as well. */
  email?: string;
}

/** The form, with what was typed before; never the password. */
export function sendForm(
  req: Request,
  res: Response,
  { title, intro, submit, fields, email }: Form,
  {
    status = 200,
    given = {},
    fault,
  }: { status?: number; given?: Partial<Record<FieldName, string>>; fault?: Fault } = {},
): void {
  const language = languageOf(req);
  const complaint = fault ? html`<p class="fault" role="alert">${FAULTS[language][fault]}</p>` : html``;
  const inputs = fields.map((name) => inputOf(name, LABELS[language][name], given[name] ?? ""));
  const fixed = email === undefined ? html`` : fixedEmail(LABELS[language].email, email);
  const body = html`<p>${intro[language]}</p>
    ${complaint}
    <form method="post">
      ${fixed} ${joined(inputs)}
      <p>${HINT[language]}</p>
      <button>${submit[language]}</button>
    </form>`;
  sendPage(res, status, language, { title: title[language], body });
}

function joined(parts: readonly Html[]): Html {
  return { markup: parts.map(({ markup }) => markup).join("\n") };
}

function fixedEmail(label: string, email: string): Html {
  return html`<label for="email">${label}</label>
    <input id="email" type="email" value="${email}" readonly autocomplete="username" />`;
}

function inputOf(name: FieldName, label: string, value: string): Html {
  const tag = html`<label for="${name}">${label}</label>`;
  switch (name) {
    case "name":
      return html`${tag} <input id="name" name="name" value="${value}" required maxlength="100" autocomplete="name" />`;
    case "email":
      return html`${tag}
        <input
          id="email"
          name="email"
          type="email"
          value="${value}"
          required
          maxlength="254"
          autocomplete="username"
        />`;
    case "password":
      return html`${tag}
        <input
          id="password"
          name="password"
          type="password"
          required
          minlength="12"
          maxlength="200"
          autocomplete="new-password"
        />`;
  }
}

/** A page that says why there is no form. */
export function sendWords(
  req: Request,
  res: Response,
  { status, title, body }: { status: number; title: Both; body: Both<Html> },
): void {
  const language = languageOf(req);
  sendPage(res, status, language, { title: title[language], body: body[language] });
}

/** On to the console, where they are signed in by now, or shall sign in. */
export function sendOn(res: Response): void {
  res.status(303).set("Location", "/").end();
}
