import type { EmulatedCall, EmulatedDeed, EmulatedMessage, EmulatedPlatform } from "../../src/contract/index.ts";
import { buttonsOf, type Fields } from "./messaging-emulator-world.ts";
import type { MessagingEmulator, MessagingPerson, StoredMessage } from "./messaging-emulator.ts";

export interface MessagingEmulatedParts {
  adapter: string;
  emulator: MessagingEmulator;
  settings: Record<string, unknown>;
  deeds: readonly EmulatedDeed["type"][];
}

/** People's names become ids; there are no groups here. */
export function createMessagingEmulated({
  adapter,
  emulator,
  settings,
  deeds,
}: MessagingEmulatedParts): EmulatedPlatform {
  const people = new Map<string, MessagingPerson>();
  function personOf(name: string): MessagingPerson {
    const known = people.get(name) ?? emulator.person(String(5_500_000_000_001 + people.size), name);
    people.set(name, known);
    return known;
  }

  return {
    adapter,
    settings,
    deeds,
    attach: (channelUrl) => emulator.caller.attach(channelUrl),
    async act(name, deed) {
      if (!deeds.includes(deed.type)) throw new Error(`Nobody can ${deed.type} on ${adapter}.`);
      perform(personOf(name), deed);
    },
    screen(name) {
      const { id } = personOf(name);
      return emulator.messages.filter(({ person }) => person === id).map(shown);
    },
    get calls() {
      return emulator.requests.map(({ at, method, path, status, body }): EmulatedCall => ({
        at,
        method,
        path,
        status,
        ...(body !== "" && { body }),
      }));
    },
    refuseNext: (times, retryAfterMs) => emulator.limits.refuseNext(times, retryAfterMs / 1_000),
    get insideRetryAfter() {
      return emulator.limits.inside;
    },
    close: () => emulator.close(),
  };
}

function perform(person: MessagingPerson, deed: EmulatedDeed): void {
  switch (deed.type) {
    case "say":
      return void person.says(deed.text, deed.replyTo === undefined ? {} : { reply_to: { mid: deed.replyTo } });
    case "photo":
      return void person.sendsPhoto({ name: deed.name, bytes: Buffer.from(deed.bytes) }, deed.text);
    case "press":
      return person.presses(deed.option, deed.messageId);
    case "scan":
      return open(person, deed.link);
    case "edit":
      return person.edits(deed.text, deed.messageId);
    case "delete":
      return person.unsends(deed.messageId);
    case "react":
      return person.reacts(deed.emoji, deed.messageId);
    default:
      return person.blocks();
  }
}

/** A link or a code; "ad:ID" is an ad that leads here. */
function open(person: MessagingPerson, link: string): void {
  const ad = /^ad:(\d+)$/.exec(link)?.[1];
  if (ad === undefined) person.scans(link);
  else person.clicksAd(ad);
}

function shown(message: StoredMessage): EmulatedMessage {
  const { mid, from, body, files, reactions, edits, isDeleted, at } = message;
  const [{ type = undefined } = {}] = [body.attachment as { type?: string } | undefined];
  const isFile = files.length > 0 || (type !== undefined && type !== "template");
  return {
    id: mid,
    from: from === "person" ? "person" : "hub",
    text: wordsOf(body),
    options: buttonsOf(message).map(({ id, label }) => ({ id, label })),
    ...(isFile && { file: type ?? "file" }),
    ...(reactions.length > 0 && { reactions }),
    ...(edits > 0 && { edited: true }),
    ...(isDeleted && { deleted: true }),
    at,
  };
}

function wordsOf({ text, attachment }: Fields): string {
  if (typeof text === "string") return text;
  const payload = (attachment as { payload?: Fields } | undefined)?.payload ?? {};
  if (typeof payload.text === "string") return payload.text;
  const elements = (payload.elements ?? []) as { title?: string; subtitle?: string }[];
  return elements.map(({ title, subtitle }) => [title, subtitle].filter(Boolean).join("\n")).join("\n\n");
}
