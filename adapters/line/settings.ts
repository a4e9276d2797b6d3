import { z } from "zod";

const WHERE_SECRET =
  "The channel secret is 32 characters of 0-9 a-f. LINE Developers console, your Messaging API channel, Basic settings, Channel secret. " +
  "Channel secret 为 32 位十六进制字符：LINE Developers 控制台 → Messaging API 频道 → Basic settings → Channel secret。";
const WHERE_TOKEN =
  "The access token is one long word. LINE Developers console, your Messaging API channel, Messaging API, Channel access token (long-lived), Issue. " +
  "Channel access token 是一长串字符：LINE Developers 控制台 → Messaging API → Channel access token (long-lived) → Issue。";
const WHERE_LIFF =
  "The LIFF id looks like 1234567890-AbcdEfgh. LINE Developers console, your LINE Login channel, LIFF. " +
  "LIFF ID 形如 1234567890-AbcdEfgh：LINE Developers 控制台 → LINE Login 频道 → LIFF。";
const ADDRESS = "This is an http(s) address, such as https://api.line.me. 须为 http(s) 网址。";

const address = z.url({ protocol: /^https?$/, error: ADDRESS });

export const settings = z.object({
  channelSecret: z
    .string({ error: WHERE_SECRET })
    .regex(/^[0-9a-f]{32}$/i, { error: WHERE_SECRET })
    .meta({
      title: "Channel secret",
      description: "Proves that a request comes from LINE. LINE Developers console, Basic settings.",
      title_zh: "频道密钥（Channel secret）",
      description_zh: "用于验证请求来自 LINE：LINE Developers 控制台 → Basic settings。",
      secret: true,
    }),
  channelAccessToken: z
    .string({ error: WHERE_TOKEN })
    .regex(/^[\w+/=.~-]{20,2048}$/, { error: WHERE_TOKEN })
    .meta({
      title: "Channel access token",
      description: "The long-lived one. LINE Developers console, Messaging API, Channel access token.",
      title_zh: "频道访问令牌（Channel access token）",
      description_zh: "长期令牌：LINE Developers 控制台 → Messaging API → Channel access token (long-lived)。",
      secret: true,
    }),
  liffId: z
    .string({ error: WHERE_LIFF })
    .regex(/^\d{5,15}-\w{4,40}$/, { error: WHERE_LIFF })
    .optional()
    .meta({
      title: "LIFF id",
      description:
        "For entry links that carry their code safely: a LIFF app whose endpoint URL is this channel's webhook address " +
        "with liff at its end. Without it, links open the chat with a prefilled text that the person may change.",
      title_zh: "LIFF ID",
      description_zh:
        "用于可靠识别来源：LIFF 应用的 Endpoint URL 填本渠道的 webhook 地址并以 liff 结尾。" +
        "不填时，入口链接打开聊天并预填一段文字，顾客可以改动。",
    }),
  prefilledText: z
    .string({ error: "The prefilled text is text. 预填文字须为文本。" })
    .trim()
    .min(1, { error: "The prefilled text has at least one character. 预填文字不能为空。" })
    .max(100, { error: "The prefilled text has at most 100 characters. 预填文字最多 100 个字符。" })
    .optional()
    .meta({
      title: "Prefilled text",
      description:
        "Without a LIFF id: what stands before the code in the text that an entry link prepares. Hello! if empty.",
      title_zh: "预填文字",
      description_zh: "未填 LIFF ID 时，入口链接预填的文字（代码之前）；留空为 Hello!",
    }),
  apiBase: address.optional().meta({
    title: "API server",
    description: "Only for a gateway or an emulator; https://api.line.me otherwise.",
    title_zh: "API 服务器",
    description_zh: "仅在使用网关或模拟器时填写；默认 https://api.line.me。",
  }),
  dataBase: address.optional().meta({
    title: "Content server",
    description: "Only for a gateway or an emulator; https://api-data.line.me otherwise.",
    title_zh: "内容服务器",
    description_zh: "仅在使用网关或模拟器时填写；默认 https://api-data.line.me。",
  }),
});

export type Settings = z.infer<typeof settings>;
