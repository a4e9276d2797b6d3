import type { GraphCaller } from "./emulator.ts";
import { GET_STARTED } from "./messaging-profile.ts";

export type Fields = Record<string, unknown>;

/** How the two platforms differ, as far as an emulator must know. */
export interface MessagingPlatform {
  object: "page" | "instagram";
  /** Texts: characters on Messenger, bytes on Instagram. */
  isTooLong(text: string): boolean;
  windowSubcode: number;
  /** Instagram leaves the app's id out of its echoes. */
  echoesNameTheApp: boolean;
  /** Messenger reports deliveries, and marks reading by a time; Instagram names the message. */
  readsByTime: boolean;
  reactions: "any" | "love";
  uploads: boolean;
}

export interface StoredMessage {
  mid: string;
  person: string;
  from: "person" | "hub" | "elsewhere";
  at: Date;
  /** As it was sent, in the platform's own fields. */
  body: Fields;
  files: number[];
  reactions: string[];
  edits: number;
  isDeleted: boolean;
}

export interface PersonState {
  id: string;
  name: string;
  username: string;
  /** When they last did something that opens the window. */
  heardAt?: Date;
  isBlocking: boolean;
  /** Sender actions that reached them. */
  actions: string[];
}

export interface StoredFile {
  name: string;
  mimeType: string;
  bytes: Buffer;
}

export interface World {
  platform: MessagingPlatform;
  accountId: string;
  appId: string;
  username: string;
  people: Map<string, PersonState>;
  /** In the order in which they were sent. */
  messages: StoredMessage[];
  files: StoredFile[];
  /** Addresses that were made before are no longer good. */
  generation: number;
  /** The messaging profile: get_started, greeting, ice_breakers, persistent_menu. */
  profile: Fields;
  subscribed: string[];
  caller: GraphCaller;
  baseUrl: () => string;
  now: () => Date;
}

let lastMid = 0;

export function newMid(world: World): string {
  const text = `${world.accountId}:${++lastMid}:${world.messages.length}`;
  const mark = Buffer.from(text).toString("base64url");
  return world.platform.object === "page" ? `m_${mark}` : `aWdfZAG1faXRlbToxOk${mark}`;
}

export function store(
  world: World,
  message: Pick<StoredMessage, "person" | "from" | "body"> & { mid?: string; files?: number[] },
): StoredMessage {
  const blank = { mid: newMid(world), files: [], reactions: [], edits: 0, isDeleted: false, at: world.now() };
  const stored: StoredMessage = { ...blank, ...message };
  world.messages.push(stored);
  return stored;
}

/** Tells the webhook of something about a person; `by` is who did it. */
export function tell(world: World, person: string, what: Fields, by: "person" | "account" = "person"): void {
  const [sender, recipient] = by === "person" ? [person, world.accountId] : [world.accountId, person];
  const timestamp = world.now().getTime();
  const item = { sender: { id: sender }, recipient: { id: recipient }, timestamp, ...what };
  world.caller.deliver({ id: world.accountId, time: timestamp, messaging: [item] });
}

export function hear(world: World, person: PersonState): void {
  person.heardAt = world.now();
}

export function messageOf(world: World, mid: string | undefined): StoredMessage | undefined {
  return world.messages.find((message) => message.mid === mid);
}

export function addFile(world: World, file: StoredFile): number {
  return world.files.push(file) - 1;
}

/** An address that is good until the files expire. */
export function fileAddress(world: World, index: number): string {
  return `${world.baseUrl()}/cdn/files/${index}/${encodeURIComponent(world.files[index]?.name ?? "")}?oe=${world.generation}`;
}

export function getStartedPayload({ profile }: World): string | undefined {
  const button = profile.get_started as { payload?: string } | undefined;
  return button && (button.payload ?? GET_STARTED);
}

export interface Button {
  id: string;
  label: string;
  isQuickReply: boolean;
}

/** What can be pressed under a message of the hub's. */
export function buttonsOf({ body }: StoredMessage): Button[] {
  const quick = ((body.quick_replies as { title: string; payload: string }[] | undefined) ?? []).map(
    ({ title, payload }) => ({ id: payload, label: title, isQuickReply: true }),
  );
  const payload = (body.attachment as { payload?: Fields } | undefined)?.payload ?? {};
  const elements = (payload.elements as { buttons?: Fields[] }[] | undefined) ?? [];
  const buttons = [
    ...((payload.buttons as Fields[] | undefined) ?? []),
    ...elements.flatMap((each) => each.buttons ?? []),
  ];
  return [
    ...quick,
    ...buttons.map((each) => ({ id: String(each.payload), label: String(each.title), isQuickReply: false })),
  ];
}
