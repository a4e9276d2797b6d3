import { z } from "zod";

const WHERE_TOKEN =
  "The token has three parts joined by dots (MTIz....Gh....abc...). On discord.com/developers/applications choose the app, Bot, Reset Token. " +
  "令牌由三段组成，以点相连：在 discord.com/developers/applications 选择应用，点 Bot，再点 Reset Token。";
const WHERE_KEY =
  "The public key is 64 characters of 0-9 a-f. On discord.com/developers/applications choose the app, General Information, Public Key. " +
  "公钥为 64 个十六进制字符：在 discord.com/developers/applications 选择应用，见 General Information 的 Public Key。";
const WHERE_ID =
  "This is an id of 15 to 20 digits. In Discord, turn on Developer Mode (Settings, Advanced), right-click and choose Copy ID. " +
  "此处应为 15 至 20 位数字的 ID：在 Discord 设置 → 高级中打开开发者模式，右键点击后选择“复制 ID”。";

const Id = z.string({ error: WHERE_ID }).regex(/^\d{15,20}$/, { error: WHERE_ID });
const YesNo = z.boolean({ error: "This is true or false. 此项为 true 或 false。" });
const Root = (what: string) => {
  const error = `The ${what} is an http(s) address. 此项须为 http(s) 网址。`;
  return z.url({ protocol: /^https?$/, error });
};

export const settings = z
  .object({
    token: z
      .string({ error: WHERE_TOKEN })
      .regex(/^[\w-]{16,40}\.[\w-]{4,12}\.[\w-]{20,120}$/, { error: WHERE_TOKEN })
      .meta({
        title: "Bot token",
        description: "Developer Portal, your app, Bot, Reset Token.",
        title_zh: "机器人令牌",
        description_zh: "开发者门户 → 你的应用 → Bot → Reset Token。",
        secret: true,
      }),
    mode: z
      .enum(["gateway", "interactions"], {
        error: "The mode is gateway or interactions. 模式为 gateway 或 interactions。",
      })
      .default("gateway")
      .meta({
        title: "How events come in",
        description:
          "gateway carries everything and needs no public address; interactions carries only commands, buttons and menus, to a public HTTPS address.",
        title_zh: "接收方式",
        description_zh:
          "gateway 接收全部事件，无需公网地址；interactions 只接收命令、按钮和菜单，需要公网 HTTPS 地址。",
      }),
    publicKey: z
      .string({ error: WHERE_KEY })
      .regex(/^[0-9a-f]{64}$/i, { error: WHERE_KEY })
      .optional()
      .meta({
        title: "Public key",
        description: "Needed for interactions: General Information, Public Key. It proves that a request is Discord's.",
        title_zh: "公钥",
        description_zh: "interactions 模式必填：General Information 中的 Public Key，用来验证请求来自 Discord。",
      }),
    applicationId: Id.optional().meta({
      title: "Application ID",
      description: "Only for apps made before 2017, whose bot has another id than the app. General Information.",
      title_zh: "应用 ID",
      description_zh: "仅 2017 年以前创建、机器人与应用 ID 不同的应用需要填写，见 General Information。",
    }),
    inviteChannelId: Id.optional().meta({
      title: "Channel for invites",
      description: "Entry points become invites to this channel. The bot needs Create Invite and Manage Server.",
      title_zh: "邀请所用频道",
      description_zh: "入口会成为通往此频道的邀请链接。机器人需要“创建邀请”和“管理服务器”权限。",
    }),
    readsMessages: YesNo.default(true).meta({
      title: "Reads messages in servers",
      description: "Needs the Message Content Intent. Without it only direct messages and mentions have words.",
      title_zh: "读取服务器消息",
      description_zh: "需要 Message Content Intent。关闭后只能读到私信和提及机器人的消息。",
    }),
    watchesMembers: YesNo.default(true).meta({
      title: "Notices joins and leaves",
      description: "Needs the Server Members Intent. Without it nobody is attributed to an invite.",
      title_zh: "识别成员进出",
      description_zh: "需要 Server Members Intent。关闭后无法识别成员来自哪个邀请。",
    }),
    apiRoot: Root("API root").optional().meta({
      title: "API address",
      description: "Only for a proxy of your own; https://discord.com/api otherwise.",
      title_zh: "API 地址",
      description_zh: "仅在使用自建代理时填写；默认 https://discord.com/api。",
    }),
    cdnRoot: Root("CDN root").optional().meta({
      title: "CDN address",
      description: "Only for a proxy of your own; https://cdn.discordapp.com otherwise.",
      title_zh: "CDN 地址",
      description_zh: "仅在使用自建代理时填写；默认 https://cdn.discordapp.com。",
    }),
  })
  .superRefine(({ mode, publicKey }, context) => {
    if (mode === "interactions" && publicKey === undefined)
      context.addIssue({ code: "custom", path: ["publicKey"], message: WHERE_KEY });
  });

export type Settings = z.infer<typeof settings>;

/** A bot's token begins with its own id, in base64. */
export function botIdIn(token: string): string {
  const id = Buffer.from(token.split(".")[0] ?? "", "base64url").toString("latin1");
  return /^\d{1,20}$/.test(id) ? id : "0";
}
