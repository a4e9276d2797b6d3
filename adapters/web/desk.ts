import type { z } from "zod";
import {
  BadPayload,
  BadSignature,
  header,
  parseJson,
  type AdapterTools,
  type Arrival,
  type Json,
  type WebhookRequest,
} from "../../src/contract/index.ts";
import type { Payload } from "./payload.ts";
import { Refused } from "./reply.ts";
import type { WebSettings } from "./settings.ts";
import type { Session, Visitor, VisitorTokens } from "./visitor-token.ts";

/** One request, and what is needed to take it. */
export interface Desk {
  request: WebhookRequest;
  settings: WebSettings;
  tools: AdapterTools;
  tokens: VisitorTokens;
  now(): Date;
  /** The body, checked. @throws Refused */
  read<T>(schema: z.ZodType<T>): T;
  /** Who asks. @throws BadSignature */
  visitor(): Session;
  visitorIfAny(): Session | undefined;
  /** A refusal that the page may read. */
  unproven(reason: string): BadSignature;
}

/** Longer than any message, shorter than an attack. */
const MAX_JSON_BYTES = 64 * 1024;

/** @param cors the headers without which a page cannot read a refusal. */
export function createDesk(
  request: WebhookRequest,
  parts: { settings: WebSettings; tools: AdapterTools; tokens: VisitorTokens },
  cors: Record<string, string>,
): Desk {
  const { settings, tools, tokens } = parts;
  const unproven = (reason: string) => new BadSignature(reason, { ...cors, "www-authenticate": "Bearer" });

  function visitorIfAny(): Session | undefined {
    const token = bearer(request);
    const session = token === undefined ? undefined : tokens.read(token);
    return session &&
      (session.verified || !settings.requireIdentity || request.path === "/session" || request.path === "/identify")
      ? session
      : undefined;
  }

  return {
    request,
    settings,
    tools,
    tokens,
    now: () => tools.clock.now(),
    read: (schema) => readBody(request, schema),
    visitor() {
      const session = visitorIfAny();
      if (!session)
        throw unproven("The visitor token is missing, expired or not of this chat. Ask for one with POST /session.");
      return session;
    },
    visitorIfAny,
    unproven,
  };
}

/** `Authorization: Bearer <token>`, and nothing like it. */
export function bearer(request: WebhookRequest): string | undefined {
  return /^Bearer ([\w.-]{1,4000})$/.exec(header(request, "authorization") ?? "")?.[1];
}

function readBody<T>({ body }: WebhookRequest, schema: z.ZodType<T>): T {
  if (body.byteLength > MAX_JSON_BYTES) throw new Refused(413, `The body is larger than ${MAX_JSON_BYTES} bytes.`);
  const parsed = schema.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  throw new Refused(400, faults.slice(0, 5).join("; "));
}

function jsonOf(body: Uint8Array): Json {
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof BadPayload) throw new Refused(400, error.message);
    throw error;
  }
}

/** The key makes a repeated request the same arrival; all of one visitor's stay in order. */
export function arrivalOf(desk: Desk, { place, name, email, verified }: Visitor, fields: Fields): Arrival {
  const visitor = { place, ...(name && { name }), ...(email && { email }), verified };
  const payload = { ...fields, visitor, receivedAt: desk.now().toISOString() };
  const about = fields.kind === "pressed" ? "message" : fields.kind; // one client id, one thing said
  return { key: `${encodeURIComponent(place)} ${about} ${fields.id}`, lane: place, payload };
}

interface Fields {
  kind: Payload["kind"];
  id: string;
  [name: string]: Json | undefined;
}
