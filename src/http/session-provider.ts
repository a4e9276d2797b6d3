import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { ConfigError, NotFound, Unauthorized, type Clock, type Log } from "../contract/index.ts";
import type { NotAdmitted, OidcBegun, Staff } from "../staff/index.ts";
import { sendWords } from "./claim-form.ts";
import { createLimiter } from "./limiter.ts";
import { type Both, html, type Html } from "./page.ts";
import type { SessionCookies } from "./session-cookie.ts";

type Refusal = NotAdmitted | "failed" | "forgotten" | "none" | "down" | "busy";

const BACK: Both<Html> = {
  en: html`<p><a href="/">Back to the sign-in</a></p>`,
  zh: html`<p><a href="/">返回登录</a></p>`,
};
const page = (status: number, en: string, zh: string, enMore: string, zhMore: string) => ({
  status,
  title: { en, zh },
  body: {
    en: html`<p>${enMore}</p>
      ${BACK.en}`,
    zh: html`<p>${zhMore}</p>
      ${BACK.zh}`,
  },
});
const STRANGER = ["You are not one of this hub’s people", "您不是此服务的成员"] as const;
const FAILED = ["The sign-in did not work", "登录未成功"] as const;

const REFUSED: Readonly<Record<Refusal, ReturnType<typeof page>>> = {
  stranger: page(403, ...STRANGER, "Ask an owner or admin to invite you.", "请联系所有者或管理员邀请您。"),
  left: page(
    403,
    ...STRANGER,
    "Your access has ended. Ask an owner or admin.",
    "您的访问权限已终止，请联系所有者或管理员。",
  ),
  unverified: page(
    403,
    ...FAILED,
    "Your organisation’s sign-in does not confirm your e-mail address, so that nobody knows who you are here.",
    "您的组织登录服务未确认您的电子邮箱，因此无法识别您的身份。",
  ),
  "other-account": page(
    403,
    ...FAILED,
    "Your e-mail address belongs to somebody who signs in with another account. Ask an owner or admin.",
    "此电子邮箱已绑定其他账号，请联系所有者或管理员。",
  ),
  failed: page(401, ...FAILED, "Please sign in once more.", "请重新登录。"),
  forgotten: page(
    401,
    ...FAILED,
    "It took too long, or began in another browser. Please sign in once more.",
    "登录超时或在其他浏览器中开始，请重新登录。",
  ),
  none: page(
    404,
    "There is no such sign-in here",
    "此处未设置该登录方式",
    "Sign in by e-mail and password.",
    "请使用邮箱和密码登录。",
  ),
  down: page(
    502,
    "Your organisation’s sign-in does not answer",
    "组织登录服务无响应",
    "Try again in a moment.",
    "请稍后再试。",
  ),
  busy: page(429, "Too many tries", "尝试次数过多", "Wait a minute, then try again.", "请稍等一分钟再试。"),
};

const Begun = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), untilMs: z.number() });
const SEALED_FOR = "provider-sign-in";
const GOOD_MS = 600_000;
const TRIES = { count: 30, perMs: 60_000 };

export interface ProviderPageParts {
  staff: Pick<Staff, "provider" | "signIn" | "vault">;
  cookies: SessionCookies;
  clock: Clock;
  log: Log;
}

/** Signing in by the organisation's identity provider: out to it, and back. */
export function providerPages({ staff, cookies, clock, log }: ProviderPageParts): Router {
  const { provider, signIn, vault } = staff;
  const tries = createLimiter({ ...TRIES, clock });
  const router = Router({ caseSensitive: true, strict: true });

  /** What this browser took along when it left; it cannot be read or made by anybody else. */
  function begunBy(req: Request): OidcBegun | undefined {
    try {
      const sealed = Buffer.from(cookies.provider.read(req) ?? "", "base64url");
      const begun = Begun.parse(JSON.parse(vault.open(sealed, SEALED_FOR)));
      return begun.untilMs > clock.now().getTime() ? begun : undefined;
    } catch {
      return undefined;
    }
  }

  async function leave(_req: Request, res: Response): Promise<void> {
    const { url, begun } = await provider.begin();
    const kept = JSON.stringify({ ...begun, untilMs: clock.now().getTime() + GOOD_MS });
    cookies.provider.keep(res, vault.seal(kept, SEALED_FOR).toString("base64url"));
    res.status(302).setHeader("Location", url.href).end();
  }

  async function comeBack(req: Request, res: Response): Promise<void> {
    const begun = begunBy(req);
    cookies.provider.forget(res); // it is good for one return
    if (!begun) return sendWords(req, res, REFUSED.forgotten);
    const query = new URL(req.originalUrl, "http://hub").searchParams;
    const result = await provider.finish(query, begun);
    if ("refused" in result) return sendWords(req, res, REFUSED[result.refused]);
    await signIn.admit(result.staffId, "provider", cookies.caller(req, res));
    res.status(303).set("Location", "/").end();
  }

  const served = (work: typeof leave) => async (req: Request, res: Response) => {
    if (tries.take(req.ip ?? "unknown") > 0) return sendWords(req, res, REFUSED.busy);
    try {
      await work(req, res);
    } catch (error) {
      const refusal = refusalFor(error);
      if (!refusal) throw error;
      if (error instanceof Error) log.warn({ reason: error.message }, "a sign-in by the identity provider failed");
      sendWords(req, res, REFUSED[refusal]);
    }
  };
  router.get("/start", served(leave));
  router.get("/callback", served(comeBack));
  return router;
}

function refusalFor(error: unknown): Refusal | undefined {
  if (error instanceof NotFound) return "none";
  if (error instanceof ConfigError) return "down";
  return error instanceof Unauthorized ? "failed" : undefined;
}
