import { z } from "zod";

const WHERE_ACCOUNT =
  "The account's id is a number of 17 digits that begins with 1784. Instagram Login: `user_id` of graph.instagram.com/me?fields=user_id. Facebook Login: the Page's instagram_business_account. " +
  "账号编号是以 1784 开头的 17 位数字：Instagram 登录时取 graph.instagram.com/me?fields=user_id 的 user_id；Facebook 登录时取主页的 instagram_business_account。";
const WHERE_LOGIN = "The login is instagram or facebook. 登录方式为 instagram 或 facebook。";
const WHERE_TOKEN =
  "The access token is missing or misshapen. App Dashboard, Instagram, API setup, Generate token; with Facebook Login it is the token of the Page. " +
  "访问令牌缺失或格式不对：应用面板 → Instagram → API 设置 → 生成令牌；Facebook 登录时填主页访问令牌。";
const WHERE_APP =
  "The app's id is a number. Instagram Login: the Instagram app ID of API setup. Facebook Login: App settings, Basic, App ID. " +
  "应用编号是一串数字：Instagram 登录时取 API 设置中的 Instagram 应用编号；Facebook 登录时取“应用设置 → 基本”中的应用编号。";
const WHERE_SECRET =
  "The app secret must be given: deliveries are proven with it. Instagram Login: the Instagram app secret of API setup. Facebook Login: App settings, Basic, App secret. " +
  "必须填写应用密钥，推送靠它验证：Instagram 登录时取 API 设置中的 Instagram 应用密钥；Facebook 登录时取“应用设置 → 基本”中的应用密钥。";
const WHERE_VERIFY =
  "The verify token must be 16 to 256 characters of A-Z a-z 0-9 _ -. Make one up, for example with: openssl rand -hex 32. " +
  "验证令牌须为 16 至 256 个字符（A-Z a-z 0-9 _ -），可用 openssl rand -hex 32 生成。";
const WHERE_NAME = "The username is the account's name without @. 用户名即账号名，不带 @。";
const WHERE_API = "The address is an http(s) address, such as https://graph.instagram.com. 地址须为 http(s) 网址。";
const WHERE_VERSION = "The version looks like v23.0. 版本形如 v23.0。";

export const settings = z.object({
  accountId: z
    .string({ error: WHERE_ACCOUNT })
    .regex(/^\d{3,32}$/, { error: WHERE_ACCOUNT })
    .meta({
      title: "Instagram account ID",
      description:
        "The professional account's id, as deliveries name it (`user_id`; not the `id` of /me). Doctor says whether it is right.",
      title_zh: "Instagram 账号编号",
      description_zh: "专业账号的编号，即推送中的编号（user_id，而不是 /me 的 id）。doctor 会检查是否正确。",
    }),
  login: z.enum(["instagram", "facebook"], { error: WHERE_LOGIN }).default("instagram").meta({
    title: "Login",
    description:
      "instagram: the account's own token (graph.instagram.com). facebook: the token of the Page it is linked to (graph.facebook.com).",
    title_zh: "登录方式",
    description_zh:
      "instagram：账号自己的令牌（graph.instagram.com）；facebook：所关联主页的令牌（graph.facebook.com）。",
  }),
  accessToken: z
    .string({ error: WHERE_TOKEN })
    .regex(/^[\w-]{16,1024}$/, { error: WHERE_TOKEN })
    .meta({
      title: "Access token",
      description:
        "instagram: the account's long-lived token; the hub renews it. facebook: the Page's token, best from a system user.",
      title_zh: "访问令牌",
      description_zh: "instagram：账号的长期令牌，系统会自动续期；facebook：主页令牌，最好由系统用户生成。",
      secret: true,
    }),
  appId: z
    .string({ error: WHERE_APP })
    .regex(/^\d{3,32}$/, { error: WHERE_APP })
    .meta({
      title: "App ID",
      description: "Tells what the hub itself sent from what somebody answered elsewhere.",
      title_zh: "应用编号",
      description_zh: "用来分辨消息是本系统发出的，还是有人在别处回复的。",
    }),
  appSecret: z
    .string({ error: WHERE_SECRET })
    .regex(/^[\w-]{16,128}$/, { error: WHERE_SECRET })
    .meta({
      title: "App secret",
      description: "Every delivery is proven with it. With Instagram Login it is the Instagram app secret.",
      title_zh: "应用密钥",
      description_zh: "每次推送都用它验证。Instagram 登录时填 Instagram 应用密钥。",
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
      title: "Username",
      description: "For entry links (ig.me/m/NAME). Without it the hub asks Instagram.",
      title_zh: "用户名",
      description_zh: "用于入口链接 ig.me/m/名称；不填则由系统查询。",
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
    .optional()
    .meta({
      title: "Graph API address",
      description: "Only for a gateway of your own; Meta's for this login otherwise.",
      title_zh: "Graph API 地址",
      description_zh: "仅在使用自建网关时填写；默认为该登录方式对应的 Meta 官方地址。",
    }),
});

export type Settings = z.infer<typeof settings>;
