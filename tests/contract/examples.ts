import type {
  AdapterTools,
  Fault,
  Json,
  OutboundMessage,
  Part,
  Sent,
  WebhookRequest,
} from "../../src/contract/index.ts";
import type { Answer } from "./canned-server.ts";

/** A part of the contract that does not apply, and why. */
export interface Skip {
  skip: string;
}

/** One thing the platform delivers, in its real shape, and what it means. Times are ISO strings, as JSON keeps them. */
export interface Sample {
  name: string;
  payload: Json;
  events: Json[];
}

/** How the platform calls us and proves that it is the platform. */
export interface RequestExamples {
  /** Where these settings differ from `settings` above (Telegram's webhook mode). */
  settings?: unknown;
  /** The request as the platform makes it at this moment, rightly signed. Header names in lower case. */
  sign(body: Uint8Array, at: Date): WebhookRequest | Promise<WebhookRequest>;
  /** Every header and query parameter that carries the proof: each is altered, dropped, emptied and doubled. */
  proofs: readonly { in: "header" | "query"; name: string }[];
  /** Whether the proof covers the body, so that one flipped bit in it must be noticed. */
  signsBody: boolean;
  /** How old a request may be; a scheme without time says so. */
  toleranceMs: number | Skip;
  /** Real bodies, and how many arrivals each makes. At least one with several items where the platform batches. */
  bodies: readonly { name: string; body: string | Uint8Array; arrivals: number }[];
}

/** What the platform answers to our sends, and what that means. A loopback server gives the answers over HTTP. */
export interface OutboundExamples {
  /** Settings that make the adapter call this address ("http://127.0.0.1:PORT") instead of the platform. */
  settingsAt(url: string): unknown;
  message: OutboundMessage;
  /** What the platform answers when all is well; a function where it depends on the call. */
  ok: Answer;
  sent: Sent;
  faults: readonly { name: string; answer: Answer; expected: ExpectedFault | Sent }[];
}

export interface ExpectedFault {
  fault: Fault;
  retryAfterMs?: number;
  scope?: "channel" | "place";
}

/** What an adapter brings to the suite. A `Skip` is for what its platform does not have, never for what is not done yet. */
export interface AdapterExamples {
  /** Settings that open a connection, as an operator would write them, every required one included. */
  settings: unknown;
  /** Another account's: what is rightly signed for the one must be refused by the other. */
  otherSettings?: unknown;
  /** Replaces single tools; the rest are harmless (see tools.ts). */
  tools?: Partial<AdapterTools>;
  /** `loadSamples(new URL("./fixtures/", import.meta.url))` reads a folder of them. One must be of an unknown kind. */
  samples: readonly Sample[];
  requests: RequestExamples | Skip;
  outbound: OutboundExamples | Skip;
  /**
   * What the platform would deliver for a message of ours: rendered by the adapter, then read back.
   * The suite sends everything through `fit` first, and expects the same words and formatting.
   */
  roundTrip: ((parts: Part[]) => Json | Promise<Json>) | Skip;
}
