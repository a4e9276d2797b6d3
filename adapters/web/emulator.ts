import { randomUUID } from "node:crypto";
import { Wire, type BrowserOptions, type OpenedSession, type SeenMessage, type UploadedFile } from "./emulator-wire.ts";
import type { IdentityProof } from "./identity.ts";
import type { PageView } from "./landing.ts";

export type { BrowserOptions, SeenMessage } from "./emulator-wire.ts";

type Visit = PageView & { pageId?: string; locale?: string };

/** A visitor's browser, playing the chat's side of the protocol against a running hub over real HTTP. */
export class Browser extends Wire {
  private readonly seen = new Map<string, SeenMessage>();

  /** All that is on the screen, in order. */
  get screen(): SeenMessage[] {
    return [...this.seen.values()].sort((a, b) => a.seq - b.seq);
  }

  /** Opens the chat on a page. A reload of the same view has the same `pageId`. */
  open(visit: Visit = {}, identity?: IdentityProof): Promise<OpenedSession> {
    const known = { ...(this.token && { visitorToken: this.token }), ...(identity && { identity }) };
    return this.enter("/session", { pageId: randomUUID(), ...visit, ...known });
  }

  /** The page's user signs in. */
  identify(proof: IdentityProof, visit: Visit = {}): Promise<OpenedSession> {
    return this.enter("/identify", { pageId: randomUUID(), ...visit, ...proof });
  }

  private async enter(path: string, body: object): Promise<OpenedSession> {
    const session = await this.post<OpenedSession>(path, body);
    if (this.place !== session.conversation) this.after = 0; // numbers are each conversation's own
    this.place = session.conversation;
    this.token = session.visitorToken;
    return session;
  }

  /** What remains when storage is cleared: nothing. */
  forget(): void {
    this.token = this.place = undefined;
    this.after = 0;
    this.seen.clear();
  }

  async say(text: string, more: { id?: string; replyTo?: string; sentAt?: string } = {}): Promise<string> {
    return (await this.post<{ id: string }>("/messages", { id: randomUUID(), text, ...more })).id;
  }

  async sendFile(ref: string, text?: string): Promise<string> {
    const message = { id: randomUUID(), files: [{ ref }], ...(text && { text }) };
    return (await this.post<{ id: string }>("/messages", message)).id;
  }

  async press(choice: string, messageId?: string): Promise<string> {
    const pressed = { id: choice, ...(messageId && { messageId }) };
    return (await this.post<{ id: string }>("/messages", { id: randomUUID(), choice: pressed })).id;
  }

  edit(messageId: string, text: string): Promise<unknown> {
    return this.post(`/messages/${messageId}/edit`, { id: randomUUID(), text });
  }

  remove(messageId: string): Promise<unknown> {
    return this.post(`/messages/${messageId}/delete`, { id: randomUUID() });
  }

  react(messageId: string, emoji: string, remove = false): Promise<unknown> {
    return this.post("/reactions", { id: randomUUID(), messageId, emoji, remove });
  }

  markRead(upTo: string, alsoSeen: string[] = []): Promise<unknown> {
    return this.post("/receipts", { upTo, alsoSeen });
  }

  async upload(name: string, bytes: Uint8Array): Promise<UploadedFile> {
    const response = await this.call("POST", "/files", { bytes, headers: { "x-file-name": encodeURIComponent(name) } });
    return (await response.json()) as UploadedFile;
  }

  download(ref: string): Promise<Response> {
    return this.call("GET", `/files/${ref}`);
  }

  /** Reads on in the history, page by page. */
  async catchUp(): Promise<SeenMessage[]> {
    for (let more = true; more;) {
      const response = await this.call("GET", `/messages?after=${this.after}`);
      const page = (await response.json()) as { messages: SeenMessage[]; next: number; more: boolean };
      page.messages.forEach((message) => this.keep(message));
      this.after = page.next;
      more = page.more;
    }
    return this.screen;
  }

  /** Messages as they come, and anew when they change. Ends when aborted; the next call reads on. */
  async *listen(signal: AbortSignal): AsyncGenerator<SeenMessage> {
    for await (const message of this.stream(signal)) {
      this.keep(message);
      yield message;
    }
  }

  /** Listens until there is such a message. */
  async waitFor(wanted: (message: SeenMessage) => boolean, timeoutMs = 10_000): Promise<SeenMessage> {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), timeoutMs);
    try {
      for await (const message of this.listen(ending.signal)) if (wanted(message)) return message;
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
      ending.abort();
    }
    throw new Error(`No such message came within ${timeoutMs} ms.`);
  }

  /** Keeps the newest version of each message, as a page does on its screen. */
  private keep(message: SeenMessage): void {
    const known = this.seen.get(message.id);
    if (!known || known.version <= message.version) this.seen.set(message.id, message);
  }
}

export function createBrowser(options: BrowserOptions): Browser {
  return new Browser(options);
}
