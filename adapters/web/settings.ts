import { z } from "zod";

/** "https://shop.example", exactly as browsers send it in `Origin`. */
const Origin = z.string().refine(isOrigin, "Each must be an origin like https://shop.example, without a path.");

const Page = z.url({
  protocol: /^https?$/,
  error: "siteUrl must be the address of a page that shows the chat, like https://shop.example/.",
});

function secretText(name: string) {
  return z
    .string(`${name} is missing: give 32 random characters or more.`)
    .min(32, `${name} must have 32 characters or more.`);
}

export const WebSettings = z
  .strictObject({
    name: z.string("name must be a text.").min(1).max(80).optional().meta({
      title: "Name shown to visitors",
      description: "Stands at the top of the chat window, like “Ana's Flower Shop”.",
      title_zh: "向访客显示的名称",
      description_zh: "显示在聊天窗口顶部，例如“小花店”。",
    }),
    secret: secretText("secret").meta({
      secret: true,
      title: "Signing secret",
      description: "Signs the visitors' tokens. 32 random characters or more; changing it ends all visitors' sessions.",
      title_zh: "签名密钥",
      description_zh: "用于签发访客令牌，至少 32 个随机字符；更换后所有访客会话失效。",
    }),
    identitySecret: secretText("identitySecret").optional().meta({
      secret: true,
      title: "Identity secret",
      description: "Your website's server signs its users' ids with it, so that nobody can chat under another's name.",
      title_zh: "身份密钥",
      description_zh: "您的网站服务器用它为用户编号签名，防止他人冒名。",
    }),
    requireIdentity: z.boolean("requireIdentity must be true or false.").default(false).meta({
      title: "Only signed-in users",
      description: "Nobody can open the chat without a proof of identity. Needs the identity secret.",
      title_zh: "仅限已登录用户",
      description_zh: "没有身份证明就不能打开聊天。需要先设置身份密钥。",
    }),
    allowedOrigins: z.array(Origin, "allowedOrigins must be a list of origins.").max(100).default([]).meta({
      title: "Websites that may show the chat",
      description: "Origins like https://shop.example. Empty: only pages of the hub's own address.",
      title_zh: "允许显示聊天的网站",
      description_zh: "来源地址，例如 https://shop.example。留空则仅限本系统自身地址下的页面。",
    }),
    sessionDays: z.int("sessionDays must be a whole number of days.").min(1).max(400).default(180).meta({
      title: "Days until a visitor is forgotten",
      description: "How long a browser that does not come back keeps its conversation.",
      title_zh: "访客会话保留天数",
      description_zh: "浏览器多久不再访问后，其会话失效。",
    }),
    siteUrl: Page.optional().meta({
      title: "Page to send people to",
      description:
        "Entry points (QR codes, links) lead here, with their code in the address. Empty: the hub's own page of this chat.",
      title_zh: "入口落地页",
      description_zh: "入口（二维码、链接）会带着入口代码打开此页面。留空则为本系统自带的聊天页面。",
    }),
  })
  .refine((settings) => !settings.requireIdentity || settings.identitySecret !== undefined, {
    path: ["identitySecret"],
    message:
      "requireIdentity needs an identitySecret: 32 random characters or more, known to your website's server alone.",
  });

export type WebSettings = z.infer<typeof WebSettings>;

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;
}
