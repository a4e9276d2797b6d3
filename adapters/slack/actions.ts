import { ChannelError, type Action } from "../../src/contract/index.ts";
import { saidNo, type Call } from "./api.ts";
import { emojiName } from "./emoji.ts";
import { encodeBlocks } from "./encode.ts";
import { readMessageId } from "./ids.ts";
import { isFields, listOf, wordOf } from "./rich-text.ts";

/** Edits, deletes, reacts. @throws ChannelError */
export async function act(call: Call, action: Action, signal: AbortSignal): Promise<void> {
  if (action.type === "react" && action.emoji === null) return takeBack(call, action.messageId, signal);
  const [method, args, harmless] = callOf(action);
  await calm(call, method, args, harmless, signal);
}

async function calm(
  call: Call,
  method: string,
  args: Record<string, unknown>,
  harmless: string[],
  signal: AbortSignal,
): Promise<void> {
  await call(method, args, signal).catch((error: unknown) => {
    if (!saidNo(error, harmless)) throw error;
  });
}

/** Slack takes back a reaction by its name only, so ours are looked up first. */
async function takeBack(call: Call, messageId: string, signal: AbortSignal): Promise<void> {
  const at = readMessageId(messageId);
  if ("file" in at) throw new ChannelError("refused", "A file on Slack carries no reactions of ours.");
  const message = { channel: at.channel, timestamp: at.ts };
  const { user_id } = await call<{ user_id?: string }>("auth.test", {}, signal);
  const given = await call<{ message?: { reactions?: unknown } }>("reactions.get", { ...message, full: true }, signal);
  for (const { name, users } of listOf(given.message?.reactions).filter(isFields)) {
    if (!wordOf(name) || !listOf(users).includes(user_id)) continue;
    await calm(call, "reactions.remove", { ...message, name }, ["no_reaction"], signal);
  }
}

/** The call for an action, and the refusals that mean it is done already. */
function callOf(action: Action): [string, Record<string, unknown>, string[]] {
  if (action.type === "typing" || action.type === "acknowledge")
    throw new ChannelError("refused", "Slack shows no typing, and a press is acknowledged when it is stored.");
  const at = readMessageId(action.messageId);
  if ("file" in at) {
    if (action.type === "delete") return ["files.delete", { file: at.file }, ["file_not_found", "file_deleted"]];
    throw new ChannelError("refused", "A file on Slack can be deleted and not changed.");
  }
  switch (action.type) {
    case "edit":
      return ["chat.update", { ...at, ...encodeBlocks(action.parts) }, []];
    case "delete":
      return ["chat.delete", at, ["message_not_found"]];
    case "react":
      return reaction(action.emoji ?? "", at);
  }
}

/** Slack knows emoji by name. */
function reaction(
  emoji: string,
  { channel, ts }: { channel: string; ts: string },
): [string, Record<string, unknown>, string[]] {
  const name = emojiName(emoji);
  if (name === undefined) throw new ChannelError("refused", "Slack has no emoji of this kind.");
  return ["reactions.add", { channel, timestamp: ts, name }, ["already_reacted"]];
}
