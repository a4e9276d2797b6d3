import type * as discordJs from "discord.js";
import type { DiscordAPIError, RawFile, RequestMethod, ResponseLike } from "discord.js";
import { ChannelError, networkFault, type Clock } from "../../src/contract/index.ts";

export const DISCORD = "https://discord.com/api";
export const CDN = "https://cdn.discordapp.com";
const SECOND_MS = 1_000;
/** Longer than an upload of what Discord takes on a fair line. */
const SILENCE_MS = 90 * SECOND_MS;
/** Where a 429 names no time, which only its front servers do. */
const DEFAULT_WAIT_MS = 5 * SECOND_MS;
/** After a 401 nothing is asked for so long: 10,000 refused requests in 10 minutes ban the whole address. */
const REFUSED_MS = 60 * SECOND_MS;
/** Added to each wait: Discord counts by its own clock. */
const MARGIN_MS = 50;
/** Marks our calls, so that we know which ones have left; it is taken off before they do. */
const CALL_HEADER = "x-call";

export interface CallOptions {
  body?: object;
  files?: RawFile[];
  /** False for what carries its own proof (an interaction's token). */
  auth?: boolean;
  query?: URLSearchParams;
}
export type Call = <Result = unknown>(
  method: `${RequestMethod}`,
  route: `/${string}`,
  options: CallOptions,
  signal: AbortSignal,
) => Promise<Result>;

/** discord.js's REST client, each limit passed on at once, with errors in our words: what it throws may hold tokens and texts. */
export function createCall(token: string, apiRoot: string, clock: Clock): Call {
  const left = new Set<string>();
  let client: ReturnType<typeof openClient> | undefined;
  let calls = 0;
  let refusedUntilMs = Number.NEGATIVE_INFINITY;

  return async <Result>(
    method: `${RequestMethod}`,
    route: `/${string}`,
    { body, files, auth = true, query }: CallOptions,
    signal: AbortSignal,
  ) => {
    if (signal.aborted) throw new ChannelError("unreachable", "The call to Discord was stopped before it began.");
    if (auth && clock.monotonicMs() < refusedUntilMs) throw unauthorized();
    const call = String(++calls);
    const { sdk, rest } = await (client ??= openClient(apiRoot, left));
    const limit = limitTime(clock, signal);
    rest.setToken(token); // it forgets the token after a 401
    try {
      return (await rest.request({
        method: method as RequestMethod,
        fullRoute: route,
        auth,
        headers: { [CALL_HEADER]: call },
        signal: limit.signal,
        ...(body && { body }),
        ...(files && { files }),
        ...(query && { query }),
      })) as Result;
    } catch (error) {
      const fault = faultOf(sdk, error, left.has(call), token, auth);
      if (fault.fault === "unauthorized") refusedUntilMs = clock.monotonicMs() + REFUSED_MS;
      throw fault;
    } finally {
      limit.end();
      left.delete(call);
    }
  };
}

type Sdk = typeof discordJs;

/** discord.js is loaded by the first call: a hub without a bot, and a command that only reads, does not need it. */
async function openClient(apiRoot: string, left: Set<string>) {
  const sdk = await import("discord.js");
  return { sdk, rest: createRest(sdk, apiRoot, left) };
}

function createRest({ REST, DefaultRestOptions }: Sdk, apiRoot: string, left: Set<string>) {
  return new REST({
    api: apiRoot.replace(/\/$/, ""),
    version: "10",
    retries: 0,
    offset: MARGIN_MS,
    timeout: SILENCE_MS,
    rejectOnRateLimit: () => true,
    async makeRequest(url, init) {
      const { [CALL_HEADER]: call, ...headers } = init.headers as Record<string, string>;
      if (call) left.add(call);
      return readable(await DefaultRestOptions.makeRequest(url, { ...init, headers }));
    },
  });
}

interface Refusal {
  code?: unknown;
  message?: unknown;
  retry_after?: unknown;
  global?: unknown;
}

