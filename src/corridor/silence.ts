import type { Turn } from "./types.ts";

/** Why the bot says nothing to this turn, or `undefined` when it may speak. */
export function reasonForSilence(turn: Turn): string | undefined {
  if (turn.messages.length === 0) return "nothing is left to answer";
  if (turn.conversation.owner === "agent") return "an agent has the conversation";
  if (turn.messages.every((message) => message.authorIsBot)) return "a bot wrote it";
  if (turn.conversation.kind !== "direct" && !turn.messages.some((message) => message.addressed)) {
    return "a group that did not address us";
  }
  return undefined;
}
