import type { EmulatedDeed, EmulatedMessage, EmulatedPlatform } from "../../src/contract/index.ts";
import { createLineEmulator, type EmulatorOptions, type Group, type LineEmulator, type Person } from "./emulator.ts";
import { actionsOf } from "./emulator-people.ts";
import { fieldsOf } from "./emulator-validate.ts";
import type { SentMessage } from "./emulator-world.ts";

/** LINE, as the lab and the tests that cross all channels drive it. */
export async function createEmulated(options: EmulatorOptions = {}): Promise<EmulatedPlatform> {
  const line = await createLineEmulator(options);
  const people = new Map<string, Person>();
  const groups = new Map<string, Group>();

  const person = (name: string): Person => {
    const known = people.get(name) ?? line.person(name);
    people.set(name, known);
    return known;
  };
  /** Who acts in a group is one of its members, and so is the account. */
  const groupOf = (name: string | undefined, member: Person): Group | undefined => {
    if (name === undefined) return undefined;
    const known = groups.get(name) ?? line.group(name);
    groups.set(name, known);
    known.invites();
    known.state.members.add(member.userId);
    return known;
  };

  return {
    adapter: "line",
    settings: {
      channelSecret: line.channelSecret,
      channelAccessToken: line.token,
      liffId: line.liffId,
      apiBase: line.base,
      dataBase: line.base,
    },
    deeds: ["say", "photo", "press", "scan", "join", "leave", "edit", "delete", "block"],
    attach: async (channelUrl) => line.attach(channelUrl),
    async act(name, deed) {
      const one = person(name);
      await perform(one, deed, (place) => groupOf(place, one));
      await line.settle();
    },
    screen: (name) => screenOf(line, person(name), groups),
    get calls() {
      return line.calls.map(({ atMs, method, path, status, body }) => ({
        at: new Date(atMs),
        method,
        path,
        status,
        ...(body && { body }),
      }));
    },
    refuseNext: (times, retryAfterMs) => line.refuseSends(times, retryAfterMs),
    get insideRetryAfter() {
      return line.insideRetryAfter;
    },
    close: () => line.close(),
  };
}

async function perform(
  person: Person,
  deed: EmulatedDeed,
  groupOf: (name?: string) => Group | undefined,
): Promise<void> {
  switch (deed.type) {
    case "say": {
      const { text, replyTo, mention } = deed;
      const group = groupOf(deed.place);
      person.says(text, { ...(group && { group }), ...(replyTo && { replyTo }), ...(mention && { mention }) });
      return;
    }
    case "photo":
      person.sends("image", { name: deed.name, bytes: deed.bytes, type: "image/jpeg" }, groupOf(deed.place));
      // A picture on LINE bears no words; they follow it.
      if (deed.text)
        await perform(person, { type: "say", text: deed.text, ...(deed.place && { place: deed.place }) }, groupOf);
      return;
    case "press":
      return person.presses(deed.option, groupOf(deed.place));
    case "scan":
      await person.scans(deed.link);
      return;
    case "edit": {
      const group = groupOf(deed.place);
      if (!group) throw new Error("On LINE messages can be edited in groups only.");
      return person.edits(deed.messageId, deed.text, group);
    }
    case "delete":
      return person.unsends(deed.messageId);
    case "block":
      return person.blocks();
    case "react":
      throw new Error("LINE tells an account nothing of reactions.");
    default:
      return move(person, deed, groupOf);
  }
}

function move(
  person: Person,
  deed: Extract<EmulatedDeed, { type: "join" | "leave" }>,
  groupOf: (name?: string) => Group | undefined,
): void {
  const group = groupOf(deed.place);
  if (group && deed.type === "join") person.joins(group);
  if (group && deed.type === "leave") person.leaves(group);
}

function screenOf(
  line: LineEmulator,
  { userId, state }: Person,
  groups: ReadonlyMap<string, Group>,
): EmulatedMessage[] {
  const names = new Map([...groups].map(([name, { groupId }]) => [groupId, name]));
  const placed = (place: string) => (names.has(place) ? { place: names.get(place)! } : {});
  const own = state.said.map(({ id, place, text, file, atMs, edited, unsent }): EmulatedMessage => ({
    id,
    ...placed(place),
    from: "person",
    text,
    options: [],
    ...(file !== undefined && { file }),
    ...(edited && { edited }),
    ...(unsent && { deleted: true }),
    at: new Date(atMs),
  }));
  const isHere = ({ to }: SentMessage) => to === userId || line.world.groups.get(to)?.members.has(userId);
  const theirs = line.sent.filter(isHere).map(({ id, to, message, atMs }): EmulatedMessage => ({
    id,
    ...placed(to),
    from: "hub",
    text: shownText(message),
    options: actionsOf(message).map(({ data, label }) => ({ id: data, label })),
    ...fileIn(message),
    at: new Date(atMs),
  }));
  return [...own, ...theirs].sort((a, b) => a.at.getTime() - b.at.getTime() || (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

/** What a person reads: a text, the words above buttons, all words of a Flex message, a place's name. */
export function shownText(message: Record<string, unknown>): string {
  if (message.type === "flex") return textsIn(message.contents).join("\n");
  if (message.type === "template") return String(fieldsOf(message.template).text ?? "");
  return String(message.text ?? message.title ?? "");
}

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  const fields = fieldsOf(value);
  if (fields.type === "text") return [String(fields.text)];
  return Object.values(fields).flatMap((inner) => (typeof inner === "object" ? textsIn(inner) : []));
}

function fileIn({ type, originalContentUrl, stickerId }: Record<string, unknown>): { file?: string } {
  if (type === "sticker") return { file: `sticker ${String(stickerId)}` };
  return typeof originalContentUrl === "string" ? { file: originalContentUrl } : {};
}
