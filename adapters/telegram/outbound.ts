import {
  ChannelError,
  type Action,
  type AdapterTools,
  type EntryLink,
  type OutboundMessage,
  type Part,
  type Sent,
} from "../../src/contract/index.ts";
import { GroupMoved, saidNo, type Call } from "./api.ts";
import { encode, encodeWords, type Upload } from "./encode.ts";
import { messageIdOf, readMessageId, readPlace } from "./place.ts";

/** The hub's own file ids; anything else is Telegram's or an address. */
const OWN_FILE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DAY_MS = 86_400_000;

export interface OutboundParts {
  call: Call;
  tools: AdapterTools;
  token: string;
  apiRoot: string;
  username: string | undefined;
}

/** All that goes out to Telegram. */
export function createOutbound({ call, tools, token, apiRoot, username }: OutboundParts) {
  async function send(message: OutboundMessage, signal: AbortSignal): Promise<Sent> {
    const { method, payload } = encode(message, await uploadOf(message.parts));
    const result = await call<{ message_id?: unknown } | undefined>(method, payload, signal).catch((error: unknown) => {
      if (!(error instanceof GroupMoved)) throw error;
      payload.chat_id = error.chatId;
      return call<{ message_id?: unknown }>(method, payload, signal);
    });
    const number = result?.message_id;
    if (!Number.isSafeInteger(number))
      throw new ChannelError("maybe-sent", "Telegram took the message and named no id for it.");
    return { externalId: messageIdOf(payload.chat_id as number, number as number) };
  }

  async function uploadOf([part]: readonly Part[]): Promise<Upload | undefined> {
    if (part?.type !== "file" || !OWN_FILE.test(part.ref)) return undefined;
    const file = await tools.files.get(part.ref);
    if (!file) throw new ChannelError("refused", "The file to be sent is gone.");
    return { source: Buffer.from(file.bytes), filename: file.name };
  }

  async function act(action: Action, signal: AbortSignal): Promise<void> {
    const [method, payload, harmless] = callOf(action);
    await call(method, payload, signal).catch((error: unknown) => {
      if (!saidNo(error, harmless)) throw error;
    });
  }

  async function entryLink(code: string, signal: AbortSignal): Promise<EntryLink> {
    if (!/^[\w-]{1,64}$/.test(code))
      throw new ChannelError("refused", "A code on Telegram is 1 to 64 characters of A-Z a-z 0-9 _ -.");
    const name =
      username ??
      (await tools.cache.once(
        "username",
        DAY_MS,
        async () => (await call<{ username: string }>("getMe", {}, signal)).username,
      ));
    return { url: `https://t.me/${name}?start=${code}` };
  }

  async function fetchFile(ref: string, signal: AbortSignal): Promise<Response> {
    const { file_path: path } = await call<{ file_path?: string }>("getFile", { file_id: ref }, signal);
    if (!path) throw new ChannelError("refused", "Telegram gives out no file of more than 20 MB.");
    const url = `${apiRoot.replace(/\/$/, "")}/file/bot${token}/${path.split("/").map(encodeURIComponent).join("/")}`;
    // What fetch throws may hold the address, and that holds the token.
    const response = await tools.fetch(url, { signal, redirect: "error" }).catch(() => undefined);
    if (!response) throw new ChannelError("unreachable", "The file could not be fetched from Telegram.");
    if (!response.ok) throw new ChannelError("refused", `Telegram did not give out the file (${response.status}).`);
    return response;
  }

  return { send, act, entryLink, fetchFile };
}

/** The call for an action, and the refusals that mean it is done already. */
function callOf(action: Action): [string, object, RegExp] {
  if (action.type === "acknowledge")
    return ["answerCallbackQuery", { callback_query_id: callbackIdOf(action.referrer.data) }, /query is too old/i];
  const { chat_id, ...topic } = readPlace(action.place);
  if (action.type === "typing") return ["sendChatAction", { chat_id, ...topic, action: "typing" }, /^$/];

  const at = { chat_id, message_id: readMessageId(action.messageId) };
  switch (action.type) {
    case "edit":
      return ["editMessageText", { ...at, ...encodeWords(action.parts) }, /message is not modified/i];
    case "delete":
      return ["deleteMessage", at, /message to delete not found/i];
    case "react":
      return [
        "setMessageReaction",
        { ...at, reaction: action.emoji === null ? [] : [{ type: "emoji", emoji: action.emoji }] },
        /^$/,
      ];
  }
}

function callbackIdOf(data: unknown): string {
  const id = typeof data === "object" && data !== null && "callbackQueryId" in data ? data.callbackQueryId : undefined;
  if (typeof id !== "string")
    throw new ChannelError("refused", "This referrer is not of a button pressed on Telegram.");
  return id;
}
