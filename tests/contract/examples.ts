import type {
  AdapterTools,
  Arrival,
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
  /** The setting with the secret that proofs are made with. Without it the channel must not open. */
  secretSetting: string;
  /** Real bodies, and how many arrivals each makes. */
  bodies: readonly { name: string; body: string | Uint8Array; arrivals: number }[];
  /** Whether the platform puts several things into one request: then one of the bodies holds several. */
  batches: true | Skip;
  /**
   * A sample's payload (also a hostile variant of it) as the platform sends it; `undefined` for what comes another way.
   * Without it, as JSON.
   */
  wire?(payload: Json): string | Uint8Array | undefined;
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
  /** Faults that every sender has to tell (`NEEDED_FAULTS`) and that this platform does not have; each with the reason. */
  lacks?: Partial<Record<Fault, string>>;
  /** The row of `faults` that says "used up for the day (or month)": another thing than "too fast", which helps by waiting. */
  quota: string | Skip;
}

/** How the platform delivers over a line that we open, by its emulator. */
export interface StreamExamples {
  /** The platform on loopback, with a person in it; for one test. */
  start(): Promise<StreamPlatform>;
  tools?: Partial<AdapterTools>;
}

export interface StreamPlatform {
  settings: unknown;
  /** What the platform refuses for good: a token that was taken back. */
  refusedSettings: unknown;
  /** The person writes this. */
  say(words: string): void | Promise<void>;
  /** Whether the platform holds everything for delivered, and will not deliver it again. */
  isAcknowledged(): boolean | Promise<boolean>;
  /** Every open line breaks without a word. */
  drop(): void;
  /** How often we asked to be let in: opened a line, identified, asked for updates. */
  knocks(): number;
  close(): Promise<void>;
}

/** How a pressed button, or whatever else somebody waits for, is acknowledged in time; by the emulator. */
export interface InteractiveExamples {
  /** How long the platform waits for a word from us. */
  deadlineMs: number;
  /** The platform and our connection to it, joined as the hub joins them. Nobody answers. */
  start(store: (arrival: Arrival) => Promise<void>): Promise<InteractivePlatform>;
}

export interface InteractivePlatform {
  press(): void | Promise<void>;
  /** When the platform had its word (`performance.now()`), and whether it took it. */
  acknowledged(): { atMs: number; inTime: boolean } | undefined;
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
  stream: StreamExamples | Skip;
  interactive: InteractiveExamples | Skip;
  /**
   * What the platform would deliver for a message of ours: rendered by the adapter, then read back.
   * The suite sends everything through `fit` first, and expects the same words and formatting.
   */
  roundTrip: ((parts: Part[]) => Json | Promise<Json>) | Skip;
}
