import { ChannelError, type AdapterTools, type EntryLink } from "../../src/contract/index.ts";
import type { Call } from "./api.ts";

/** As long as the entry point lives; a second invite for the same code would only confuse. */
const LIFE_MS = 3_650 * 86_400_000;

/** An invite of its own for every code: its use is what can be seen when somebody joins. */
export function createEntryLink(
  { call, tools }: { call: Call; tools: AdapterTools },
  channelId: string | undefined,
): (code: string, signal: AbortSignal) => Promise<EntryLink> {
  async function makeInvite(signal: AbortSignal): Promise<string> {
    const body = { unique: true, max_age: 0, max_uses: 0 };
    const invite = await call<{ code?: unknown }>("POST", `/channels/${channelId ?? ""}/invites`, { body }, signal);
    if (typeof invite.code === "string" && /^[\w-]{1,100}$/.test(invite.code)) return invite.code;
    throw new ChannelError("maybe-sent", "Discord made an invite and did not name it.");
  }

  return async (code, signal) => {
    if (!/^[\w-]{1,64}$/.test(code))
      throw new ChannelError("refused", "A code on Discord is 1 to 64 characters of A-Z a-z 0-9 _ -.");
    if (!channelId)
      throw new ChannelError(
        "refused",
        'Set "inviteChannelId" to a channel of your server, so that entry points become invites. For a button in a channel, run the setup "entry-button".',
      );
    const alias = await tools.cache.once(`invite:${channelId}:${code}`, LIFE_MS, () => makeInvite(signal));
    return { url: `https://discord.gg/${alias}`, alias };
  };
}
