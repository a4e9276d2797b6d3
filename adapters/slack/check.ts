import { ChannelError, type AdapterTools, type Check } from "../../src/contract/index.ts";
import { createCall, type Call } from "./api.ts";
import { listOf } from "./rich-text.ts";
import type { Settings } from "./settings.ts";

const MAX_SKEW_S = 30;
/** What each scope is for, in the order in which they matter. */
export const SCOPES: Readonly<Record<string, string>> = {
  "chat:write": "to write",
  "im:history": "to read direct chats",
  "app_mentions:read": "to notice mentions",
  "channels:history": "to read public channels it is in",
  "groups:history": "to read private channels it is in",
  "mpim:history": "to read group chats",
  "reactions:read": "to see reactions",
  "reactions:write": "to react",
  "files:read": "to read files",
  "files:write": "to send files",
  "users:read": "to know names",
  "channels:read": "to know channels and who joins them",
  "groups:read": "to know private channels and who joins them",
  "im:write": "to open direct chats",
  commands: "for slash commands and shortcuts",
};

interface Identity {
  user?: string;
  user_id?: string;
  team?: string;
  enterprise_id?: string;
  is_enterprise_install?: boolean;
  response_metadata?: { scopes?: unknown };
}

/** What `doctor` says of a channel. Later findings need a good token, so they are left out without one. */
export async function check(
  call: Call,
  settings: Settings & { apiRoot: string },
  tools: AdapterTools,
  signal: AbortSignal,
): Promise<Check[]> {
  try {
    const self = await call<Identity>("auth.test", {}, signal);
    return [
      tokenCheck(self),
      scopeCheck(self),
      userCheck(settings, self),
      await doorCheck(settings, tools, signal),
      ...(await clockCheck(settings.apiRoot, tools, signal)),
    ];
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return [{ name: error.fault === "unauthorized" ? "token" : "connection", ok: false, detail: error.message }];
  }
}

function tokenCheck({ user, team, enterprise_id, is_enterprise_install }: Identity): Check {
  const grid = enterprise_id ? ` of an Enterprise Grid${is_enterprise_install ? ", installed for all of it" : ""}` : "";
  return {
    name: "token",
    ok: true,
    detail: `The token belongs to @${user ?? "?"} in the workspace ${team ?? "?"}${grid}.`,
  };
}

function scopeCheck({ response_metadata }: Identity): Check {
  const given = new Set(listOf(response_metadata?.scopes));
  if (given.size === 0) return { name: "scopes", ok: true, detail: "Slack does not say which scopes the token has." };
  const missing = Object.entries(SCOPES).filter(([scope]) => !given.has(scope));
  if (missing.length === 0)
    return { name: "scopes", ok: true, detail: "The app has all the scopes that the hub uses." };
  const list = missing.map(([scope, use]) => `${scope} (${use})`).join(", ");
  return {
    name: "scopes",
    ok: false,
    detail: `The app lacks ${list}. Add them under OAuth & Permissions, Bot Token Scopes, and install it again.`,
  };
}

function userCheck({ botUserId }: Settings, { user_id = "" }: Identity): Check {
  const name = "bot user";
  if (botUserId === undefined || botUserId === user_id)
    return { name, ok: true, detail: `Mentions of ${user_id} are noticed.` };
  return {
    name,
    ok: false,
    detail: `The setting "botUserId" says ${botUserId}, the bot is ${user_id}. Correct the setting or leave it out.`,
  };
}

/** Whether events can come in: the app-level token opens a socket; a webhook has to be entered on Slack's page by hand. */
async function doorCheck(
  { mode, appToken, apiRoot }: Settings & { apiRoot: string },
  { publicUrl, clock }: AdapterTools,
  signal: AbortSignal,
): Promise<Check> {
  if (mode === "webhook" || !appToken) {
    const words =
      "Slack calls what is entered on its pages: Event Subscriptions, Interactivity & Shortcuts, and each slash command need";
    return {
      name: "webhook",
      ok: publicUrl.protocol === "https:",
      detail: `${words} ${publicUrl.href}${publicUrl.protocol === "https:" ? "." : ", and it must be https."}`,
    };
  }
  try {
    await createCall(appToken, apiRoot, clock)("apps.connections.open", {}, signal);
    return { name: "socket", ok: true, detail: "Socket Mode is on, and the app-level token opens it." };
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const advice = "Is Socket Mode on, and does the app-level token have the scope connections:write?";
    return { name: "socket", ok: false, detail: `${error.message} ${advice}` };
  }
}

/** Our clock against the date over Slack's answers: a webhook's timestamp may be five minutes off, no more. */
async function clockCheck(apiRoot: string, { fetch, clock }: AdapterTools, signal: AbortSignal): Promise<Check[]> {
  const answer = await fetch(apiRoot, { method: "HEAD", redirect: "manual", signal }).catch(() => undefined);
  const theirs = Date.parse(answer?.headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return [];
  const seconds = Math.round((clock.now().getTime() - theirs) / 1_000);
  const ok = Math.abs(seconds) <= MAX_SKEW_S;
  const detail = ok
    ? "The clock agrees with Slack's."
    : `The clock is ${seconds} s away from Slack's. Set this machine's time (NTP).`;
  return [{ name: "clock", ok, detail }];
}
