import { ChannelError, type AdapterTools, type Check, type Clock } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import type { Settings } from "./settings.ts";

const MAX_SKEW_S = 30;

interface Bot {
  username?: string;
  can_read_all_group_messages?: boolean;
}
interface WebhookInfo {
  url?: string;
  pending_update_count?: number;
  last_error_date?: number;
  last_error_message?: string;
}

/** What `doctor` says of a channel. Later findings need a good token, so they are left out without one. */
export async function check(
  call: Call,
  settings: Settings & { apiRoot: string },
  tools: AdapterTools,
  signal: AbortSignal,
): Promise<Check[]> {
  try {
    const bot = await call<Bot>("getMe", {}, signal);
    const webhook = await call<WebhookInfo>("getWebhookInfo", {}, signal);
    return [
      { name: "token", ok: true, detail: `The token belongs to @${bot.username ?? "?"}.` },
      usernameCheck(settings, bot),
      privacyCheck(bot),
      webhookCheck(settings, webhook),
      queueCheck(webhook, tools.clock),
      ...(await clockCheck(settings.apiRoot, tools, signal)),
    ];
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return [{ name: error.fault === "unauthorized" ? "token" : "connection", ok: false, detail: error.message }];
  }
}

function usernameCheck({ username }: Settings, bot: Bot): Check {
  const name = "username";
  if (username?.toLowerCase() === bot.username?.toLowerCase())
    return { name, ok: true, detail: `Mentions of @${bot.username} are noticed.` };
  if (username)
    return {
      name,
      ok: false,
      detail: `The setting "username" says ${username}, the bot is called ${bot.username}. Correct the setting.`,
    };
  return {
    name,
    ok: false,
    detail: `Set "username" to ${bot.username}, so that mentions and commands in groups are noticed.`,
  };
}

function privacyCheck(bot: Bot): Check {
  const detail = bot.can_read_all_group_messages
    ? "The bot reads all messages in its groups."
    : "In groups the bot reads only commands and replies to it, unless it is an admin there. @BotFather, /setprivacy, Disable changes that.";
  return { name: "privacy mode", ok: true, detail };
}

function webhookCheck({ mode }: Settings, { url }: WebhookInfo): Check {
  const name = "webhook";
  if (mode === "polling") {
    if (!url) return { name, ok: true, detail: "No webhook is set, as polling needs it." };
    return {
      name,
      ok: false,
      detail:
        "A webhook is set, so polling gets nothing. The hub removes it when it starts; another program may set it again.",
    };
  }
  if (url) return { name, ok: true, detail: `Telegram calls ${hostOf(url)}.` };
  return { name, ok: false, detail: "No webhook is set. The hub sets it when it starts with a public URL." };
}

function queueCheck(
  { pending_update_count = 0, last_error_date = 0, last_error_message }: WebhookInfo,
  clock: Clock,
): Check {
  const minutes = Math.round((clock.now().getTime() / 1_000 - last_error_date) / 60);
  const recent = last_error_message !== undefined && minutes < 60;
  const error = recent ? ` The last delivery failed ${minutes} min ago: ${last_error_message}.` : "";
  return { name: "deliveries", ok: !recent, detail: `${pending_update_count} updates wait at Telegram.${error}` };
}

/** Our clock against the date that Telegram's server writes over its answers. */
async function clockCheck(apiRoot: string, { fetch, clock }: AdapterTools, signal: AbortSignal): Promise<Check[]> {
  const answer = await fetch(apiRoot, { method: "HEAD", redirect: "manual", signal }).catch(() => undefined);
  const theirs = Date.parse(answer?.headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return [];
  const seconds = Math.round((clock.now().getTime() - theirs) / 1_000);
  const ok = Math.abs(seconds) <= MAX_SKEW_S;
  const detail = ok
    ? "The clock agrees with Telegram's."
    : `The clock is ${seconds} s away from Telegram's. Set this machine's time (NTP).`;
  return [{ name: "clock", ok, detail }];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "an address that cannot be read";
}
