import { z } from "zod";

const WHERE_BOT =
  "The bot token must look like xoxb-... In api.slack.com/apps, open your app, Install App, Bot User OAuth Token. " +
  "机器人令牌形如 xoxb-……：在 api.slack.com/apps 打开应用，Install App，Bot User OAuth Token。";
const WHERE_APP =
  "Socket Mode needs the setting appToken, which looks like xapp-... In api.slack.com/apps, open your app, Basic Information, " +
  "App-Level Tokens, Generate, with the scope connections:write. " +
  "Socket 模式需要 appToken（形如 xapp-……）：在应用的 Basic Information，App-Level Tokens 中生成，权限选 connections:write。";
const WHERE_SECRET =
  "Webhook mode needs the setting signingSecret: 16 to 128 characters. In api.slack.com/apps, open your app, Basic Information, " +
  "App Credentials, Signing Secret. Webhook 模式需要 signingSecret：在应用的 Basic Information，App Credentials，Signing Secret。";

export const settings = z
  .object({
    botToken: z
      .string({ error: WHERE_BOT })
      .regex(/^xoxb-[\w-]{6,300}$/, { error: WHERE_BOT })
      .meta({
        title: "Bot token",
        description: "Begins with xoxb-. From your app's page: Install App, Bot User OAuth Token.",
        title_zh: "机器人令牌",
        description_zh: "以 xoxb- 开头。在应用页面的 Install App 中，Bot User OAuth Token。",
        secret: true,
      }),
    mode: z
      .enum(["socket", "webhook"], { error: "The mode is socket or webhook. 模式为 socket 或 webhook。" })
      .default("socket")
      .meta({
        title: "How events come in",
        description: "socket needs no public address; webhook needs HTTPS that Slack can reach.",
        title_zh: "接收方式",
        description_zh: "socket 无需公网地址；webhook 需要 Slack 能访问的 HTTPS 地址。",
      }),
    appToken: z
      .string({ error: WHERE_APP })
      .regex(/^xapp-[\w-]{6,300}$/, { error: WHERE_APP })
      .optional()
      .meta({
        title: "App-level token",
        description:
          "Needed for socket: begins with xapp-. Basic Information, App-Level Tokens, scope connections:write.",
        title_zh: "应用级令牌",
        description_zh: "socket 模式必填：以 xapp- 开头。Basic Information，App-Level Tokens，权限 connections:write。",
        secret: true,
      }),
    signingSecret: z
      .string({ error: WHERE_SECRET })
      .regex(/^\S{16,128}$/, { error: WHERE_SECRET })
      .optional()
      .meta({
        title: "Signing secret",
        description: "Needed for webhook. Basic Information, App Credentials, Signing Secret.",
        title_zh: "签名密钥",
        description_zh: "webhook 模式必填。Basic Information，App Credentials，Signing Secret。",
        secret: true,
      }),
    botUserId: z
      .string({ error: "The bot's user id is text. 机器人用户 ID 须为文本。" })
      .regex(/^[UW][A-Z0-9]{1,31}$/, {
        error: "The bot's user id looks like U0123ABCD; doctor says it. 机器人用户 ID 形如 U0123ABCD，doctor 会给出。",
      })
      .optional()
      .meta({
        title: "Bot's user id",
        description: "Rarely needed: Slack names it with each event. `doctor` says whether it is right.",
        title_zh: "机器人用户 ID",
        description_zh: "通常不用填：Slack 会随事件告知。doctor 会检查是否正确。",
      }),
    names: z.boolean({ error: "names is true or false. names 须为 true 或 false。" }).default(true).meta({
      title: "Look up names",
      description: "Asks Slack for the names of people and channels, which its events leave out. Needs users:read.",
      title_zh: "查询名称",
      description_zh: "Slack 的事件不带人员与频道名称，开启后向 Slack 查询；需要 users:read 权限。",
    }),
    apiRoot: z
      .url({
        protocol: /^https?$/,
        error: "The API root is an http(s) address, such as https://slack.com/api/. API 地址须为 http(s) 网址。",
      })
      .optional()
      .meta({
        title: "Slack's API",
        description: "Only for a gateway of your own, or GovSlack (https://slack-gov.com/api/).",
        title_zh: "Slack API 地址",
        description_zh: "仅在使用自建网关或 GovSlack（https://slack-gov.com/api/）时填写。",
      }),
  })
  .superRefine(({ mode, appToken, signingSecret }, context) => {
    if (mode === "socket" && appToken === undefined)
      context.addIssue({ code: "custom", path: ["appToken"], message: WHERE_APP });
    if (mode === "webhook" && signingSecret === undefined)
      context.addIssue({ code: "custom", path: ["signingSecret"], message: WHERE_SECRET });
  });

export type Settings = z.infer<typeof settings>;
