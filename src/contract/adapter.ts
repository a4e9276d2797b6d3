import type { ZodType } from "zod";
import type { Allowance, EntryMethod, HubEvent } from "./event.ts";
import type { Json } from "./json.ts";
import type { Action, FileKind, OutboundMessage, Part, Sent } from "./message.ts";

/** Code that speaks one platform. It knows that platform and nothing else. */
export interface Adapter<Settings = unknown> {
  readonly name: string;
  /** Checks a channel's settings and draws its form. Secrets carry `.meta({ secret: true })`. */
  readonly settings: ZodType<Settings>;
  readonly capabilities: Capabilities;
  /** Pure wiring: opens no socket, reads no clock. */
  connect(settings: Settings, tools: AdapterTools): Connection;
}

/** An adapter opened with one channel's settings. */
export interface Connection {
  readonly inbound: Webhook | Stream;
  /** Pure, so that a stored arrival can be replayed after a fix. Throws when the payload cannot be read. */
  decode(payload: Json): HubEvent[];
  /** @throws ChannelError */
  send(message: OutboundMessage, signal: AbortSignal): Promise<Sent>;
  /** @throws ChannelError */
  act?(action: Action, signal: AbortSignal): Promise<void>;
  /** The deep link that carries the code into the chat. */
  entryLink?(code: string, signal: AbortSignal): Promise<EntryLink>;
  fetchFile?(ref: string, signal: AbortSignal): Promise<Response>;
  /** For platforms whose history the hub itself keeps: who asks, and for which place? @throws BadSignature */
  visit?(request: WebhookRequest): Promise<Visit>;
  check(signal: AbortSignal): Promise<Check[]>;
  /** What an operator sets up on the platform once (a menu, a greeting, commands): `cli channel setup`. */
  readonly setups?: readonly Setup[];
}

/** Something to be set up on the platform, as a command. */
export interface Setup<Input = unknown> {
  /** kebab-case, the command's name. */
  name: string;
  /** One sentence: what it does, and where its effect is seen. */
  summary: string;
  /** Checks what the operator gives (a JSON file), and names what is missing. */
  input: ZodType<Input>;
  /** Resolves with a sentence about what stands on the platform now. @throws ChannelError */
  run(input: Input, signal: AbortSignal): Promise<string>;
}

/** Keeps a setup's input type while it is written. */
export function defineSetup<Input>(setup: Setup<Input>): Setup {
  return setup as Setup;
}

/** The platform calls us. */
export interface Webhook {
  readonly type: "webhook";
  /** Verifies the raw bytes. @throws BadSignature, BadPayload */
  receive(request: WebhookRequest): Promise<Received>;
  /** Tells the platform where to call. */
  register?(url: URL, signal: AbortSignal): Promise<void>;
}

/** We call the platform and listen. */
export interface Stream {
  readonly type: "stream";
  /** Runs until aborted. `emit` resolves when the arrival is stored; only then may it be acknowledged. */
  listen(emit: (arrival: Arrival) => Promise<void>, signal: AbortSignal): Promise<void>;
}

export interface Received {
  arrivals: Arrival[];
  reply?: WebhookReply | Promise<WebhookReply>;
  /** What is known only when the reply is: stored once it has gone out (which kept answers went with it). */
  after?: Promise<Arrival[]>;
}

export interface WebhookRequest {
  method: string;
  /** What follows the channel's own address, "/" at least. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names, as node:http gives them. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
}

export interface WebhookReply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** One thing the platform delivered, raw, stored before it is acknowledged. */
export interface Arrival {
  /** The delivery's identity: the platform's redelivery has the same. */
  key: string;
  /** What must stay in order among itself; a place, usually. */
  lane: string;
  payload: Json;
}

export interface EntryLink {
  url: string;
  /** The platform's own code for this door, where ours does not travel (an invite's code): see `Entry.alias`. */
  alias?: string;
}

export interface Visit {
  place: string;
  /** Headers for the answer (CORS). */
  headers: Record<string, string>;
  /** A message's parts as this visitor may see them: harmless formatting, references to files that only they can open. */
  show(parts: readonly Part[]): Json[];
}

/** One finding of `doctor`, in words a person can act on. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
}

/** What the hub lends to an adapter. */
export interface AdapterTools {
  channelId: string;
  fetch: typeof fetch;
  log: Log;
  clock: Clock;
  /** Where the platform reaches this channel: webhooks hang below it. */
  publicUrl: URL;
  cache: Cache;
  files: Files;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Time as an argument. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never step back. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A sealed key-value store of this channel, shared by all hubs. */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Runs `make` in one process at a time and keeps its value for `ttlMs`. */
  once(key: string, ttlMs: number, make: () => Promise<string>): Promise<string>;
}

/** Bytes that the hub keeps for this channel. */
export interface Files {
  put(file: { name: string; mimeType: string; bytes: Uint8Array }): Promise<string>;
  get(ref: string): Promise<{ name: string; mimeType: string; bytes: Uint8Array } | undefined>;
}

/** At most `count` sends per `perMs` milliseconds. */
export interface Rate {
  count: number;
  perMs: number;
}

/** Until when, and how often, we may write to a person. Templates (`TemplatePart`) may go out after it. */
export interface ReplyWindow {
  /** What a message of theirs allows; an event that allows something else says so itself (`allows`). */
  message: Allowance;
  /** For this long after their last message a person of ours may still write, where a bot may not (Meta's human agent tag). */
  agentMs?: number;
}

/** What a platform can do, as data: checked before anything is sent, and read by the console's composer. */
export interface Capabilities {
  parts: readonly Part["type"][];
  text: { max: number; unit: TextUnit; formatting: boolean };
  /** Missing: choices become numbered text. */
  choice?: { maxOptions: number; maxLabel: number };
  /**
   * How many options a card carries itself, whether a picture, and how many cards stand side by side in one message.
   * Missing: no picture, options follow as a choice, one card a message. A card whose title or text is longer than the
   * platform's cards take (`maxTitle`, `maxText`, where it says) becomes text.
   */
  card?: { maxOptions: number; image: boolean; perMessage: number; maxTitle?: number; maxText?: number };
  file?: { kinds: readonly FileKind[]; maxBytes: number };
  edit: boolean;
  delete: boolean;
  react: boolean;
  thread: boolean;
  typing: boolean;
  acknowledge: boolean;
  reply: boolean;
  receipts: readonly ("delivered" | "read" | "failed")[];
  moderation: readonly ("remove" | "ban" | "mute")[];
  /** The platform drops a second send with the same idempotency key. */
  idempotentSend: boolean;
  rates: { channel?: Rate; place?: Rate };
  /** The platform lets us write to a person only for a while after they did something. Missing: at any time. */
  replyWindow?: ReplyWindow;
  entry: readonly EntryMethod[];
  /** The hub keeps this channel's history and serves it to its people (`visit`). */
  history: boolean;
}

export type TextUnit = "utf16" | "chars" | "bytes";

/** Keeps an adapter's settings type while it is written; the rest of the hub sees `Adapter`. */
export function defineAdapter<Settings>(adapter: Adapter<Settings>): Adapter<Settings> {
  return adapter;
}
