import { z } from "zod";

const TOKEN = /^\d{1,20}:[\w-]{3,128}$/;
const WHERE_TOKEN =
  "The token must look like 123456789:AAE... In Telegram, open @BotFather, send /mybots, choose the bot, then API Token. " +
  "令牌形如 123456789:AAE……：在 Telegram 中打开 @BotFather，发送 /mybots，选择机器人，再点 API Token。";
const WHERE_SECRET =
  "The secret must be 16 to 256 characters of A-Z a-z 0-9 _ - . Make one up, for example with: openssl rand -hex 32. " +
  "密钥须为 16 至 256 个字符（A-Z a-z 0-9 _ -），可用 openssl rand -hex 32 生成。";

export const settings = z
  .object({
    token: z.string({ error: WHERE_TOKEN }).regex(TOKEN, { error: WHERE_TOKEN }).meta({
      title: "Bot token",
      description: "From @BotFather: /mybots, choose the bot, API Token.",
      title_zh: "机器人令牌",
      description_zh: "向 @BotFather 发送 /mybots，选择机器人，点 API Token 获取。",
      secret: true,
    }),
    mode: z
      .enum(["polling", "webhook"], { error: "The mode is polling or webhook. 模式为 polling 或 webhook。" })
      .default("polling")
      .meta({
        title: "How updates come in",
        description: "polling needs no public address; webhook needs HTTPS on port 443, 80, 88 or 8443.",
        title_zh: "接收方式",
        description_zh: "polling（轮询）无需公网地址；webhook 需要 443、80、88 或 8443 端口上的 HTTPS。",
      }),
    secret: z
      .string({ error: WHERE_SECRET })
      .regex(/^[\w-]{16,256}$/, { error: WHERE_SECRET })
      .optional()
      .meta({
        title: "Webhook secret",
        description:
          "Needed for webhook: 16 to 256 characters of A-Z a-z 0-9 _ -. Telegram sends it with every update.",
        title_zh: "Webhook 密钥",
        description_zh: "使用 webhook 时必填：16 至 256 个字符（A-Z a-z 0-9 _ -），Telegram 每次推送都会带上它。",
        secret: true,
      }),
    username: z
      .string({ error: "The username is text. 用户名须为文本。" })
      .regex(/^\w{1,64}$/, {
        error: "The username is the bot's name without @, for example shop_bot. 用户名不带 @，例如 shop_bot。",
      })
      .optional()
      .meta({
        title: "Bot's username",
        description: "Without @. Needed to notice mentions and commands in groups; `doctor` says whether it is right.",
        title_zh: "机器人用户名",
        description_zh: "不带 @。识别群里的提及和命令时需要；doctor 会检查是否正确。",
      }),
    apiRoot: z
      .url({
        protocol: /^https?$/,
        error: "The API root is an http(s) address, such as https://api.telegram.org. API 地址须为 http(s) 网址。",
      })
      .optional()
      .meta({
        title: "Bot API server",
        description: "Only for a Bot API server of your own; Telegram's otherwise.",
        title_zh: "Bot API 服务器",
        description_zh: "仅在自建 Bot API 服务器时填写；默认使用 Telegram 官方地址。",
      }),
  })
  .superRefine(({ mode, secret }, context) => {
    if (mode === "webhook" && secret === undefined)
      context.addIssue({ code: "custom", path: ["secret"], message: WHERE_SECRET });
  });

export type Settings = z.infer<typeof settings>;
