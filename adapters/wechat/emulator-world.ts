import type { ChoiceOption, EmulatedMessage } from "../../src/contract/index.ts";
import type { Faults } from "./emulator-faults.ts";
import type { Seal } from "./emulator-seal.ts";

/** A message on somebody's screen, and how it came there. */
export interface ScreenMessage extends EmulatedMessage {
  by?: "custom" | "template" | "passive" | "wechat";
}

/** How many messages may still go to a person, and until when. */
interface Window {
  untilMs: number;
  left: number;
}

export interface PersonState {
  openid: string;
  follows: boolean;
  blacklisted: boolean;
  windows: Window[];
  screen: ScreenMessage[];
}

export interface MediaFile {
  id: string;
  type: string;
  name: string;
  mimeType: string;
  bytes: Buffer;
  expired: boolean;
}

export interface QrScene {
  scene: string;
  ticket: string;
  url: string;
  permanent: boolean;
  untilMs: number;
}

/** The account and its people, as the emulated WeChat keeps them. */
export interface World extends Seal {
  appSecret: string;
  /** WeChat's own name of the account (原始ID). */
  account: string;
  encryption: "safe" | "compatible" | "plain";
  /** Whether the account may send customer-service messages. */
  verified: boolean;
  /** Whether it may send menu messages, which test accounts may not. */
  menuMessages: boolean;
  tokens: { current: string; untilMs: number; old: string[]; stolen: string | undefined; made: number; forced: number };
  dailyLimit: number;
  sentToday: number;
  people: Map<string, PersonState>;
  media: Map<string, MediaFile>;
  scenes: Map<string, QrScene>;
  menu: object | undefined;
  lastNumber: number;
  faults: Faults;
  random: () => number;
  now: () => Date;
}

const MINUTE_MS = 60_000;
const WROTE = { forMs: 48 * 60 * MINUTE_MS, messages: 5 };
const ACTED = { forMs: MINUTE_MS, messages: 3 };

export function personIn(world: World, openid: string): PersonState {
  let person = world.people.get(openid);
  if (!person) {
    person = { openid, follows: true, blacklisted: false, windows: [], screen: [] };
    world.people.set(openid, person);
  }
  return person;
}

/** A person did something that lets the account write: a new message opens a new window, whatever is left of the last. */
export function openWindow({ now }: World, person: PersonState, why: "wrote" | "acted"): void {
  const { forMs, messages } = why === "wrote" ? WROTE : ACTED;
  const others = person.windows.filter(({ untilMs }) => untilMs > now().getTime()).slice(-1);
  person.windows = [...(why === "acted" ? others : []), { untilMs: now().getTime() + forMs, left: messages }];
}

/** Takes one message of what is allowed; else WeChat's number for why not. */
export function spendWindow({ now }: World, person: PersonState): 0 | 45015 | 45047 {
  const open = person.windows.filter(({ untilMs }) => untilMs > now().getTime());
  if (open.length === 0) return 45015;
  const window = open.find(({ left }) => left > 0);
  if (!window) return 45047;
  window.left--;
  return 0;
}

/** Message ids of WeChat's size: beyond what a number in JSON can hold. */
export function nextId(world: World): string {
  return `7299${String(++world.lastNumber).padStart(16, "0")}`;
}

export function show(
  world: World,
  person: PersonState,
  message: { text: string; options?: ChoiceOption[]; file?: string; by: ScreenMessage["by"]; id?: string },
): ScreenMessage {
  const { text, options = [], file, by, id = nextId(world) } = message;
  const shown: ScreenMessage = {
    id,
    from: "hub",
    text,
    options,
    at: world.now(),
    ...(file && { file }),
    ...(by && { by }),
  };
  person.screen.push(shown);
  return shown;
}

/** What a text looks like in the app: WeChat's links are buttons. */
export function readLinks(text: string): { text: string; options: ChoiceOption[] } {
  const options: ChoiceOption[] = [];
  const bare = text.replaceAll(
    /<a href="weixin:\/\/bizmsgmenu\?msgmenucontent=([^"&]*)&msgmenuid=([^"&]*)">([^<]*)<\/a>/g,
    (_, _content: string, id: string, label: string) => {
      options.push({ id: decodeURIComponent(id), label });
      return label;
    },
  );
  return { text: bare, options };
}

export function seconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1_000);
}
