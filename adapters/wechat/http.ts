import { ChannelError, networkFault, type AdapterTools } from "../../src/contract/index.ts";
import { faultOf } from "./faults.ts";

/** An answer of WeChat's that is not a file. */
export interface Answer {
  errcode: number;
  errmsg: string;
  fields: Readonly<Record<string, unknown>>;
  /** As it came: its 64-bit ids are numbers, and JSON would round them. */
  raw: string;
}

export const NO_ERROR = 0;
const SECOND_MS = 1_000;

export type Ask = (address: string, init: RequestInit, signal: AbortSignal) => Promise<Response>;

/**
 * One request to WeChat. What fetch throws may hold the address, and that holds the token: only the system's code is kept.
 * @throws ChannelError
 */
export function createAsk({ fetch }: Pick<AdapterTools, "fetch">): Ask {
  return async (address, init, signal) => {
    if (signal.aborted) throw new ChannelError("unreachable", "The call to WeChat was stopped before it began.");
    let response: Response;
    try {
      response = await fetch(address, { ...init, signal, redirect: "manual" });
    } catch (error) {
      throw lineFault(error);
    }
    if (response.status === 429) throw tooMany(response);
    if (response.status >= 500) throw new ChannelError("unreachable", `WeChat is out of order (${response.status}).`);
    if (!response.ok) throw new ChannelError("refused", `WeChat refused the request (${response.status}).`);
    return response;
  };
}

/** Only the system's code is kept of the error. */
export function lineFault(error: unknown): ChannelError {
  return networkFault("WeChat", Object.assign(new Error("the line broke"), codeOf(error)));
}

function codeOf(error: unknown): { code?: string } {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if ("code" in inner && typeof inner.code === "string") return { code: inner.code };
  }
  return {};
}

/** WeChat's front servers speak HTTP; its interfaces have errcodes. */
function tooMany({ headers }: Response): ChannelError {
  const seconds = Number(headers.get("retry-after") ?? "");
  const retryAfterMs = seconds > 0 && seconds < 86_400 ? seconds * SECOND_MS : 60 * SECOND_MS;
  return new ChannelError("retry-after", "WeChat asks us to slow down.", { retryAfterMs });
}

/** @throws ChannelError `maybe-sent` when the answer broke off or is none of WeChat's */
export async function readAnswer(response: Response): Promise<Answer> {
  let raw: string;
  try {
    raw = await response.text();
  } catch (error) {
    throw lineFault(error);
  }
  const fields = objectIn(raw);
  const errcode = fields?.errcode ?? NO_ERROR;
  if (!fields || typeof errcode !== "number")
    throw new ChannelError(
      "maybe-sent",
      "WeChat took the request and answered something that is no answer of its own.",
    );
  return { errcode, errmsg: typeof fields.errmsg === "string" ? fields.errmsg : "", fields, raw };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** For calls that send nothing to anybody: that an answer was lost means no more than that there is none. */
export function harmless(error: unknown): unknown {
  if (error instanceof ChannelError && error.fault === "maybe-sent")
    return new ChannelError("unreachable", error.message, { cause: error.cause });
  return error;
}

/** @throws WechatFault unless the answer says that all is well */
export function assertWell({ errcode, errmsg }: Answer, now: Date, secrets: readonly string[]): void {
  if (errcode !== NO_ERROR) throw faultOf(errcode, errmsg, now, secrets);
}
