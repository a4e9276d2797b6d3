import { ChannelError, type AdapterTools, type Check } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { FAULT_KEY } from "./gateway.ts";
import type { Settings } from "./settings.ts";

/** Flags of an app: each privileged intent, as granted to a verified app or to a small one. */
const MEMBERS = (1 << 14) | (1 << 15);
const CONTENT = (1 << 18) | (1 << 19);
const FEW_STARTS = 50;
/** Create Invite and Manage Server. */
const INVITES = "Create Invite and Manage Server";

interface Application {
  id?: string;
  flags?: number;
  verify_key?: string;
  interactions_endpoint_url?: string | null;
}
interface Gateway {
  session_start_limit?: { remaining?: number };
}

export interface CheckParts {
  call: Call;
  tools: AdapterTools;
  settings: Settings;
  applicationId: string;
}

/** What `doctor` says of a channel. Later findings need a good token, so they are left out without one. */
export async function check(parts: CheckParts, signal: AbortSignal): Promise<Check[]> {
  const { call, tools, settings } = parts;
  try {
    const bot = await call<{ username?: string }>("GET", "/users/@me", {}, signal);
    const app = await call<Application>("GET", "/applications/@me", {}, signal);
    const found: Check[] = [
      { name: "token", ok: true, detail: `The token belongs to the bot ${bot.username ?? "?"}.` },
      applicationCheck(parts, app),
      addressCheck(settings, app, tools),
    ];
    if (settings.mode === "interactions") return [...found, keyCheck(settings, app)];
    return [
      ...found,
      ...intentChecks(settings, app),
      ...(await gatewayChecks(parts, signal)),
      await inviteCheck(parts, signal),
    ];
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return [{ name: error.fault === "unauthorized" ? "token" : "connection", ok: false, detail: error.message }];
  }
}

function applicationCheck({ applicationId }: CheckParts, { id }: Application): Check {
  const name = "application";
  if (id === applicationId) return { name, ok: true, detail: `The app's id is ${applicationId}.` };
  return { name, ok: false, detail: `The app's id is ${id ?? "?"}, not ${applicationId}. Set "applicationId" to it.` };
}

function addressCheck(
  { mode }: Settings,
  { interactions_endpoint_url: url }: Application,
  { publicUrl }: AdapterTools,
): Check {
  const name = "interactions";
  if (mode === "gateway") {
    if (!url) return { name, ok: true, detail: "Commands and buttons come through the gateway." };
    return { name, ok: false, detail: "The app has an Interactions Endpoint URL, so that commands and buttons go there and not to this channel. Clear it: Developer Portal, General Information." }; // prettier-ignore
  }
  if (url === publicUrl.href) return { name, ok: true, detail: "Discord sends commands and buttons to this channel." };
  return { name, ok: false, detail: `Set the app's Interactions Endpoint URL to ${publicUrl.href} (Developer Portal, General Information), or run: cli channel register.` }; // prettier-ignore
}

function keyCheck({ publicKey }: Settings, { verify_key }: Application): Check {
  const name = "public key";
  const isRight = verify_key === undefined || verify_key.toLowerCase() === publicKey?.toLowerCase();
  if (isRight) return { name, ok: true, detail: "Requests are proven with the app's key." };
  return { name, ok: false, detail: 'The setting "publicKey" is another app\'s. Copy it from General Information.' };
}

function intentChecks({ readsMessages, watchesMembers }: Settings, { flags = 0 }: Application): Check[] {
  const rows: [boolean, number, string][] = [
    [readsMessages, CONTENT, "Message Content Intent"],
    [watchesMembers, MEMBERS, "Server Members Intent"],
  ];
  return rows
    .filter(([wanted]) => wanted)
    .map(([, bits, name]) =>
      (flags & bits) !== 0
        ? { name: name.toLowerCase(), ok: true, detail: `The app has the ${name}.` }
        : {
            name: name.toLowerCase(),
            ok: false,
            detail: `Switch on the ${name} (Developer Portal, Bot); without it Discord closes the line (4014).`,
          },
    );
}

async function gatewayChecks({ call, tools }: CheckParts, signal: AbortSignal): Promise<Check[]> {
  const fault = await tools.cache.get(FAULT_KEY);
  const { session_start_limit: limit } = await call<Gateway>("GET", "/gateway/bot", {}, signal);
  const remaining = limit?.remaining ?? 0;
  const starts: Check = {
    name: "session starts",
    ok: remaining >= FEW_STARTS,
    detail:
      remaining >= FEW_STARTS
        ? `${remaining} new sessions are left today.`
        : `Only ${remaining} new sessions are left today. Look in the log for what breaks the line again and again.`,
  };
  return fault ? [{ name: "gateway", ok: false, detail: fault }, starts] : [starts];
}

async function inviteCheck({ call, settings }: CheckParts, signal: AbortSignal): Promise<Check> {
  const name = "invites";
  const { inviteChannelId } = settings;
  if (!inviteChannelId)
    return { name, ok: true, detail: 'Entry points become invites once "inviteChannelId" is set to a channel.' };
  try {
    const { guild_id } = await call<{ guild_id?: string }>("GET", `/channels/${inviteChannelId}`, {}, signal);
    await call("GET", `/guilds/${guild_id ?? "0"}/invites`, {}, signal);
    return { name, ok: true, detail: "The bot sees how often each invite is used." };
  } catch (error) {
    if (!(error instanceof ChannelError) || error.mayRetry || error.fault === "unauthorized") throw error;
    return {
      name,
      ok: false,
      detail: `The bot may not read invites there. Give it ${INVITES} in the server's settings, Roles.`,
    };
  }
}
