import { ChannelError, type Fault } from "../../src/contract/index.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** WeChat counts days in China's time, which knows no summer. */
const CHINA_MS = 8 * HOUR_MS;
const MINUTE_MS = 60_000;

/** The access token is not (or no longer) the account's: worth one new token. */
export const STALE_TOKEN = new Set([40001, 40014, 42001]);
/** This account cannot send menu messages; links in a text do the same. */
export const NO_MENU_MESSAGE = 40200;
/** Already typing, or too long after the person's last message. */
export const NO_TYPING = new Set([45080, 45081]);

/** WeChat's own words for a refusal, with its number. */
export class WechatFault extends ChannelError {
  constructor(
    fault: Fault,
    message: string,
    readonly errcode: number,
    retryAfterMs?: number,
  ) {
    super(fault, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

const WHERE = "mp.weixin.qq.com → 设置与开发 → 基本配置";

/** Numbers that mean something besides "no", and what to do about them. */
const MEANINGS: Readonly<Record<number, [Fault, string]>> = {
  [-1]: ["unreachable", "WeChat is busy."],
  40001: ["unauthorized", `WeChat takes neither our token nor a new one. Compare AppID and AppSecret with ${WHERE}.`],
  40014: ["unauthorized", `WeChat takes neither our token nor a new one. Compare AppID and AppSecret with ${WHERE}.`],
  42001: ["unauthorized", `WeChat takes neither our token nor a new one. Compare AppID and AppSecret with ${WHERE}.`],
  40013: ["unauthorized", `WeChat does not know this AppID. Compare it with ${WHERE}.`],
  40125: ["unauthorized", `The AppSecret is wrong, or was reset. Take it from ${WHERE} → 开发者密码(AppSecret).`],
  41002: ["unauthorized", `WeChat misses the AppID. Compare it with ${WHERE}.`],
  41004: ["unauthorized", `WeChat misses the AppSecret. Take it from ${WHERE}.`],
  40243: ["unauthorized", `The AppSecret is frozen. Unfreeze it in ${WHERE}.`],
  50004: ["unauthorized", "WeChat has forbidden this account to use its interfaces."],
  50007: ["unauthorized", "WeChat has frozen this account."],
  40003: ["recipient-gone", "WeChat does not know this person under this account."],
  43004: ["recipient-gone", "The person no longer follows the account."],
  43019: ["recipient-gone", "The person is on the account's blacklist."],
  48002: ["recipient-gone", "The person has turned this account's messages off."],
  43101: ["recipient-gone", "The person has refused this kind of message."],
  45015: ["window-closed", "The person last wrote more than 48 hours ago, so WeChat takes no message."],
  45047: ["window-closed", "WeChat takes no more messages before the person writes again."],
  48001: [
    "refused",
    "The account has no permission for this interface. It needs verification (微信认证) and the permission under 设置与开发 → 接口权限; without it set replies to passive.",
  ],
  48004: ["refused", "WeChat has closed this interface to the account. See the notices in the console (通知中心)."],
  45002: ["refused", "The message is longer than WeChat takes."],
  40007: ["refused", "WeChat no longer has this file: it keeps files for three days."],
  40037: ["refused", "WeChat does not know this template. Compare its id with 模板消息 → 我的模板."],
  40200: ["refused", "This kind of account cannot send this kind of message."],
  45028: ["refused", "The account has no quota left for this kind of message."],
  47003: ["refused", "A value does not fit its place in the template."],
};

/**
 * What WeChat's number means for us.
 * @param secrets words that must not stand in an error
 */
export function faultOf(errcode: number, errmsg: string, now: Date, secrets: readonly string[] = []): WechatFault {
  if (errcode === 45009)
    return new WechatFault(
      "retry-after",
      "The day's quota of this interface is used up; it is new at midnight in China.",
      errcode,
      untilTomorrowInChina(now),
    );
  if (errcode === 45011) return new WechatFault("retry-after", "Too many calls in this minute.", errcode, MINUTE_MS);
  if (errcode === 40164) return new WechatFault("unauthorized", addressRefused(errmsg), errcode);
  const [fault, words] = MEANINGS[errcode] ?? ["refused" as const, "WeChat refused."];
  return new WechatFault(fault, `${words} (${errcode}: ${clean(errmsg, secrets)})`, errcode);
}

/** From now to the next midnight in China. */
export function untilTomorrowInChina(now: Date): number {
  const inChina = now.getTime() + CHINA_MS;
  return DAY_MS - (inChina % DAY_MS);
}

function addressRefused(errmsg: string): string {
  const address = /invalid ip ([0-9a-f.:]{2,45})/i.exec(errmsg)?.[1] ?? "the hub's public address";
  return `WeChat takes no calls from ${address}. Add it in ${WHERE} → IP白名单.`;
}

/** WeChat's words without its long request number, and without anything secret that they repeat. */
function clean(errmsg: string, secrets: readonly string[]): string {
  const bare = secrets.reduce((text, secret) => (secret ? text.replaceAll(secret, "[secret]") : text), errmsg);
  return bare.replace(/\s*rid: \S+/, "").slice(0, 200) || "no words";
}
