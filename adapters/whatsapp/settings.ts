import { z } from "zod";

const WHERE_TOKEN =
  "The access token is text without spaces that begins with EAA. In Meta Business Suite: Settings, Users, System users, Generate token, " +
  "with whatsapp_business_messaging and whatsapp_business_management. " +
  "访问令牌以 EAA 开头：在 Meta 商务管理平台的“设置—用户—系统用户”中生成，勾选 whatsapp_business_messaging 和 whatsapp_business_management。";
const WHERE_SECRET =
  "The app secret is 32 characters of 0-9 a-f. On developers.facebook.com: your app, App settings, Basic, App secret, Show. " +
  "应用密钥为 32 位 0-9 a-f：在 developers.facebook.com 打开应用，“应用设置—基本—应用密钥—显示”。";
const WHERE_NUMBER =
  "The phone number ID is digits, and not the phone number. On developers.facebook.com: your app, WhatsApp, API Setup. " +
  "电话号码编号是一串数字，并非电话号码：在 developers.facebook.com 打开应用，“WhatsApp—API 设置”。";
const WHERE_VERIFY =
  "The verify token must be 16 to 256 characters of A-Z a-z 0-9 _ -. Make one up, for example with: openssl rand -hex 32. " +
  "验证令牌须为 16 至 256 个字符（A-Z a-z 0-9 _ -），可用 openssl rand -hex 32 生成。";
const WHERE_WABA =
  "The account ID is digits: the WhatsApp Business Account ID on the page API Setup. 帐户编号是一串数字，见“API 设置”页的 WhatsApp Business 帐户编号。";
const ABOUT_PREFILL =
  "The prefilled text must hold {code} once and have at most 140 characters, the code early in it. 预填文本须含一个 {code}，最长 140 个字符，且代码应靠前。";

const digits = (error: string) => z.string({ error }).regex(/^\d{5,20}$/, { error });

export const settings = z.object({
  accessToken: z
    .string({ error: WHERE_TOKEN })
    .regex(/^[\w.|-]{20,1000}$/, { error: WHERE_TOKEN })
    .meta({
      title: "Access token",
      description: "Of a system user, without an end: it sends and reads media.",
      title_zh: "访问令牌",
      description_zh: "系统用户的永久令牌，用于发送消息和读取媒体。",
      secret: true,
    }),
  appSecret: z
    .string({ error: WHERE_SECRET })
    .regex(/^[0-9a-f]{32}$/, { error: WHERE_SECRET })
    .meta({
      title: "App secret",
      description: "Meta signs every delivery with it. Without it nobody could tell a forged one.",
      title_zh: "应用密钥",
      description_zh: "Meta 用它对每次推送签名；没有它就无法识别伪造的推送。",
      secret: true,
    }),
  verifyToken: z
    .string({ error: WHERE_VERIFY })
    .regex(/^[\w-]{16,256}$/, { error: WHERE_VERIFY })
    .meta({
      title: "Verify token",
      description:
        "Made up by you: 16 to 256 characters of A-Z a-z 0-9 _ -. Meta shows it once, when the address is set.",
      title_zh: "验证令牌",
      description_zh: "自行设定：16 至 256 个字符（A-Z a-z 0-9 _ -）。填写回调地址时，Meta 会用它验证一次。",
      secret: true,
    }),
  phoneNumberId: digits(WHERE_NUMBER).meta({
    title: "Phone number ID",
    description: "Which number this channel is. What comes for another number of the same app is left alone.",
    title_zh: "电话号码编号",
    description_zh: "此渠道使用的号码。同一应用下其他号码的推送不予处理。",
  }),
  phoneNumber: z
    .string({ error: "The phone number is text. 电话号码须为文本。" })
    .regex(/^\+?\d{5,15}$/, {
      error:
        "The phone number is written with its country code, such as +15550783881. 电话号码须带国家代码，例如 +15550783881。",
    })
    .optional()
    .meta({
      title: "Phone number",
      description: "With country code. Entry links lead to it; asked of WhatsApp when it is missing.",
      title_zh: "电话号码",
      description_zh: "含国家代码，用于生成入口链接；不填则向 WhatsApp 查询。",
    }),
  accountId: digits(WHERE_WABA).optional().meta({
    title: "WhatsApp Business Account ID",
    description: "Needed so that `channel register` can subscribe the app to the account.",
    title_zh: "WhatsApp Business 帐户编号",
    description_zh: "channel register 命令订阅帐户时需要。",
  }),
  prefill: z
    .string({ error: ABOUT_PREFILL })
    .max(140, { error: ABOUT_PREFILL })
    .refine((text) => text.split("{code}").length === 2, { error: ABOUT_PREFILL })
    .default("[{code}] Hello!")
    .meta({
      title: "Prefilled text of entry links",
      description: "What stands in the person's text field when they open an entry link; {code} is the door's code.",
      title_zh: "入口链接的预填文本",
      description_zh: "打开入口链接后输入框中预填的文字；{code} 会换成入口代码。",
    }),
  readReceipts: z
    .enum(["on", "off"], { error: "Read receipts are on or off. 已读回执为 on 或 off。" })
    .default("on")
    .meta({
      title: "Read receipts",
      description: "on: people see the blue ticks when the hub takes up what they wrote.",
      title_zh: "已读回执",
      description_zh: "on：系统开始处理消息时，对方会看到蓝色已读标记。",
    }),
  version: z
    .string({ error: "The Graph version looks like v23.0. Graph 版本形如 v23.0。" })
    .regex(/^v\d{1,3}\.\d$/, { error: "The Graph version looks like v23.0. Graph 版本形如 v23.0。" })
    .default("v23.0")
    .meta({
      title: "Graph API version",
      description: "Leave it unless Meta retires this version.",
      title_zh: "Graph API 版本",
      description_zh: "除非 Meta 停用该版本，否则无需修改。",
    }),
  baseUrl: z
    .url({
      protocol: /^https?$/,
      error:
        "The Graph address is an http(s) address, such as https://graph.facebook.com. Graph 地址须为 http(s) 网址。",
    })
    .optional()
    .meta({
      title: "Graph API address",
      description: "Only for a gateway of your own; Meta's otherwise.",
      title_zh: "Graph API 地址",
      description_zh: "仅在使用自建网关时填写；默认使用 Meta 官方地址。",
    }),
});

export type Settings = z.infer<typeof settings>;
