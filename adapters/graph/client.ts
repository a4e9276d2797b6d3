import { ChannelError, networkFault, parseJson, type Clock } from "../../src/contract/index.ts";
import { graphFault, type FaultParts } from "./errors.ts";
import { multipartOf, type GraphForm } from "./multipart.ts";

export const GRAPH = "https://graph.facebook.com";
const MAX_REDIRECTS = 2;
/** Meta's file servers turn away clients without a name they know. */
const USER_AGENT = "Mozilla/5.0 (compatible; Tributary)";

export interface GraphOptions {
  /** https://graph.facebook.com, https://graph.instagram.com, or an emulator's. */
  baseUrl: string;
  /** "v23.0" */
  version: string;
  accessToken: string;
  fetch: typeof fetch;
  clock: Clock;
  /** How sentences name the platform: "WhatsApp". */
  platform: string;
  /** What a person does about a token that is no longer good, as a sentence. */
  tokenHint: string;
}

export interface GraphInput {
  query?: Readonly<Record<string, string>>;
  json?: object;
  form?: GraphForm;
}

export interface GraphClient {
  /**
   * The parsed answer, an object. The token goes in a header and nowhere else.
   * @throws ChannelError (a GraphError with Meta's numbers where Meta answered)
   */
  call<Result extends object = Record<string, unknown>>(
    method: "GET" | "POST" | "DELETE",
    path: string,
    input: GraphInput,
    signal: AbortSignal,
  ): Promise<Result>;
  /** What lies behind an address that Meta gave out; `withToken` where it asks for the login. @throws ChannelError */
  download(url: string, withToken: boolean, signal: AbortSignal): Promise<Response>;
}

/** Meta's Graph API: no retries and no waits of its own, every refusal in our words. */
export function createGraphClient(options: GraphOptions): GraphClient {
  const { version, accessToken, fetch, platform } = options;
  const base = options.baseUrl.replace(/\/+$/, "");
  const parts: FaultParts = options;

  return {
    async call<Result extends object>(
      method: "GET" | "POST" | "DELETE",
      path: string,
      { query, json, form }: GraphInput,
      signal: AbortSignal,
    ) {
      if (signal.aborted) throw stopped(platform);
      const url = new URL(`${base}/${version}/${path.replace(/^\/+/, "")}`);
      for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
      const { headers, body } = bodyOf(json, form);
      const request = {
        method,
        signal,
        headers: { ...headers, authorization: `Bearer ${accessToken}` },
        redirect: "manual",
      };
      const answer = await read(fetch, url, { ...request, ...(body && { body }) } as RequestInit).catch(
        (error: unknown) => {
          throw lineFault(platform, error, method);
        },
      );
      if (answer.status < 200 || answer.status > 299) throw graphFault(answer, parts);
      return resultOf(answer.body, method, platform) as Result;
    },

    download: (url, withToken, signal) => download(options, url, withToken, signal),
  };
}

async function read(fetch: GraphOptions["fetch"], url: URL, request: RequestInit) {
  const response = await fetch(url, request);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

function bodyOf(
  json: object | undefined,
  form: GraphForm | undefined,
): { headers: Record<string, string>; body?: string | Uint8Array } {
  if (form) return multipartOf(form);
  if (!json) return { headers: {} };
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(json) };
}

/** An answer of 2xx that cannot be read: the request was taken, as far as anybody can tell. */
function resultOf(body: string, method: string, platform: string): object {
  let result: unknown;
  try {
    result = parseJson(body);
  } catch {
    result = undefined;
  }
  if (typeof result === "object" && result !== null) return result;
  if (method === "GET") throw new ChannelError("unreachable", `${platform} gave an answer that cannot be read.`);
  throw new ChannelError("maybe-sent", `${platform} took the request and gave an answer that cannot be read.`);
}

/** Only the system's code is kept of what fetch throws. Asking again does no harm, so a lost answer is no doubt then. */
function lineFault(platform: string, error: unknown, method: string): ChannelError {
  if (isGuarded(error))
    return new ChannelError("unreachable", `${platform}'s address leads to a private network; it is not called.`);
  const code = systemCode(error);
  const clean = Object.assign(new Error(code ?? "no readable answer"), code !== undefined && { code });
  const fault = networkFault(platform, clean);
  if (method !== "GET" || fault.fault === "unreachable") return fault;
  return new ChannelError("unreachable", `${platform} gave no answer.`, { cause: clean });
}

/** The hub's own fetch refused to go there: nothing left. */
function isGuarded(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if (/ (is|are) not called\.$/.test(inner.message)) return true;
  return false;
}

function systemCode(error: unknown): string | undefined {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if ("code" in inner && typeof inner.code === "string") return inner.code;
  return undefined;
}

async function download(
  { baseUrl, accessToken, fetch, platform }: GraphOptions,
  address: string,
  withToken: boolean,
  signal: AbortSignal,
): Promise<Response> {
  let url = readAddress(address, baseUrl, platform);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    // A redirect leads to a store that wants no login; the token stays with Meta.
    const headers = {
      "user-agent": USER_AGENT,
      ...(withToken && hops === 0 && { authorization: `Bearer ${accessToken}` }),
    };
    const response = await fetch(url, { signal, headers, redirect: "manual" }).catch(() => undefined);
    if (!response) throw new ChannelError("unreachable", `The file could not be fetched from ${platform}.`);
    if (response.ok) return response;
    await response.body?.cancel();
    const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
    if (location === null) throw fileFault(response.status, platform);
    url = readAddress(new URL(location, url).href, baseUrl, platform);
  }
  throw new ChannelError("refused", `${platform}'s address for the file leads in circles.`);
}

/** Only https, or the emulator's own address: anything else would show the token on the way. */
function readAddress(address: string, baseUrl: string, platform: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && (url.protocol === "https:" || url.origin === new URL(baseUrl).origin)) return url;
  throw new ChannelError("refused", `${platform} gave an address for the file that is not fetched.`);
}

function fileFault(status: number, platform: string): ChannelError {
  if (status === 401)
    return new ChannelError("unauthorized", `${platform} gives out no files to this channel's token.`);
  if (status === 429 || status >= 500)
    return new ChannelError("unreachable", `${platform} does not give out the file just now (${status}).`);
  return new ChannelError("refused", `${platform} does not give out the file any more (${status}).`);
}

function stopped(platform: string): ChannelError {
  return new ChannelError("unreachable", `The call to ${platform} was stopped before it began.`);
}
