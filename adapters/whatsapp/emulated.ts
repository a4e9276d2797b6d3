import type { EmulatedDeed, EmulatedPlatform } from "../../src/contract/index.ts";
import { createWhatsAppEmulator, type EmulatorOptions, type Person, type WhatsAppEmulator } from "./emulator.ts";

const APP_SECRET = "0123456789abcdef0123456789abcdef";
const VERIFY_TOKEN = "emulated-verify-token";
const DEEDS = ["say", "photo", "press", "scan", "join", "leave", "edit", "delete", "react", "block"] as const;

/** A WhatsApp on loopback with people in it. */
export async function createEmulated(options: EmulatorOptions = {}): Promise<EmulatedPlatform> {
  const emulator = await createWhatsAppEmulator({ appSecret: APP_SECRET, verifyToken: VERIFY_TOKEN, ...options });
  const people = new Map<string, Person>();
  const groups = new Map<string, string>();

  /** Each name gets a number when it is first used. */
  function personOf(name: string): Person {
    const known = people.get(name) ?? emulator.person(String(4_915_700_000_000 + people.size), name);
    people.set(name, known);
    return known;
  }

  function groupOf(title: string | undefined): string | undefined {
    if (title === undefined) return undefined;
    const id = groups.get(title) ?? `Y2FwaV9ncm91cDo${Buffer.from(title).toString("base64url")}`;
    groups.set(title, id);
    return id;
  }

  const titleOf = (id: string | undefined) => [...groups].find(([, known]) => known === id)?.[0];
  return {
    adapter: "whatsapp",
    settings: settingsOf(emulator, options),
    deeds: DEEDS,
    attach: (channelUrl) => emulator.caller.attach(channelUrl),
    async act(name, deed) {
      perform(personOf(name), deed, groupOf("place" in deed ? deed.place : undefined));
    },
    screen: (name) =>
      personOf(name).raw.screen.map(({ place, ...message }) => {
        const title = titleOf(place);
        return { ...message, ...(title !== undefined && { place: title }) };
      }),
    get calls() {
      return emulator.server.requests.map(({ at, method, path, status, body }) => ({
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

function settingsOf(emulator: WhatsAppEmulator, options: EmulatorOptions): Record<string, unknown> {
  return {
    accessToken: emulator.accessToken,
    appSecret: options.appSecret ?? APP_SECRET,
    verifyToken: options.verifyToken ?? VERIFY_TOKEN,
    phoneNumberId: emulator.phoneNumberId,
    accountId: emulator.accountId,
    baseUrl: emulator.url,
  };
}

function perform(person: Person, deed: EmulatedDeed, group: string | undefined): void {
  switch (deed.type) {
    case "say": {
      const { text, replyTo, mention } = deed;
      const more = {
        ...(replyTo !== undefined && { replyTo }),
        ...(mention && { mention }),
        ...(group !== undefined && { group }),
      };
      return void person.says(text, more);
    }
    case "photo": {
      const { name, bytes, text } = deed;
      return void person.sends(
        "image",
        { name, bytes, mimeType: "image/jpeg", ...(text !== undefined && { caption: text }) },
        group,
      );
    }
    case "press":
      return void person.presses(deed.messageId, deed.option, group);
    case "scan":
      return open(person, deed.link);
    case "join":
      return person.joins(group!, deed.link !== undefined);
    case "leave":
      return person.leaves(group!);
    default:
      return change(person, deed, group);
  }
}

function change(
  person: Person,
  deed: Extract<EmulatedDeed, { type: "edit" | "delete" | "react" | "block" }>,
  group: string | undefined,
): void {
  if (deed.type === "block") return void (person.raw.blocked = true);
  if (!person.raw.screen.some(({ id }) => id === deed.messageId))
    throw new Error(`There is no message ${deed.messageId} on this screen.`);
  if (deed.type === "edit") person.edits(deed.messageId, deed.text, group);
  else if (deed.type === "delete") person.deletes(deed.messageId, group);
  else person.reacts(deed.messageId, deed.emoji, group);
}

/** wa.me puts a text into the person's field, and they send it; "ad:ID" is an ad that leads to WhatsApp; a code is typed. */
function open(person: Person, link: string): void {
  const ad = /^ad:(\d+)$/.exec(link)?.[1];
  if (ad !== undefined) return void person.clicksAd(ad, "Hello! Can I get more info on this?");
  if (!URL.canParse(link)) return void person.says(link);
  const url = new URL(link);
  if (url.host !== "wa.me")
    throw new Error(`${url.host} does not lead to WhatsApp; open a wa.me link, ad:ID or a code.`);
  person.says(url.searchParams.get("text") ?? "Hello");
}
