import type { Request, Response, Router } from "express";
import { PersonName } from "../contract/api-staff.ts";
import type { LinkKind } from "../staff/index.ts";
import type { Staff } from "../staff/index.ts";
import type { ClaimPageParts } from "./claim-pages.ts";
import { fieldsOf, type Form, codeOf, linkRouter, readForm, sendForm, sendOn, sendWords } from "./claim-form.ts";
import { type Both, html, type Html } from "./page.ts";

const FORMS: Readonly<Record<LinkKind, Form>> = {
  invitation: {
    title: { en: "You are invited", zh: "您已受邀加入" },
    intro: {
      en: "Choose a name and a password, and you can start.",
      zh: "填写姓名并设置密码，即可开始使用。",
    },
    submit: { en: "Join", zh: "加入" },
    fields: ["name", "password"],
  },
  reset: {
    title: { en: "A new password", zh: "设置新密码" },
    intro: {
      en: "Your old password stops working, and you are signed out everywhere else.",
      zh: "旧密码将失效，您在其他设备上的登录也会全部退出。",
    },
    submit: { en: "Save the password", zh: "保存密码" },
    fields: ["password"],
  },
};

const AGAIN: Both<Html> = {
  en: html`<p>A link works once, and not for ever. Ask the person who gave it to you for a new one.</p>`,
  zh: html`<p>每个链接只能使用一次，且有期限。请向提供链接的人索取新的链接。</p>`,
};
const REFUSED = {
  unknown: { status: 404, title: { en: "This link is not known here", zh: "无法识别此链接" }, body: AGAIN },
  over: { status: 410, title: { en: "This link works no more", zh: "此链接已失效" }, body: AGAIN },
  taken: {
    status: 409,
    title: { en: "You are here already", zh: "您已加入" },
    body: {
      en: html`<p>Somebody with this e-mail address has joined. <a href="/">Sign in</a>.</p>`,
      zh: html`<p>此电子邮箱已加入。<a href="/">请登录</a>。</p>`,
    },
  },
} as const;

export interface LinkPageParts extends Omit<ClaimPageParts, "staff"> {
  staff: Pick<Staff, "links" | "joining" | "signIn">;
}

/** The page behind an invitation, or behind a link to a new password. */
export function linkPages(kind: LinkKind, parts: LinkPageParts): Router {
  const { links } = parts.staff;
  const router = linkRouter(parts);
  const form = FORMS[kind];

  router.get("/:code", async (req, res) => {
    const found = await links.look(kind, codeOf(req));
    if (found.state === "open") sendForm(req, res, { ...form, email: found.link.email });
    else sendWords(req, res, REFUSED[found.state]);
  });
  router.post("/:code", readForm(), async (req, res) => {
    const code = codeOf(req);
    const found = await links.look(kind, code);
    if (found.state !== "open") return sendWords(req, res, REFUSED[found.state]);
    const { name, password } = fieldsOf(req.body, "name", "password");
    const named = PersonName.safeParse(kind === "reset" ? "-" : name); // a reset asks for none
    const shown = { ...form, email: found.link.email };
    if (!named.success) return sendForm(req, res, shown, { status: 422, given: { name }, fault: "invalid" });
    await accept(req, res, { kind, code, name: named.data, password, form: shown }, parts);
  });
  return router;
}

async function accept(
  req: Request,
  res: Response,
  { kind, code, name, password, form }: { kind: LinkKind; code: string; name: string; password: string; form: Form },
  { staff, cookies }: LinkPageParts,
): Promise<void> {
  const result = await staff.joining.accept(kind, code, { name, password });
  if ("refused" in result) return sendWords(req, res, REFUSED[result.refused]);
  if ("fault" in result) return sendForm(req, res, form, { status: 422, given: { name }, fault: result.fault });
  if (result.mayEnter) await staff.signIn.admit(result.staffId, "link", cookies.caller(req, res));
  sendOn(res);
}
