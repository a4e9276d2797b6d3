import type { Faults } from "./emulator-faults.ts";

/** A message of the account's, as LINE accepted it. */
export interface SentMessage {
  id: string;
  to: string;
  how: "reply" | "push";
  message: Record<string, unknown>;
  quoteToken: string;
  atMs: number;
}

export interface PersonState {
  userId: string;
  name: string;
  language: string;
  /** What they wrote, oldest first: for quoting and taking back. */
  said: {
    id: string;
    place: string;
    text: string;
    file?: string;
    atMs: number;
    edited?: true;
    unsent?: true;
  }[];
  isFriend: boolean;
  hasBlocked: boolean;
}

export interface GroupState {
  groupId: string;
  name: string;
  members: Set<string>;
  hasUs: boolean;
}

/** Everything that stands at this LINE. */
export interface World {
  readonly channelSecret: string;
  readonly token: string;
  readonly liffId: string;
  readonly botId: string;
  readonly basicId: string;
  readonly faults: Faults;
  readonly people: Map<string, PersonState>;
  readonly groups: Map<string, GroupState>;
  readonly sent: SentMessage[];
  readonly replyTokens: Map<string, { to: string; untilMs: number; used: boolean }>;
  readonly retryKeys: Map<string, { requestId: string; sentMessages: object[] }>;
  readonly files: Map<string, { bytes: Uint8Array; type: string; looks: number }>;
  readonly idTokens: Map<string, { sub: string; name: string; exp: number }>;
  readonly menus: Map<string, { menu: Record<string, unknown>; image?: Uint8Array }>;
  /** Calls that show nothing in a chat: dots, and what was marked read. */
  readonly signs: { what: "loading" | "read"; about: string }[];
  readonly watchers: Set<() => void>;
  webhook: { endpoint: string; active: boolean } | undefined;
  liffEndpoint: string | undefined;
  defaultMenu: string | undefined;
  plan: { limit?: number; pushed: number };
  chatMode: "bot" | "chat";
  now(): number;
  nextId(): string;
}

export function createWorld(given: Pick<World, "channelSecret" | "token" | "liffId" | "faults" | "now">): World {
  let last = 461_230_966_842_064_000n;
  return {
    ...given,
    botId: userId(0),
    basicId: "@216ruzvp",
    people: new Map(),
    groups: new Map(),
    sent: [],
    replyTokens: new Map(),
    retryKeys: new Map(),
    files: new Map(),
    idTokens: new Map(),
    menus: new Map(),
    signs: [],
    watchers: new Set(),
    webhook: undefined,
    liffEndpoint: undefined,
    defaultMenu: undefined,
    plan: { pushed: 0 },
    chatMode: "bot",
    nextId: () => String(++last),
  };
}

/** Ids as LINE's look: a letter and 32 hexadecimal digits. */
export function userId(number: number): string {
  return `U${hexId(number)}`;
}

export function groupId(number: number): string {
  return `C${hexId(number)}`;
}

function hexId(number: number): string {
  return `4af4980629${number.toString(16).padStart(22, "0")}`;
}
