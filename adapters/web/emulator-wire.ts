import type { FileKind, Json } from "../../src/contract/index.ts";

/** A part as a page gets it; see README.md. */
export type SeenPart = { type: string; text?: string; prompt?: string; ref?: string } & Record<string, Json>;

/** A message as the hub shows it to a visitor. */
export interface SeenMessage {
  id: string;
  seq: number;
  version: number;
  from: "visitor" | "bot" | "agent";
  parts: SeenPart[];
  reactions: Record<string, number>;
  replyTo?: string;
  sentAt: string;
  editedAt?: string;
  deletedAt?: string;
}

export interface OpenedSession {
  visitorToken: string;
  conversation: string;
  verified: boolean;
  resumed: boolean;
  expiresAt: string;
  name?: string;
}

export interface UploadedFile {
  ref: string;
  kind: FileKind;
  name: string;
  mimeType: string;
  size: number;
}

/** What a hub answered when it did not do what was asked. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: { title?: string; detail?: string },
    readonly headers: Headers,
  ) {
    super(`${status}: ${problem.detail ?? problem.title ?? "no reason given"}`);
  }
}

export interface BrowserOptions {
  /** The channel's address: "http://127.0.0.1:8080/webhooks/<channel id>". */
  url: string;
  /** The website that shows the chat; without it, none is told. */
  origin?: string;
  /** What the browser has stored from an earlier visit. */
  token?: string;
}

interface Init {
  json?: unknown;
  bytes?: Uint8Array;
  headers?: Record<string, string>;
}

/** The lines between a browser and the hub: requests with the visitor's token, and the stream of server-sent events. */
export class Wire {
  token: string | undefined;
  protected place: string | undefined;
  /** Where to read on. */
  protected after = 0;
  private readonly url: string;
  private readonly origin: Record<string, string>;

  constructor({ url, origin, token }: BrowserOptions) {
    this.url = url;
    this.origin = origin ? { origin } : {};
    this.token = token;
  }

  /** @throws Refusal */
  async call(method: string, path: string, { json, bytes, headers = {} }: Init = {}): Promise<Response> {
    const all: Record<string, string> = { ...this.origin, ...headers };
    if (this.token) all.authorization = `Bearer ${this.token}`;
    if (json !== undefined) all["content-type"] = "application/json";
    const body = json !== undefined ? JSON.stringify(json) : bytes && new Uint8Array(bytes);
    return accepted(await fetch(`${this.url}${path}`, { method, headers: all, ...(body !== undefined && { body }) }));
  }

  async post<Result>(path: string, json: unknown): Promise<Result> {
    return (await (await this.call("POST", path, { json })).json()) as Result;
  }

  /** EventSource sets no headers: a ticket stands for the token. */
  protected async *stream(signal: AbortSignal): AsyncGenerator<SeenMessage> {
    const { ticket } = await this.post<{ ticket: string }>("/stream-ticket", {});
    const address = `${this.url}/stream?after=${this.after}&ticket=${ticket}`;
    const { body } = await accepted(await fetch(address, { headers: this.origin, signal }));
    let buffer = "";
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (buffer + chunk).split("\n\n");
      buffer = blocks.pop() ?? "";
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2))) as Record<
          string,
          string
        >;
        if (fields.id) this.after = Number(fields.id);
        if (fields.event === "message") yield JSON.parse(fields.data ?? "") as SeenMessage;
      }
    }
  }
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Refusal["problem"];
  throw new Refusal(response.status, problem, response.headers);
}
