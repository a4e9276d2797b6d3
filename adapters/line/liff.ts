import { createHash } from "node:crypto";
import { z } from "zod";
import {
  BadPayload,
  BadSignature,
  ChannelError,
  parseJson,
  type AdapterTools,
  type Received,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import type { Call } from "./api.ts";
import { liffPage } from "./liff-page.ts";
import { LineFault } from "./faults.ts";

const TIMEOUT_MS = 8_000;
const MAX_BODY = 16_384;
/** Tokens that LINE is asked about at the same time; more would only serve somebody who makes them up. */
const MAX_ASKED = 20;
const MAX_SKEW_S = 60;
const ALL_CHATS = "https://line.me/R/nv/chat";

const Visit = z.object({ idToken: z.string().min(1).max(8_000), code: z.string().max(64).default("") });
const Claims = z.object({ aud: z.string(), exp: z.number(), iss: z.literal("https://access.line.me") });
const Proven = z.object({ sub: z.string().regex(/^U[\w-]{1,64}$/), aud: z.string(), name: z.string().optional() });

export interface LiffParts {
  liffId: string;
  call: Call;
  tools: Pick<AdapterTools, "clock">;
  /** The chat's own address. */
  chatUrl(signal: AbortSignal): Promise<string>;
}

/** Serves the page that entry links open, and takes what it brings: an ID token, which LINE verifies, and a code. */
export function createLiff({ liffId, call, tools, chatUrl }: LiffParts) {
  const audience = liffId.slice(0, liffId.indexOf("-")); // the LINE Login channel that the LIFF app belongs to
  const page = liffPage(liffId);
  let asked = 0;

  return async function liff({ method, body }: WebhookRequest): Promise<Received> {
    if (method === "GET" || method === "HEAD")
      return { arrivals: [], reply: method === "GET" ? page : { ...page, body: "" } };
    if (method !== "POST") return refusal(405, "Use GET or POST here.", { allow: "GET, HEAD, POST" });
    if (asked >= MAX_ASKED)
      return refusal(503, "Too many people came at once. Try again in a moment.", { "retry-after": "2" });
    asked++;
    try {
      return await take(body);
    } catch (error) {
      if (error instanceof ChannelError)
        return refusal(503, "LINE could not be asked. Try again in a moment.", { "retry-after": "5" });
      throw error;
    } finally {
      asked--;
    }
  };

  async function take(body: Uint8Array): Promise<Received> {
    const visit = readVisit(body);
    if (!visit) return refusal(400, "This takes JSON with an idToken and a code.");
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const [person, chat] = await Promise.all([
      verify(visit.idToken, signal),
      chatUrl(signal).catch(() => ALL_CHATS), // who came is worth more than where they go next
    ]);
    const id = `liff:${createHash("sha256").update(`${visit.idToken} ${visit.code}`).digest("base64url")}`;
    const { sub: userId, name } = person;
    const liff = {
      id,
      userId,
      atMs: tools.clock.now().getTime(),
      ...(visit.code && { code: visit.code }),
      ...(name && { name: name.slice(0, 200) }),
    };
    return { arrivals: [{ key: id, lane: userId, payload: { liff } }], reply: json(200, { chat }) };
  }

  /** LINE's word for who it is. What can be seen to be wrong is not asked about. @throws BadSignature, ChannelError */
  async function verify(idToken: string, signal: AbortSignal): Promise<z.infer<typeof Proven>> {
    const claims = Claims.safeParse(payloadOf(idToken)).data;
    const nowS = tools.clock.now().getTime() / 1_000;
    if (claims?.aud !== audience || claims.exp < nowS - MAX_SKEW_S) throw forged();
    const form = { id_token: idToken, client_id: audience };
    const answer = await call({ method: "POST", path: "/oauth2/v2.1/verify", form }, signal).catch((error: unknown) => {
      throw error instanceof LineFault && error.status >= 400 && error.status < 429 ? forged() : error;
    });
    const proven = Proven.safeParse(answer.body).data;
    if (proven?.aud !== audience) throw forged();
    return proven;
  }
}

function readVisit(body: Uint8Array): z.infer<typeof Visit> | undefined {
  if (body.byteLength > MAX_BODY) return undefined;
  try {
    return Visit.safeParse(parseJson(body)).data;
  } catch (error) {
    if (error instanceof BadPayload) return undefined;
    throw error;
  }
}

/** A token's middle part, unproven. */
function payloadOf(idToken: string): unknown {
  const [, middle, , ...more] = idToken.split(".");
  if (middle === undefined || more.length > 0) return undefined;
  try {
    return JSON.parse(Buffer.from(middle, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

function forged(): BadSignature {
  return new BadSignature("LINE does not vouch for this ID token, or it is too old. Open the link again.");
}

function json(status: number, body: object, headers: Record<string, string> = {}): WebhookReply {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}

function refusal(status: number, detail: string, headers: Record<string, string> = {}): Received {
  return { arrivals: [], reply: json(status, { detail }, headers) };
}
