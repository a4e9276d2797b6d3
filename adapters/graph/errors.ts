import { ChannelError, cleanText, parseJson, type Clock, type Fault, type Json } from "../../src/contract/index.ts";
import { memberOf, numberIn, objectIn, textIn, type JsonObject } from "./values.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const LONGEST_WAIT_MS = 24 * 60 * MINUTE_MS;
const LONGEST_WORDS = 300;
/** Meta's tokens: EAA... for people and systems, IG... for Instagram; app tokens are number|secret. */
const TOKEN = /\b(?:EAA|IG[A-Z]{2}|EAAG)[A-Za-z0-9_-]{20,}|\b\d{6,}\|[\w-]{16,}/g;

/** Meta said no; `number` and `subcode` are its own. */
export class GraphError extends ChannelError {
  constructor(
    fault: Fault,
    message: string,
    readonly number: number | undefined,
    readonly subcode: number | undefined,
    options: { retryAfterMs?: number; scope?: "channel" | "place" } = {},
  ) {
    super(fault, message, options);
  }
}

export interface GraphAnswer {
  status: number;
  headers: Headers;
  /** As text; it may be a page of HTML. */
  body: string;
}

export interface FaultParts {
  /** How sentences name the platform: "WhatsApp". */
  platform: string;
  accessToken: string;
  /** What a person does about a token that is no longer good. */
  tokenHint: string;
  clock: Clock;
}

const SERVER_TROUBLE = new Set([1, 2, 1200, 131000, 131016, 131057, 133004]);
/** App, user, page, custom, business use cases, WhatsApp's throughput and its place for one person. */
const LIMITS = new Set([4, 17, 32, 341, 613, 130429, 131056]);
const WINDOW = new Set([131047, 470]);
const WINDOW_SUBCODES = new Set([2018278, 2534022, 2018108]);
const GONE = new Set([551, 131026]);
const GONE_SUBCODES = new Set([2018001, 1545041, 2018027]);
const TOKEN_TROUBLE = new Set([0, 3, 10, 102, 190, 131005, 131031]);
/** How long to wait where Meta does not say: throughput is counted by the second, a pair by six, the rest by the hour. */
const USUAL_WAIT_MS: Readonly<Record<number, number>> = { 130429: 2 * SECOND_MS, 131056: 6 * SECOND_MS };

/** What an answer that is no success means. */
export function graphFault(answer: GraphAnswer, parts: FaultParts): GraphError {
  const error = errorIn(answer.body);
  const number = numberIn(error, "code");
  const subcode = numberIn(error, "error_subcode");
  const fault = faultOf(answer.status, number, subcode);
  const words = error ? wordsOf(error, parts.accessToken) : `status ${answer.status}`;
  const options = fault === "retry-after" ? limitOf(answer, number, parts.clock) : {};
  return new GraphError(fault, sentence(fault, words, parts), number, subcode, options);
}

/** The words of an error as Meta gives it in answers and in WhatsApp's statuses; never a token. */
export function wordsOf(error: JsonObject, accessToken = ""): string {
  const said = textIn(error, "error_user_msg") ?? textIn(error, "message") ?? textIn(error, "title");
  const details = textIn(objectIn(error, "error_data"), "details") ?? textIn(error, "details");
  const number = numberIn(error, "code");
  const subcode = numberIn(error, "error_subcode");
  const words = [said, details !== said && details].filter(Boolean).join(": ");
  const code =
    number === undefined || words.includes(`#${number}`)
      ? ""
      : ` (#${number}${subcode === undefined ? "" : `/${subcode}`})`;
  return cleanWords(`${words || "no words"}${code}`, accessToken);
}

function cleanWords(words: string, accessToken: string): string {
  const own = accessToken === "" ? words : words.replaceAll(accessToken, "[token]");
  return cleanText(own.replace(TOKEN, "[token]"))
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, LONGEST_WORDS)
    .toWellFormed();
}

function errorIn(body: string): JsonObject | undefined {
  return objectIn(readJson(body), "error");
}

function readJson(body: string): Json | undefined {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

function faultOf(status: number, number: number | undefined, subcode = -1): Fault {
  if (WINDOW_SUBCODES.has(subcode)) return "window-closed";
  if (GONE_SUBCODES.has(subcode)) return "recipient-gone";
  if (number === undefined) return faultOfStatus(status);
  if (WINDOW.has(number)) return "window-closed";
  if (GONE.has(number)) return "recipient-gone";
  if (LIMITS.has(number) || (number >= 80_000 && number <= 80_014)) return "retry-after";
  if (TOKEN_TROUBLE.has(number) || (number >= 200 && number <= 299)) return "unauthorized";
  if (SERVER_TROUBLE.has(number)) return "unreachable";
  return status >= 500 ? "unreachable" : "refused";
}

function faultOfStatus(status: number): Fault {
  if (status === 401) return "unauthorized";
  if (status === 429) return "retry-after";
  return status >= 500 ? "unreachable" : "refused";
}

function sentence(fault: Fault, words: string, { platform, tokenHint }: FaultParts): string {
  switch (fault) {
    case "unauthorized":
      return `${platform} does not accept this channel's access: ${words}. ${tokenHint}`;
    case "retry-after":
      return `${platform} asks us to slow down: ${words}`;
    case "unreachable":
      return `${platform} is out of order: ${words}`;
    case "recipient-gone":
      return `${platform} cannot reach this person: ${words}`;
    case "window-closed":
      return `${platform} takes no message to this person until they write again: ${words}`;
    default:
      return `${platform} refused: ${words}`;
  }
}

function limitOf(answer: GraphAnswer, number: number | undefined, clock: Clock) {
  const usual = USUAL_WAIT_MS[number ?? 0] ?? MINUTE_MS;
  const saidMs = retryAfterMs(answer.headers, clock) ?? regainAfterMs(answer.headers) ?? usual;
  const scope = number === 131056 ? ("place" as const) : ("channel" as const);
  return { retryAfterMs: Math.min(Math.ceil(saidMs), LONGEST_WAIT_MS), scope };
}

function retryAfterMs(headers: Headers, clock: Clock): number | undefined {
  const given = headers.get("retry-after");
  if (given === null) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(given) ? Number(given) * SECOND_MS : Date.parse(given) - clock.now().getTime();
  return ms > 0 ? ms : undefined;
}

/** The longest time that a usage header names, in minutes there: a page's or account's, else the app's. */
function regainAfterMs(headers: Headers): number | undefined {
  const business = readJson(headers.get("x-business-use-case-usage") ?? "");
  const app = readJson(headers.get("x-app-usage") ?? "");
  const usages = Object.values(business && typeof business === "object" ? business : {}).flatMap((usage) =>
    Array.isArray(usage) ? usage : [],
  );
  const minutes = [...usages, app].map((usage) => Number(memberOf(usage, "estimated_time_to_regain_access") ?? 0));
  const longest = Math.max(0, ...minutes.filter(Number.isFinite));
  return longest > 0 ? longest * MINUTE_MS : undefined;
}
