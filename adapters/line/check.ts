import { ChannelError, type AdapterTools, type Check } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { LineFault } from "./faults.ts";

export interface CheckParts {
  call: Call;
  tools: AdapterTools;
  liffId: string | undefined;
}

/** What `doctor` says of a channel. Later findings need a good token, so they are left out without one. */
export async function check({ call, tools, liffId }: CheckParts, signal: AbortSignal): Promise<Check[]> {
  try {
    const { body: info } = await call({ method: "GET", path: "/v2/bot/info" }, signal);
    const name = `${words(info.displayName)} (${words(info.basicId)})`;
    return [
      { name: "token", ok: true, detail: `The token belongs to ${name}.` },
      chatModeCheck(info),
      ...(await webhookChecks(call, tools, signal)),
      await quotaCheck(call, signal),
      entryCheck(liffId, tools),
    ];
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return [{ name: error.fault === "unauthorized" ? "token" : "connection", ok: false, detail: error.message }];
  }
}

function chatModeCheck(info: Record<string, unknown>): Check {
  const detail =
    info.chatMode === "chat"
      ? "Chat is on: people may also answer in the LINE Official Account Manager, and the hub does not see that."
      : "Chat is off: the hub alone answers.";
  return { name: "chat mode", ok: true, detail };
}

async function webhookChecks(call: Call, { publicUrl }: AdapterTools, signal: AbortSignal): Promise<Check[]> {
  const endpoint = await webhookOf(call, signal);
  if (!endpoint)
    return [{ name: "webhook", ok: false, detail: "No webhook URL is set. Run `channel register` to set it." }];
  if (trimmed(endpoint.url) !== trimmed(publicUrl.href))
    return [
      {
        name: "webhook",
        ok: false,
        detail: `LINE calls ${hostOf(endpoint.url)} at another address than this channel's. Run \`channel register\`.`,
      },
    ];
  if (!endpoint.active)
    return [
      {
        name: "webhook",
        ok: false,
        detail: "The webhook URL is set and not in use. LINE Developers console, Messaging API, switch on Use webhook.",
      },
    ];
  return [
    { name: "webhook", ok: true, detail: `LINE calls ${hostOf(endpoint.url)}.` },
    await deliveryCheck(call, signal),
  ];
}

async function webhookOf(call: Call, signal: AbortSignal): Promise<{ url: string; active: boolean } | undefined> {
  try {
    const { body } = await call({ method: "GET", path: "/v2/bot/channel/webhook/endpoint" }, signal);
    return typeof body.endpoint === "string" ? { url: body.endpoint, active: body.active === true } : undefined;
  } catch (error) {
    if (error instanceof LineFault && error.status === 404) return undefined; // LINE's word for "none is set"
    throw error;
  }
}

/** LINE itself calls the hub and says what came of it. */
async function deliveryCheck(call: Call, signal: AbortSignal): Promise<Check> {
  const name = "delivery";
  try {
    const { body } = await call({ method: "POST", path: "/v2/bot/channel/webhook/test", json: {} }, signal);
    if (body.success === true) return { name, ok: true, detail: "LINE called the hub just now and was answered." };
    const why = [words(body.reason), words(body.detail)].filter((word) => word !== "?").join(", ");
    return {
      name,
      ok: false,
      detail: `LINE called the hub just now without success (status ${words(body.statusCode)}): ${why}`,
    };
  } catch (error) {
    // A limit of 60 a minute, or a hub that is not running: neither is a broken channel.
    if (error instanceof ChannelError) return { name, ok: true, detail: `Not tried: ${error.message}` };
    throw error;
  }
}

async function quotaCheck(call: Call, signal: AbortSignal): Promise<Check> {
  const name = "monthly messages";
  const { body: quota } = await call({ method: "GET", path: "/v2/bot/message/quota" }, signal);
  const { body: used } = await call({ method: "GET", path: "/v2/bot/message/quota/consumption" }, signal);
  const count = typeof used.totalUsage === "number" ? used.totalUsage : 0;
  if (quota.type !== "limited" || typeof quota.value !== "number")
    return { name, ok: true, detail: `${count} pushed this month; the plan has no limit. Replies are not counted.` };
  const ok = count < quota.value;
  const detail = `${count} of ${quota.value} pushed this month. Replies are not counted.`;
  return {
    name,
    ok,
    detail: ok ? detail : `${detail} Nothing but replies goes out until a bigger plan or the next month.`,
  };
}

function entryCheck(liffId: string | undefined, { publicUrl }: AdapterTools): Check {
  const name = "entry links";
  if (liffId !== undefined)
    return {
      name,
      ok: true,
      detail: `Links open LIFF app ${liffId}. Its endpoint URL must be ${publicUrl.href.replace(/\/*$/, "/liff")}.`,
    };
  return {
    name,
    ok: true,
    detail:
      "Links open the chat with a prefilled text, which the person may change. Set liffId for links that carry their code safely.",
  };
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}

function words(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).slice(0, 200) : "?";
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "an address that cannot be read";
}
