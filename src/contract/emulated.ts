import type { ChoiceOption } from "./message.ts";

/**
 * A platform on loopback with people in it, as the lab and the tests that cross all channels drive it. An adapter's
 * `emulated.ts` makes one from its emulator; nothing here reaches a hub in service.
 */
export interface EmulatedPlatform {
  /** The adapter's name. */
  readonly adapter: string;
  /** A channel's settings that point at this platform, as an operator would enter them. */
  readonly settings: Record<string, unknown>;
  /** What a customer can do here. */
  readonly deeds: readonly EmulatedDeed["type"][];
  /** The channel exists: from now on the platform calls this address (`tools.publicUrl`). Streams have no use for it. */
  attach(channelUrl: URL): Promise<void>;
  /**
   * A customer, made when first named, does something. Resolves when the platform has it; the hub hears of it by itself.
   * @throws Error in words when this cannot be done here (no such message, no such button)
   */
  act(person: string, deed: EmulatedDeed): Promise<void>;
  /** What stands on the person's screen, oldest first. */
  screen(person: string): EmulatedMessage[];
  /** Every call that the hub made to the platform, oldest first. */
  readonly calls: readonly EmulatedCall[];
  /** What goes wrong from now on: the next `times` sends are refused with the platform's own 429. */
  refuseNext?(times: number, retryAfterMs: number): void;
  /** Sends that came while the platform had said not to. */
  readonly insideRetryAfter: number;
  close(): Promise<void>;
}

/** What a customer can do. Where `place` is missing it is their direct chat; else a group's name, made when first named. */
export type EmulatedDeed =
  | { type: "say"; text: string; place?: string; replyTo?: string; mention?: boolean }
  | { type: "photo"; name: string; bytes: Uint8Array; text?: string; place?: string }
  | { type: "press"; messageId: string; option: string; place?: string }
  /** Opens an entry link (`entryLink`) or a code, as a scan of its QR code does. */
  | { type: "scan"; link: string }
  /** Joins a group, by an invite link where there is one. */
  | { type: "join"; place: string; link?: string }
  | { type: "leave"; place: string }
  | { type: "edit"; messageId: string; text: string; place?: string }
  | { type: "delete"; messageId: string; place?: string }
  | { type: "react"; messageId: string; emoji: string; place?: string }
  /** Stops the bot, unfollows the account. */
  | { type: "block" };

export interface EmulatedMessage {
  id: string;
  place?: string;
  from: "person" | "hub";
  text: string;
  options: ChoiceOption[];
  /** A picture or another file, by its name. */
  file?: string;
  reactions?: string[];
  edited?: boolean;
  deleted?: boolean;
  at: Date;
}

export interface EmulatedCall {
  at: Date;
  method: string;
  path: string;
  status: number;
  /** As it was sent; secrets are left out. */
  body?: string;
}
