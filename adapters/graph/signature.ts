import {
  BadSignature,
  header,
  hmacSha256,
  parseJson,
  sameSecret,
  type Arrival,
  type Json,
  type Webhook,
  type WebhookReply,
  type WebhookRequest,
} from "../../src/contract/index.ts";

/** What a channel of Meta's knows its platform by. */
export interface GraphProof {
  appSecret: string;
  /** Made up by the operator, and typed at Meta together with the address. */
  verifyToken: string;
}

export type GraphRequest = { type: "handshake"; reply: WebhookReply } | { type: "delivery"; payload: Json };

/** The signature that Meta puts on a body: the exact bytes, with their escapes. */
export function signatureOf(appSecret: string, body: Uint8Array): string {
  return `sha256=${hmacSha256(appSecret, body).toString("hex")}`;
}

/**
 * Reads a request from Meta: the question that is asked once when the address is typed in, or a delivery.
 * @throws BadSignature, BadPayload
 */
export function readRequest(request: WebhookRequest, { appSecret, verifyToken }: GraphProof): GraphRequest {
  if (request.method === "GET") return { type: "handshake", reply: answerHandshake(request.query, verifyToken) };
  if (!sameSecret(header(request, "x-hub-signature-256"), signatureOf(appSecret, request.body)))
    throw new BadSignature("The request does not carry the signature of this channel's app at Meta.");
  return { type: "delivery", payload: parseJson(request.body) };
}

/** A webhook whose deliveries `arrivalsOf` takes apart, to the last item. */
export function createGraphWebhook(
  proof: GraphProof,
  arrivalsOf: (payload: Json) => Arrival[],
  register?: Webhook["register"],
): Webhook {
  return {
    type: "webhook",
    async receive(request) {
      const read = readRequest(request, proof);
      if (read.type === "handshake") return { arrivals: [], reply: read.reply };
      return { arrivals: arrivalsOf(read.payload) };
    },
    ...(register && { register }),
  };
}

function answerHandshake(query: URLSearchParams, verifyToken: string): WebhookReply {
  const [mode, given, challenge] = ["hub.mode", "hub.verify_token", "hub.challenge"].map((name) => only(query, name));
  if (mode !== "subscribe" || !sameSecret(given, verifyToken))
    throw new BadSignature("The request is no delivery, and does not carry this channel's verify token.");
  // What is given back is shown to nobody but Meta; it is kept harmless all the same.
  if (challenge === undefined || !/^[\w.~-]{1,256}$/.test(challenge))
    throw new BadSignature("The handshake carries no challenge that could be given back.");
  return {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    body: challenge,
  };
}

function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}
