import { ChannelError, type Action, type EntryLink, type OutboundMessage } from "../../src/contract/index.ts";
import { act } from "./actions.ts";
import { fetchFile } from "./files.ts";
import { send, type SendParts } from "./send.ts";

const DAY_MS = 86_400_000;

/** All that goes out to Slack. */
export function createOutbound(parts: SendParts) {
  return {
    send: (message: OutboundMessage, signal: AbortSignal) => send(parts, message, signal),
    act: (action: Action, signal: AbortSignal) => act(parts.call, action, signal),
    entryLink: (_code: string, signal: AbortSignal) => appLink(parts, signal),
    fetchFile: (ref: string, signal: AbortSignal) => fetchFile(parts, ref, signal),
  };
}

/**
 * Opens the chat with the app. No link of Slack's carries a parameter: the code comes by slash command, by a button, by a
 * workflow's link, or typed.
 */
async function appLink({ call, tools }: SendParts, signal: AbortSignal): Promise<EntryLink> {
  const known = await tools.cache.get("app-link");
  if (known) return { url: known };
  const { team_id, bot_id } = await call<{ team_id?: string; bot_id?: string }>("auth.test", {}, signal);
  const { bot } = await call<{ bot?: { app_id?: string } }>("bots.info", { bot: bot_id }, signal);
  if (!team_id || !bot?.app_id)
    throw new ChannelError("refused", "Slack does not say which app this token belongs to.");
  const url = `https://slack.com/app_redirect?${new URLSearchParams({ app: bot.app_id, team: team_id }).toString()}`;
  await tools.cache.set("app-link", url, DAY_MS);
  return { url };
}
