import { ChannelError, type AdapterTools, type Check } from "../../src/contract/index.ts";
import type { Api } from "./api.ts";
import type { Settings } from "./settings.ts";

const MAX_SKEW_S = 30;
const CUSTOM_SEND = "/cgi-bin/message/custom/send";

/** What `doctor` says of a channel. Later findings need a good token, so they are left out without one. */
export async function check(
  api: Api,
  settings: Settings & { apiRoot: string },
  tools: AdapterTools,
  signal: AbortSignal,
): Promise<Check[]> {
  return [
    addressCheck(tools.publicUrl),
    encryptionCheck(settings),
    ...(await interfaceChecks(api, settings, signal)),
    ...(await clockCheck(settings.apiRoot, tools, signal)),
  ];
}

/** WeChat has no interface that takes the address: a person pastes it. */
function addressCheck(url: URL): Check {
  const ok = url.protocol === "https:" || url.protocol === "http:";
  const port = url.port !== "";
  return {
    name: "address",
    ok: ok && !port,
    detail: port
      ? `WeChat calls ports 80 and 443 alone, and the hub's public address names port ${url.port}.`
      : `In the console, 设置与开发 → 基本配置 → 服务器配置 → 服务器地址(URL) must be ${url.href}`,
  };
}

function encryptionCheck({ encryption }: Settings): Check {
  const details = {
    safe: "Messages must come encrypted. The console must say 安全模式.",
    compatible: "Encrypted and plain messages are taken. Choose 安全模式 in the console and safe here when all works.",
    plain: "Messages come in plain text, and their signature covers no body. 安全模式 is safer.",
  };
  return { name: "encryption", ok: true, detail: details[encryption] };
}

async function interfaceChecks(api: Api, { replies, appSecret }: Settings, signal: AbortSignal): Promise<Check[]> {
  const passive: Check = {
    name: "replies",
    ok: true,
    detail:
      "Answers go out inside WeChat's own requests, within about 14 seconds; later ones wait for the person's next message.",
  };
  if (appSecret === undefined) return [passive];
  try {
    const { fields } = await api.post("/cgi-bin/openapi/quota/get", { cgi_path: CUSTOM_SEND }, signal);
    const token: Check = {
      name: "token",
      ok: true,
      detail: "WeChat gives an access token for this AppID and AppSecret.",
    };
    return [token, replies === "passive" ? passive : quotaCheck(fields.quota)];
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return [{ name: error.fault === "unauthorized" ? "token" : "connection", ok: false, detail: error.message }];
  }
}

function quotaCheck(quota: unknown): Check {
  const { daily_limit: limit, remain } = (typeof quota === "object" && quota !== null ? quota : {}) as Record<
    string,
    unknown
  >;
  const name = "customer-service messages";
  if (typeof limit !== "number" || typeof remain !== "number")
    return { name, ok: true, detail: "WeChat does not say how many messages may still go out today." };
  if (limit === 0)
    return {
      name,
      ok: false,
      detail:
        "The account may send no customer-service messages (客服消息). It needs verification (微信认证); without it set replies to passive.",
    };
  const detail = `${remain} of today's ${limit} customer-service messages are left; the count is new at midnight in China.`;
  return { name, ok: remain > 0, detail };
}

/** Our clock against the date that WeChat's server writes over its answers. */
async function clockCheck(apiRoot: string, { fetch, clock }: AdapterTools, signal: AbortSignal): Promise<Check[]> {
  const answer = await fetch(apiRoot, { method: "HEAD", redirect: "manual", signal }).catch(() => undefined);
  const theirs = Date.parse(answer?.headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return [];
  const seconds = Math.round((clock.now().getTime() - theirs) / 1_000);
  const ok = Math.abs(seconds) <= MAX_SKEW_S;
  const detail = ok
    ? "The clock agrees with WeChat's."
    : `The clock is ${seconds} s away from WeChat's. Set this machine's time (NTP).`;
  return [{ name: "clock", ok, detail }];
}