/** A refusal's body may be HTML, and it says more of a limit than the headers, which are all that discord.js reads. */
async function readable(response: ResponseLike): Promise<ResponseLike> {
  const { status, statusText } = response;
  if (status < 400) return response;
  const said = refusalIn(await response.text());
  const headers = new Headers([...response.headers]);
  headers.set("content-type", "application/json");
  if (status === 429) {
    const seconds = positive(said.retry_after) ?? positive(headers.get("retry-after")) ?? DEFAULT_WAIT_MS / SECOND_MS;
    headers.set("retry-after", String(seconds)); // the header is rounded up to whole seconds, the body is exact
    if (said.global === true) headers.set("x-ratelimit-global", "true");
  }
  const body = JSON.stringify({ code: Number(said.code) || 0, message: String(said.message ?? `status ${status}`) });
  return new Response(body, { status, statusText, headers });
}

function positive(value: unknown): number | undefined {
  const number = Number(value);
  return number > 0 && number < 1e7 ? number : undefined;
}

function refusalIn(text: string): Refusal {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** A signal that aborts with the caller's, or when Discord is silent for too long. */
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

function faultOf(sdk: Sdk, error: unknown, hasLeft: boolean, token: string, auth: boolean): ChannelError {
  if (error instanceof sdk.RateLimitError) {
    const scope = error.global || !/^\/(channels|webhooks)\//.test(error.route) ? "channel" : "place";
    const retryAfterMs = Math.max(1, Math.ceil(Math.max(error.retryAfter, error.sublimitTimeout)));
    return new ChannelError("retry-after", "Discord asks us to slow down.", { retryAfterMs, scope });
  }
  if (error instanceof sdk.DiscordAPIError) return apiFault(error, token, auth);
  if (error instanceof sdk.HTTPError)
    return new ChannelError("unreachable", `Discord is out of order (${error.status}).`);
  if (!hasLeft) return new ChannelError("unreachable", "The call to Discord was stopped before it began.");
  return lineFault(error);
}

/** Discord said no; the number tells more than the status. @see https://discord.com/developers/docs/topics/opcodes-and-status-codes */
export class DiscordRefused extends ChannelError {
  constructor(
    fault: ChannelError["fault"],
    message: string,
    readonly number: number,
  ) {
    super(fault, message);
  }
}

/** The person or place is not there for us any more. */
const GONE = new Map([
  [10_003, "this channel is gone"],
  [10_013, "this person's account is gone"],
  [50_001, "the bot may not see this channel any more"],
  [50_007, "this person takes no direct messages from the bot"],
  [50_278, "the bot and this person share no server any more"],
]);

function apiFault({ code, status, rawError }: DiscordAPIError, token: string, auth: boolean): ChannelError {
  const number = Number(code) || 0;
  const words = String((rawError as { message?: unknown }).message ?? "").replaceAll(token, "[token]").slice(0, 200); // prettier-ignore
  if (status === 401 && auth) return unauthorized();
  const gone = GONE.get(number);
  if (gone) return new DiscordRefused("recipient-gone", `Discord cannot deliver: ${gone} (${number}).`, number);
  if (number === 40_062 || number === 130_000)
    return new ChannelError("retry-after", "Discord is overloaded.", { retryAfterMs: DEFAULT_WAIT_MS });
  if (number === 50_013)
    return new DiscordRefused(
      "refused",
      "The bot lacks a permission in this channel (50013). Grant it in the server's settings.",
      number,
    );
  return new DiscordRefused("refused", `Discord refused (${number || status}): ${words}`, number);
}

function unauthorized(): ChannelError {
  return new ChannelError(
    "unauthorized",
    "Discord does not know this bot token. Make a new one: discord.com/developers/applications, the app, Bot, Reset Token.",
  );
}

/** The line broke, or the answer made no sense. Only the system's code is kept of the error. */
function lineFault(error: unknown): ChannelError {
  let code: string | undefined;
  for (let inner = error; inner instanceof Error && code === undefined; inner = inner.cause)
    if ("code" in inner && typeof inner.code === "string") code = inner.code;
  return networkFault("Discord", Object.assign(new Error(code ?? "no readable answer"), code && { code }));
}

/** Whether Discord refused with one of these numbers. */
export function refusedWith(error: unknown, ...numbers: number[]): boolean {
  return error instanceof DiscordRefused && numbers.includes(error.number);
}
