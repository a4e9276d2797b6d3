import { ChannelError, networkFault, type AdapterTools } from "../../src/contract/index.ts";
import { faultOf } from "./faults.ts";

export const LINE_API = "https://api.line.me";
export const LINE_DATA = "https://api-data.line.me";

export interface Request {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  /** The other server: files go through it. */
  data?: true;
  json?: object;
  form?: Record<string, string>;
  bytes?: { body: Uint8Array; type: string };
  /** With it LINE takes a push once only. */
  retryKey?: string;
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Calls LINE, and reads its JSON. @throws ChannelError for whatever is no success (a push that was taken before is one). */
export type Call = (request: Request, signal: AbortSignal) => Promise<Answer>;
/** The same, for what is not JSON. */
export type CallRaw = (request: Request, signal: AbortSignal) => Promise<Response>;

export interface ApiParts {
  token: string;
  apiBase: string;
  dataBase: string;
  tools: Pick<AdapterTools, "fetch">;
}

export function createApi({ token, apiBase, dataBase, tools }: ApiParts): { call: Call; raw: CallRaw } {
  const raw: CallRaw = async (request, signal) => {
    if (signal.aborted) throw new ChannelError("unreachable", "The call to LINE was stopped before it began.");
    const base = (request.data ? dataBase : apiBase).replace(/\/+$/, "");
    const { body, type } = bodyOf(request);
    const headers: Record<string, string> = {
      ...(!request.form && { authorization: `Bearer ${token}` }),
      ...(type !== undefined && { "content-type": type }),
      ...(request.retryKey !== undefined && { "x-line-retry-key": request.retryKey }),
    };
    const init: RequestInit = { method: request.method, headers, signal, redirect: "manual", ...(body && { body }) };
    return tools.fetch(base + request.path, init).catch(lineFault);
  };

  const call: Call = async (request, signal) => {
    const response = await raw(request, signal);
    const text = await response.text().catch(lineFault);
    const body = readObject(text);
    const taken = response.status === 409 && request.retryKey !== undefined;
    if (!response.ok && !taken) throw faultOf(response, body, token);
    if (!body) throw new ChannelError("maybe-sent", "LINE took the request and gave no readable answer.");
    return { status: response.status, body };
  };

  return { call, raw };
}

function bodyOf({ json, form, bytes }: Request): { body?: string | Buffer<ArrayBuffer>; type?: string } {
  if (json) return { body: JSON.stringify(json), type: "application/json" };
  if (form) return { body: new URLSearchParams(form).toString(), type: "application/x-www-form-urlencoded" };
  return bytes ? { body: Buffer.from(bytes.body), type: bytes.type } : {};
}

/** An empty answer is one, too. */
function readObject(text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Only the system's code is kept of the error: the rest may hold what was sent. */
function lineFault(error: unknown): never {
  throw networkFault("LINE", Object.assign(new Error(codeOf(error) ?? "no readable answer"), { code: codeOf(error) }));
}

function codeOf(error: unknown): string | undefined {
  for (let inner = error; inner instanceof Error; inner = inner.cause)
    if ("code" in inner && typeof inner.code === "string") return inner.code;
  return undefined;
}
