import type { EmulatedCall, EmulatedDeed, EmulatedMessage, EmulatedPlatform } from "../../src/contract/index.ts";
import { buttonsOf } from "./emulator-people.ts";
import {
  createTelegramEmulator,
  type EmulatorOptions,
  type Group,
  type Person,
  type StoredMessage,
  type TelegramEmulator,
} from "./emulator.ts";
import { messageIdOf, readMessageId } from "./place.ts";

/** Telegram tells a bot nothing of deleted messages. */
const DEEDS = ["say", "photo", "press", "scan", "join", "leave", "edit", "react", "block"] as const;
const FIRST_PERSON = 7_100_001;
const FIRST_GROUP = -1_002_100_000_001;
const FILES = ["document", "voice", "audio", "video", "sticker"];

/** Somebody with a telephone: their chat with the bot, and the groups they are in. */
interface Account {
  direct: Person;
  hasBlocked: boolean;
  groups: Map<string, Person>;
}

/** Telegram, as the lab and the tests that cross all channels drive it, by long polling. */
export async function createEmulated(options: EmulatorOptions = {}): Promise<EmulatedPlatform> {
  const telegram = await createTelegramEmulator(options);
  const accounts = new Map<string, Account>();
  const groups = new Map<string, Group>();

  function accountOf(name: string): Account {
    const known = accounts.get(name);
    if (known) return known;
    const direct = telegram.person(FIRST_PERSON + accounts.size, name);
    const made = { direct, hasBlocked: false, groups: new Map<string, Person>() };
    accounts.set(name, made);
    return made;
  }

  /** Whoever first names a group makes it, and adds the bot. */
  function groupOf(title: string, by: Person): Group {
    const known = groups.get(title);
    if (known) return known;
    const made = telegram.group(FIRST_GROUP - groups.size, title);
    made.addsBot(by);
    groups.set(title, made);
    return made;
  }

  /** The person as they act there. Who writes in a group is in it. */
  function personIn({ direct, groups: own }: Account, place: string | undefined): Person {
    if (place === undefined) return direct;
    const person = own.get(place) ?? direct.in(groupOf(place, direct));
    own.set(place, person);
    return person;
  }

  return {
    adapter: "telegram",
    settings: { token: telegram.token, apiRoot: telegram.apiRoot, username: telegram.username },
    deeds: DEEDS,
    attach: async () => undefined,
    async act(name, deed) {
      const account = accountOf(name);
      if (deed.type === "block") return setBlocked(account, true);
      setBlocked(account, false); // Telegram asks them to restart the bot first
      if (deed.type === "join" || deed.type === "leave")
        return move(telegram, account, groupOf(deed.place, account.direct), deed);
      perform(telegram, personIn(account, "place" in deed ? deed.place : undefined), deed);
    },
    screen: (name) => screenOf(telegram, accountOf(name)),
    get calls() {
      return telegram.history.requests.map(callOf);
    },
    refuseNext: (times, retryAfterMs) => telegram.slowDown(times, retryAfterMs),
    get insideRetryAfter() {
      return telegram.history.insideRetryAfter;
    },
    close: () => telegram.close(),
  };
}

function setBlocked(account: Account, blocks: boolean): void {
  if (account.hasBlocked === blocks) return;
  account.hasBlocked = blocks;
  if (blocks) account.direct.blocks();
  else account.direct.unblocks();
}

type Move = Extract<EmulatedDeed, { type: "join" | "leave" }>;

function move(telegram: TelegramEmulator, { direct, groups }: Account, group: Group, deed: Move): void {
  const { place } = deed;
  if (deed.type === "leave") {
    if (!groups.delete(place)) throw new Error(`They are not in ${place}.`);
    return group.leaves(direct);
  }
  const person = direct.in(group);
  groups.set(place, person);
  const code = codeIn(telegram, deed.link, "startgroup");
  // The link adds the bot to a group and says its code there; a bare code is an invite link of that name.
  if (deed.link !== undefined && code !== deed.link) person.scans(code);
  else group.joins(direct, code);
}

type Deed = Exclude<EmulatedDeed, Move | { type: "block" }>;

