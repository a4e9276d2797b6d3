import { z } from "zod";

const CONSOLE = "mp.weixin.qq.com → 设置与开发 → 基本配置";
const FAULTS = {
  appId: `The AppID is wx and 16 characters of 0-9 a-f: ${CONSOLE} → 开发者ID(AppID). AppID 以 wx 开头，见“基本配置”页的开发者ID。`,
  appSecret: `The AppSecret is 32 characters of 0-9 a-f: ${CONSOLE} → 开发者密码(AppSecret). 开发者密码为 32 位，见“基本配置”页；被动回复模式可不填。`,
  token: `The token is 3 to 32 letters and digits, the same as in ${CONSOLE} → 服务器配置 → 令牌(Token). 令牌为 3 至 32 位字母或数字，须与“服务器配置”中的一致。`,
  encodingAesKey: `The EncodingAESKey is 43 letters and digits: ${CONSOLE} → 服务器配置 → 消息加解密密钥. Plain mode (明文模式) does without it. 消息加解密密钥为 43 位字母或数字；仅明文模式可不填。`,
};

export const settings = z
  .object({
    appId: z
      .string({ error: FAULTS.appId })
      .regex(/^wx[0-9a-f]{16}$/, { error: FAULTS.appId })
      .meta({
        title: "AppID",
        description: "设置与开发 → 基本配置 → 开发者ID(AppID).",
        title_zh: "开发者ID (AppID)",
        description_zh: "公众平台“设置与开发 → 基本配置”中的开发者ID。",
      }),
    appSecret: z
      .string({ error: FAULTS.appSecret })
      .regex(/^[0-9a-f]{32}$/, { error: FAULTS.appSecret })
      .optional()
      .meta({
        title: "AppSecret",
        description: "开发者密码 on the same page. Needed for everything but passive text replies.",
        title_zh: "开发者密码 (AppSecret)",
        description_zh: "同页的开发者密码。除被动回复文字外都需要；启用时把本系统的公网 IP 加入 IP 白名单。",
        secret: true,
      }),
    token: z
      .string({ error: FAULTS.token })
      .regex(/^[A-Za-z0-9]{3,32}$/, { error: FAULTS.token })
      .meta({
        title: "Token",
        description: "Made up by you, 3 to 32 letters and digits; the same goes into 服务器配置 → 令牌(Token).",
        title_zh: "令牌 (Token)",
        description_zh: "自己拟定，3 至 32 位字母或数字，须与“服务器配置”中的令牌一致。WeChat 用它签名。",
        secret: true,
      }),
    encryption: z
      .enum(["safe", "compatible", "plain"], {
        error: "The mode is safe, compatible or plain. 加解密方式为 safe、compatible 或 plain。",
      })
      .default("safe")
      .meta({
        title: "Message encryption",
        description:
          "The same as in the console: safe (安全模式, recommended), compatible (兼容模式) or plain (明文模式).",
        title_zh: "消息加解密方式",
        description_zh: "与公众平台的选择一致：safe 安全模式（推荐）、compatible 兼容模式、plain 明文模式。",
      }),
    encodingAesKey: z
      .string({ error: FAULTS.encodingAesKey })
      .regex(/^[A-Za-z0-9]{43}$/, { error: FAULTS.encodingAesKey })
      .optional()
      .meta({
        title: "EncodingAESKey",
        description: "消息加解密密钥, 43 characters. Needed unless the encryption is plain.",
        title_zh: "消息加解密密钥 (EncodingAESKey)",
        description_zh: "43 位，见“服务器配置”。安全模式和兼容模式必填。",
        secret: true,
      }),
    replies: z
      .enum(["api", "passive"], { error: "Replies go by api or passive. 回复方式为 api 或 passive。" })
      .default("api")
      .meta({
        title: "How answers go out",
        description:
          "api: customer-service messages, for verified accounts. passive: inside WeChat's own request, for accounts without that permission.",
        title_zh: "回复方式",
        description_zh: "api：客服消息接口（已认证账号）；passive：被动回复（没有客服接口权限的账号）。",
      }),
    qrDays: z
      .number({ error: "The days are a number from 1 to 30. 天数为 1 至 30。" })
      .int({ error: "The days are a whole number. 天数须为整数。" })
      .min(1, { error: "The days are 1 at least. 天数至少为 1。" })
      .max(30, { error: "The days are 30 at most. 天数最多为 30。" })
      .optional()
      .meta({
        title: "Days that entry codes live",
        description: "Empty: permanent QR codes, of which an account has 100,000. 1 to 30: temporary ones, unlimited.",
        title_zh: "二维码有效天数",
        description_zh: "留空为永久二维码（每个账号最多 10 万个）；1 至 30 为临时二维码，数量不限。",
      }),
    apiRoot: z
      .url({
        protocol: /^https?$/,
        error: "The API root is an http(s) address, such as https://api.weixin.qq.com. API 地址须为 http(s) 网址。",
      })
      .optional()
      .meta({
        title: "API server",
        description: "Only for another entrance, such as https://sh.api.weixin.qq.com.",
        title_zh: "接口域名",
        description_zh: "一般不填；可填就近域名，如 https://sh.api.weixin.qq.com。",
      }),
  })
  .superRefine(({ encryption, encodingAesKey, replies, appSecret }, context) => {
    const missing = (path: "encodingAesKey" | "appSecret") =>
      context.addIssue({ code: "custom", path: [path], message: FAULTS[path] });
    if (encryption !== "plain" && encodingAesKey === undefined) missing("encodingAesKey");
    if (replies === "api" && appSecret === undefined) missing("appSecret");
  });

export type Settings = z.infer<typeof settings>;
