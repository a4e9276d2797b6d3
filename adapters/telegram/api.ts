import { Agent as HttpAgent, type ClientRequest } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { TelegramError } from "telegraf";
import { ChannelError, networkFault, type Clock } from "../../src/contract/index.ts";

export const TELEGRAM = "https://api.telegram.org";
const SECOND_MS = 1_000;
/** Sends at the same time; Telegram's own limit of 30 a second is far below what they carry. */
const MAX_SOCKETS = 128;
/** A line that was idle for longer may be dead at the other end, and a send on it would be lost without a word. */
const IDLE_SOCKET_MS = 20 * SECOND_MS;

/** Longer than a long poll, and than an upload of what Telegram takes on a fair line. */
const SILENCE_MS = 90 * SECOND_MS;

/** Calls a method of the Bot API. @throws ChannelError */
export type Call = <Result = unknown>(method: string, payload: object, signal: AbortSignal) => Promise<Result>;

/** telegraf's client, with errors in our words: what it throws may hold the address, and that holds the token. */
export function createCall(token: string, apiRoot: string, clock: Clock): Call {
  let client: ReturnType<typeof openClient> | undefined;

  return async <Result>(method: string, payload: object, signal: AbortSignal) => {
    if (signal.aborted) throw new ChannelError("unreachable", "The call to Telegram was stopped before it began.");
    const limit = limitTime(clock, signal);
    const { telegram, isRefusal } = await (client ??= openClient(token, apiRoot));
    try {
      // Methods newer than telegraf are called all the same.
      return (await telegram.callApi(method as "getMe", payload as never, { signal: limit.signal as never })) as Result;
    } catch (error) {
      throw isRefusal(error) ? apiFault(error, token) : lineFault(error);
    } finally {
      limit.end();
    }
  };
}

/** telegraf is loaded by the first call: a hub without a bot, and a command that only reads, does not need it. */
async function openClient(token: string, apiRoot: string) {
  const { Telegram, TelegramError } = await import("telegraf");
  const agent = createAgent(apiRoot);
  const telegram = new Telegram(token, { apiRoot, agent, webhookReply: false });
  telegram.options.agent = agent; // telegraf drops the agent of plain http addresses
  return { telegram, isRefusal: (error: unknown): error is TelegramError => error instanceof TelegramError };
}

/**
 * Keeps lines open between calls. An answer that breaks off in the middle ends the call: node-fetch, below telegraf,
 * would wait for the rest of it for minutes.
 */
function createAgent(apiRoot: string): HttpAgent | HttpsAgent {
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_SOCKET_MS };
  const agent = apiRoot.startsWith("http:") ? new HttpAgent(options) : new HttpsAgent(options);
  const inner = agent as unknown as { addRequest(request: ClientRequest, ...rest: unknown[]): void };
  const addRequest = inner.addRequest.bind(agent);
  inner.addRequest = (request, ...rest) => {
    request.once("response", (response) => response.once("error", (error) => request.emit("error", error)));
    addRequest(request, ...rest);
  };
  return agent;
}

/** A signal that aborts with the caller's, or when Telegram is silent for too long. */
function limitTime(clock: Clock, caller: AbortSignal): { signal: AbortSignal; end(): void } {
  const stop = new AbortController();
  const done = new AbortController();
  const abort = () => stop.abort();
  caller.addEventListener("abort", abort, { once: true });
  void clock.sleep(SILENCE_MS, done.signal).then(() => done.signal.aborted || abort());
  const end = () => {
    caller.removeEventListener("abort", abort);
    done.abort();
  };
  return { signal: stop.signal, end };
}

/** Telegram answered, and said no. */
function apiFault(error: TelegramError, token: string): ChannelError {
  const { code, parameters } = error;
  const words =
    String(error.description ?? "")
      .replaceAll(token, "[token]")
      .slice(0, 300) || `status ${code}`;
  if (code === 429) {
    const wait = parameters?.retry_after ?? Number(/retry after (\d+)/i.exec(words)?.[1] ?? 1);
    return new ChannelError("retry-after", "Telegram asks us to slow down.", {
      retryAfterMs: Math.ceil(wait * SECOND_MS),
    });
  }
  if (code >= 500) return new ChannelError("unreachable", `Telegram is out of order (${code}).`);
  if (code === 401 || code === 404) {
    return new ChannelError(
      "unauthorized",
      "Telegram does not know this bot token. Take a new one from @BotFather (/mybots, API Token).",
    );
  }
  if (parameters?.migrate_to_chat_id !== undefined) return new GroupMoved(parameters.migrate_to_chat_id);
  if (code === 403 || isGone(words))
    return new ChannelError("recipient-gone", `Telegram cannot reach this chat any more: ${words}`);
  return new ChannelError("refused", `Telegram refused: ${words}`);
}

/** A chat that Telegram says is not there, whichever status it says it with. */
function isGone(words: string): boolean {
  return /chat not found|user not found|user is deactivated|peer_id_invalid|bot was (blocked|kicked)/i.test(words);
}

/** The line broke, or the answer made no sense. Only the system's code is kept of the error. */
function lineFault(error: unknown): ChannelError {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  const clean = Object.assign(new Error(code ?? "no readable answer"), code && { code });
  return networkFault("Telegram", clean);
}

/** The group has a new id, and nothing was sent. */
export class GroupMoved extends ChannelError {
  constructor(readonly chatId: number) {
    super("refused", "The group became a supergroup and has a new id.");
  }
}

/** Whether Telegram refused with these words. */
export function saidNo(error: unknown, words: RegExp): boolean {
  return error instanceof ChannelError && error.fault === "refused" && words.test(error.message);
}
