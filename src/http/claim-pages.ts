import express, { type Request, type Response, Router } from "express";
import { Conflict, type Clock } from "../contract/index.ts";
import { NewOwner, type Claims, type ClaimState } from "../staff/index.ts";
import { createLimiter } from "./limiter.ts";
import { type Both, html, type Html, languageOf, sendPage } from "./page.ts";

type Refused = Exclude<ClaimState, "open">;

const TRIES = { count: 20, perMs: 60_000 };

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
          Ask them for an API token. If that is you and the token is lost, make another on the hub’s machine:
        </p>
        <pre>npm run -s cli -- token create --help</pre>`,
      zh: html`<p>请向所有者索取 API 令牌。如果您就是所有者而令牌已丢失，请在运行服务的机器上重新创建：</p>
        <pre>npm run -s cli -- token create --help</pre>`,
    },
  },
};

const BUSY: { title: Both; body: Both<Html> } = {
  title: { en: "Too many tries", zh: "尝试次数过多" },
  body: { en: html`<p>Wait a minute, then open the link again.</p>`, zh: html`<p>请稍等一分钟，再重新打开链接。</p>` },
};

const FORM: Both<{ title: string; intro: string; name: string; email: string; submit: string }> = {
  en: {
    title: "Make this hub yours",
    intro: "You become its owner, and get an API token that may do everything. Nothing is sent anywhere else.",
    name: "Your name",
    email: "Your e-mail address",
    submit: "Become the owner",
  },
  zh: {
    title: "认领此服务",
    intro: "您将成为所有者，并获得一个拥有全部权限的 API 令牌。信息不会发送到其他任何地方。",
    name: "您的姓名",
    email: "您的电子邮箱",
    submit: "成为所有者",
  },
};

const FAULTS: Both<{ invalid: string; taken: string }> = {
  en: {
    invalid: "Please give a name and a valid e-mail address.",
    taken: "Somebody here has, or had, this e-mail address. Please give another one.",
  },
  zh: { invalid: "请填写姓名和有效的电子邮箱。", taken: "此电子邮箱已被使用，请换一个。" },
};

const MADE: Both<{ title: string; keep: string; use: string }> = {
  en: {
    title: "This hub is yours",
    keep: "This is your API token. Keep it in a safe place now: it is not shown again.",
    use: "Programs send it with every request. Try it:",
  },
  zh: {
    title: "认领成功",
    keep: "这是您的 API 令牌。请立即妥善保存：它不会再次显示。",
    use: "程序在每个请求中携带它。试一试：",
  },
};

/** The first owner's two pages, behind the one-time link from the hub's terminal. */
export function claimPages({ claims, clock, publicUrl }: { claims: Claims; clock: Clock; publicUrl: URL }): Router {
  const tries = createLimiter({ ...TRIES, clock });
  const router = Router({ caseSensitive: true, strict: true });

  router.use((req, res, next) => {
    res.locals.route = `${req.method} /claim`;
    const waitMs = tries.take(req.ip ?? "unknown");
    if (waitMs === 0) return next();
    const language = languageOf(req);
    res.set("Retry-After", String(Math.ceil(waitMs / 1_000)));
    sendPage(res, 429, language, { title: BUSY.title[language], body: BUSY.body[language] });
  });

  router.get("/:code", async (req, res) => {
    const state = await claims.look(req.params.code);
    if (state === "open") sendForm(req, res, 200, {});
    else sendRefusal(req, res, state);
  });

  router.post(
    "/:code",
    express.urlencoded({ extended: false, limit: "16kb", parameterLimit: 10 }),
    async (req, res) => {
      const given = fieldsOf(req.body);
      const owner = NewOwner.safeParse(given);
      if (!owner.success) return sendForm(req, res, 422, { ...given, fault: "invalid" });
      try {
        const result = await claims.claim(req.params.code, owner.data);
        if ("refused" in result) sendRefusal(req, res, result.refused);
        else sendToken(req, res, result.token.token, publicUrl);
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
        sendForm(req, res, 409, { ...given, fault: "taken" });
      }
    },
  );

  return router;
}

function fieldsOf(body: unknown): { name: string; email: string } {
  const text = (name: string): string => {
    const value: unknown =
      body !== null && typeof body === "object" ? (body as Record<string, unknown>)[name] : undefined;
    return typeof value === "string" ? value : "";
  };
  return { name: text("name"), email: text("email") };
}

function sendForm(
  req: Request,
  res: Response,
  status: number,
  { name = "", email = "", fault }: { name?: string; email?: string; fault?: "invalid" | "taken" },
): void {
  const language = languageOf(req);
  const words = FORM[language];
  const complaint = fault ? html`<p class="fault" role="alert">${FAULTS[language][fault]}</p>` : html``;
  const body = html`<p>${words.intro}</p>
    ${complaint}
    <form method="post">
      <label for="name">${words.name}</label>
      <input id="name" name="name" value="${name}" required maxlength="100" autocomplete="name" />
      <label for="email">${words.email}</label>
      <input id="email" name="email" type="email" value="${email}" required maxlength="254" autocomplete="email" />
      <button>${words.submit}</button>
    </form>`;
  sendPage(res, status, language, { title: words.title, body });
}

function sendToken(req: Request, res: Response, token: string, publicUrl: URL): void {
  const language = languageOf(req);
  const { title, keep, use } = MADE[language];
  const body = html`<p>${keep}</p>
    <pre>${token}</pre>
    <p>${use}</p>
    <pre>curl -H "Authorization: Bearer ${token}" ${new URL("/api/v1/me", publicUrl).href}</pre>`;
  sendPage(res, 201, language, { title, body });
}

function sendRefusal(req: Request, res: Response, refused: Refused): void {
  const language = languageOf(req);
  const { status, title, body } = REFUSED[refused];
  sendPage(res, status, language, { title: title[language], body: body[language] });
}
