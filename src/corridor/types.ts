import type { Adapter, Capabilities, Connection, HubEvent, Json, Part, PlaceKind } from "../contract/index.ts";
import type { Transaction } from "../store/index.ts";

export type Owner = "bot" | "agent";

/** What the hub itself does in a conversation; it stands in the same ledger as what the platform reports. */
export type HubAct =
  /** The bot wrote; `evidence` says why it was certain. */
  | { type: "answered"; responder: string; messageIds: string[]; evidence?: Json }
  /** An agent wrote. */
  | { type: "replied"; staffId: string | null; messageIds: string[] }
  /** The conversation became an agent's. */
  | { type: "handed-over"; reason: string }
  | { type: "given-back"; staffId: string | null }
  /** Nothing was left to do; and then something was. */
  | { type: "resolved"; staffId: string | null }
  | { type: "reopened"; staffId: string | null };

/** A line of the event ledger, with whom and where it concerns already known. */
export interface RecordedEvent {
  id: string;
  seq: number;
  channelId: string;
  conversationId: string;
  placeKind: PlaceKind;
  /** Of the actor; for `joined` and `left` of the member. Null where nobody is named. */
  identityId: string | null;
  contactId: string | null;
  /** This event is the first that we see of this person. */
  newContact: boolean;
  event: HubEvent | HubAct;
  sentAt: Date;
}

/** Looks at recorded events inside the transaction that records them; what it throws undoes the recording. */
export interface Observer {
  readonly name: string;
  observe(events: readonly RecordedEvent[], tx: Transaction): Promise<void>;
}

/** One unanswered message, pressed button, or coming in through a door. */
export interface TurnMessage {
  type: "message" | "pressed" | "entered";
  seq: number;
  messageId: string | null;
  externalId: string | null;
  parts: Part[];
  text: string;
  /** The option's id where a button was pressed. */
  pressed: string | null;
  addressed: boolean;
  authorIsBot: boolean;
  /** The entry point that the person came through with it, where it is known. */
  entryPointId?: string | null;
  sentAt: Date;
}

/** A conversation plus what is still unanswered in it. */
export interface Turn {
  conversation: {
    id: string;
    channelId: string;
    place: string;
    kind: PlaceKind;
    owner: Owner;
    /** Language of the last answer, so that "yes" or an emoji is answered in the one spoken before. */
    language: string | null;
  };
  /** The last writer. */
  contact: { id: string; name: string | null; locale: string | null; stage?: string } | null;
  adapter: string;
  capabilities: Capabilities;
  messages: TurnMessage[];
}

/** What a responder says. Empty `parts` with a `handover` hands over without a word. */
export interface Answer {
  parts: Part[];
  /** Why people should take over. */
  handover?: string;
  /** Whom of ours the conversation is given to, where nobody has it. */
  assigneeId?: string;
  /** What this leaves unanswered: the next responders are asked about it, and their answer follows this one. */
  rest?: TurnMessage[];
  language?: string;
  /** Evidence, score, threshold: kept in the ledger and shown to agents. */
  evidence?: Json;
}

/** May answer a turn. `undefined` leaves it to the next one; an error is logged and skipped likewise. */
export interface Responder {
  readonly name: string;
  respond(turn: Turn, signal: AbortSignal): Promise<Answer | undefined>;
}

/** A channel that is open in this process. */
export interface OpenChannel {
  id: string;
  name: string;
  adapter: Adapter;
  connection: Connection;
  rates: Capabilities["rates"];
  /** What to do with a send that may or may not have happened, where the platform takes no idempotency key. */
  onUncertain: "resend" | "hold";
}

/** The open channels; they change while the hub runs. */
export interface Channels {
  get(channelId: string): OpenChannel | undefined;
  list(): OpenChannel[];
}

/** Something of ours to be said in a conversation. */
export interface Utterance {
  conversationId: string;
  author: "bot" | "agent";
  staffId?: string;
  parts: Part[];
  /** The platform's id of the message that this one answers. */
  replyTo?: string;
}

/** Where rooms put what is to be sent. */
export interface Outbox {
  /**
   * Writes the messages and their deliveries inside the caller's transaction, under the conversation's row lock, and
   * returns the messages' ids: one for each piece that the platform can carry. Call `wake` after the commit.
   */
  say(utterance: Utterance, tx: Transaction): Promise<string[]>;
  /** Appends an act of the hub to the conversation's ledger and lets the observers see it. */
  note(conversationId: string, act: HubAct, tx: Transaction): Promise<RecordedEvent>;
  /** Looks for due deliveries now instead of at the next poll. */
  wake(): void;
}