function perform(telegram: TelegramEmulator, person: Person, deed: Deed): void {
  switch (deed.type) {
    case "say": {
      const answered = deed.replyTo === undefined ? undefined : messageOn(telegram, person, deed.replyTo);
      const text = deed.mention ? `@${telegram.username} ${deed.text}` : deed.text;
      return void person.says(text, answered && { reply_to_message: answered });
    }
    case "photo":
      return void person.sendsPhoto(deed.text, { name: deed.name, bytes: Buffer.from(deed.bytes) });
    case "press":
      return person.presses(deed.option, messageOn(telegram, person, deed.messageId).message_id);
    case "scan":
      return void person.scans(codeIn(telegram, deed.link, "start"));
    case "edit": {
      const message = messageOn(telegram, person, deed.messageId);
      if (message.from?.id !== person.user.id) throw new Error("On Telegram people edit their own messages only.");
      return person.edits(deed.text, message.message_id);
    }
    case "react":
      return person.reacts(deed.emoji, messageOn(telegram, person, deed.messageId).message_id);
    case "delete":
      throw new Error("Telegram tells a bot nothing of deleted messages.");
  }
}

/** @throws Error when no such message stands there */
function messageOn(telegram: TelegramEmulator, { chatId }: Person, id: string): StoredMessage {
  const message = telegram.messages(chatId).find(({ message_id }) => messageIdOf(chatId, message_id) === id);
  if (!message) throw new Error(`There is no message ${id} in this chat.`);
  return message;
}

/** The code of a link that leads to this bot; what is no link is a code. @throws Error when it leads elsewhere */
function codeIn(telegram: TelegramEmulator, link: string | undefined, parameter: string): string | undefined {
  if (link === undefined || !URL.canParse(link)) return link;
  const { host, pathname, searchParams } = new URL(link);
  if (host !== "t.me" || pathname !== `/${telegram.username}`)
    throw new Error(`This link does not lead to @${telegram.username} on Telegram.`);
  return searchParams.get(parameter) ?? undefined;
}

function screenOf(telegram: TelegramEmulator, { direct, groups }: Account): EmulatedMessage[] {
  const chats: [string | undefined, Person][] = [[undefined, direct], ...groups];
  const shown = chats.flatMap(([place, { chatId }]) =>
    telegram.messages(chatId).flatMap((message) => shownMessage(telegram, message, place) ?? []),
  );
  // Telegram dates by the second; within a chat the numbers tell the order.
  return shown.sort((a, b) => a.at.getTime() - b.at.getTime() || readMessageId(a.id) - readMessageId(b.id));
}

function shownMessage(
  telegram: TelegramEmulator,
  message: StoredMessage,
  place: string | undefined,
): EmulatedMessage | undefined {
  if (message.new_chat_members || message.left_chat_member) return undefined;
  const reactions = ((message.reactionOf ?? []) as { emoji: string }[]).map(({ emoji }) => emoji);
  const file = fileIn(message);
  return {
    id: messageIdOf(message.chat.id, message.message_id),
    ...(place !== undefined && { place }),
    from: message.from?.id === Number(telegram.token.split(":")[0]) ? "hub" : "person",
    text: String(message.text ?? message.caption ?? ""),
    options: buttonsOf(message).map(({ callback_data, text }) => ({ id: callback_data, label: text })),
    ...(file !== undefined && { file }),
    ...(reactions.length > 0 && { reactions }),
    ...(message.edit_date !== undefined && { edited: true }),
    at: new Date(message.date * 1_000),
  };
}

function fileIn(message: StoredMessage): string | undefined {
  if (message.photo) return "photo";
  const kind = FILES.find((field) => message[field] !== undefined);
  return kind && ((message[kind] as { file_name?: string }).file_name ?? kind);
}

function callOf({ method, atMs, status, fields }: TelegramEmulator["history"]["requests"][number]): EmulatedCall {
  const { secret_token: _secret, ...shown } = fields;
  const body = JSON.stringify(shown, (_name, value: unknown) =>
    value instanceof Object && "bytes" in value ? { ...value, bytes: "..." } : value,
  );
  return {
    at: new Date(performance.timeOrigin + atMs),
    method: "POST",
    path: `/${method}`,
    status,
    ...(body !== "{}" && { body }),
  };
}
