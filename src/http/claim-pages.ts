import type { Request, Response, Router } from "express";
import { Conflict, type Clock } from "../contract/index.ts";
import { NewOwner, type ClaimState, type Staff } from "../staff/index.ts";
import { fieldsOf, type Form, codeOf, linkRouter, readForm, sendForm, sendOn, sendWords } from "./claim-form.ts";
import { type Both, html, type Html } from "./page.ts";
import type { SessionCookies } from "./session-cookie.ts";
import type { SameOrigin } from "./session-origin.ts";

type Refused = Exclude<ClaimState, "open">;

const RENEW: Both<Html> = {
  en: html`<p>A link works once, for 15 minutes. For a new one, start the hub again, or run this on its machine:</p>
    <pre>npm run -s cli -- claim</pre>`,
  zh: html`<p>每个链接只能使用一次，有效期 15 分钟。如需新链接，请重新启动服务，或在该机器上执行：</p>
    <pre>npm run -s cli -- claim</pre>`,
};

const REFUSED: Readonly<Record<Refused, { status: number; title: Both; body: Both<Html> }>> = {
  unknown: { status: 404, title: { en: "This link is not known here", zh: "无法识别此链接" }, body: RENEW },
  expired: { status: 410, title: { en: "This link has expired", zh: "此链接已过期" }, body: RENEW },
  taken: {
    status: 409,
    title: { en: "This hub has an owner already", zh: "此服务已有所有者" },
    body: {
      en: html`<p>
          Ask them for an invitation. If that is you and the password is lost, run this on the hub’s machine:
        </p>
        <pre>npm run -s cli -- staff reset YOUR-EMAIL</pre>`,
      zh: html`<p>请向所有者索取邀请。如果您就是所有者而忘记了密码，请在运行服务的机器上执行：</p>
        <pre>npm run -s cli -- staff reset 您的邮箱</pre>`,
    },
  },
};

const FORM: Form = {
  title: { en: "Make this hub yours", zh: "认领此服务" },
  intro: {
    en: "You become its owner, who may do everything. Nothing is sent anywhere else.",
    zh: "您将成为所有者，拥有全部权限。信息不会发送到其他任何地方。",
  },
  submit: { en: "Become the owner", zh: "成为所有者" },
  fields: ["name", "email", "password"],
};

export interface ClaimPageParts {
  staff: Pick<Staff, "claims" | "signIn">;
  cookies: SessionCookies;
  sameOrigin: SameOrigin;
  clock: Clock;
}

/** The first owner's page, behind the one-time link from the hub's terminal. */
export function claimPages(parts: ClaimPageParts): Router {
  const { claims } = parts.staff;
  const router = linkRouter(parts);

  router.get("/:code", async (req, res) => {
    const state = await claims.look(codeOf(req));
    if (state === "open") sendForm(req, res, FORM);
    else sendWords(req, res, REFUSED[state]);
  });
  router.post("/:code", readForm(), async (req, res) => {
    const { password, ...given } = fieldsOf(req.body, "name", "email", "password");
    const owner = NewOwner.safeParse({ ...given, password: password || " " }); // too short has words of its own
    if (!owner.success) return sendForm(req, res, FORM, { status: 422, given, fault: "invalid" });
    try {
      await claim(req, res, codeOf(req), owner.data, parts);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      sendForm(req, res, FORM, { status: 409, given, fault: "taken" });
    }
  });
  return router;
}

async function claim(
  req: Request,
  res: Response,
  code: string,
  owner: NewOwner,
  { staff, cookies }: ClaimPageParts,
): Promise<void> {
  const result = await staff.claims.claim(code, owner);
  if ("refused" in result) return sendWords(req, res, REFUSED[result.refused]);
  if ("fault" in result) {
    const { name, email } = owner;
    return sendForm(req, res, FORM, { status: 422, given: { name, email }, fault: result.fault });
  }
  await staff.signIn.admit(result.staffId, "link", cookies.caller(req, res));
  sendOn(res);
}
