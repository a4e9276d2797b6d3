import { z } from "zod";
import { GRAPH } from "../graph/index.ts";

const WHERE_PAGE =
  "The page's id is a number. On the Page: About, Page transparency, Page ID; or the App Dashboard, Messenger, API setup. " +
  "主页编号是一串数字：在主页的“简介 → 主页信息公开”中查看，或在应用面板的 Messenger → API 设置中查看。";
const WHERE_TOKEN =
  "The page access token is missing or misshapen. App Dashboard, Messenger, API setup, Generate beside the Page. " +
  "主页访问令牌缺失或格式不对：应用面板 → Messenger → API 设置，在主页旁点“生成”。";
const WHERE_APP =
  "The app's id is a number. App Dashboard, App settings, Basic, App ID. 应用编号是一串数字：应用面板 → 应用设置 → 基本 → 应用编号。";
const WHERE_SECRET =
  "The app secret must be given: deliveries are proven with it. App Dashboard, App settings, Basic, App secret, Show. " +
  "必须填写应用密钥，推送靠它验证：应用面板 → 应用设置 → 基本 → 应用密钥 → 显示。";
const WHERE_VERIFY =
  "The verify token must be 16 to 256 characters of A-Z a-z 0-9 _ -. Make one up, for example with: openssl rand -hex 32. " +
  "验证令牌须为 16 至 256 个字符（A-Z a-z 0-9 _ -），可用 openssl rand -hex 32 生成。";
const WHERE_NAME = "The username is the Page's name in m.me/NAME, without @. 用户名即 m.me/名称 中的名称，不带 @。";
const WHERE_API = "The address is an http(s) address, such as https://graph.facebook.com. 地址须为 http(s) 网址。";
const WHERE_VERSION = "The version looks like v23.0. 版本形如 v23.0。";

export const settings = z.object({
  pageId: z
    .string({ error: WHERE_PAGE })
    .regex(/^\d{3,32}$/, { error: WHERE_PAGE })
    .meta({
      title: "Page ID",
      description: "The Page whose messages come in: About, Page transparency; or Messenger, API setup.",
      title_zh: "主页编号",
      description_zh: "接收消息的主页：主页的“简介 → 主页信息公开”，或应用面板的 Messenger → API 设置。",
    }),
  pageToken: z
    .string({ error: WHERE_TOKEN })
    .regex(/^[\w-]{16,1024}$/, { error: WHERE_TOKEN })
    .meta({
      title: "Page access token",
      description:
        "App Dashboard, Messenger, API setup, Generate. Best from a system user, whose tokens do not expire.",
      title_zh: "主页访问令牌",
      description_zh: "应用面板 → Messenger → API 设置 → 生成。最好由系统用户生成，不会过期。",
      secret: true,
    }),
  appId: z
    .string({ error: WHERE_APP })
    .regex(/^\d{3,32}$/, { error: WHERE_APP })
    .meta({
      title: "App ID",
      description: "App settings, Basic. Tells what the hub itself sent from what somebody answered elsewhere.",
      title_zh: "应用编号",
      description_zh: "应用设置 → 基本。用来分辨消息是本系统发出的，还是有人在别处回复的。",
    }),
  appSecret: z
    .string({ error: WHERE_SECRET })
    .regex(/^[\w-]{16,128}$/, { error: WHERE_SECRET })
    .meta({
      title: "App secret",
      description: "App settings, Basic. Every delivery is proven with it.",
      title_zh: "应用密钥",
      description_zh: "应用设置 → 基本。每次推送都用它验证。",
      secret: true,
    }),
  verifyToken: z
    .string({ error: WHERE_VERIFY })
    .regex(/^[\w-]{16,256}$/, { error: WHERE_VERIFY })
    .meta({
      title: "Verify token",
      description: "Made up by you: 16 to 256 characters of A-Z a-z 0-9 _ -. Meta asks for it once, with the address.",
      title_zh: "验证令牌",
      description_zh: "自行拟定：16 至 256 个字符（A-Z a-z 0-9 _ -）。Meta 登记地址时会询问一次。",
      secret: true,
    }),
  username: z
    .string({ error: WHERE_NAME })
    .regex(/^[\w.]{1,64}$/, { error: WHERE_NAME })
    .optional()
    .meta({
      title: "Page's username",
      description: "For links that read well: m.me/NAME. Without it they carry the Page's id.",
      title_zh: "主页用户名",
      description_zh: "用于好记的链接 m.me/名称；不填则用主页编号。",
    }),
  version: z
    .string({ error: WHERE_VERSION })
    .regex(/^v\d{1,3}\.\d$/, { error: WHERE_VERSION })
    .default("v23.0")
    .meta({
      title: "Graph API version",
      description: "As the app is set to.",
      title_zh: "Graph API 版本",
      description_zh: "与应用的设置一致。",
    }),
  baseUrl: z
    .url({ protocol: /^https?$/, error: WHERE_API })
    .default(GRAPH)
    .meta({
      title: "Graph API address",
      description: "Only for a gateway of your own; Meta's otherwise.",
      title_zh: "Graph API 地址",
      description_zh: "仅在使用自建网关时填写；默认为 Meta 官方地址。",
    }),
});

export type Settings = z.infer<typeof settings>;
