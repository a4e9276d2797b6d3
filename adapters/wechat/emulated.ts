import type { EmulatedDeed, EmulatedMessage, EmulatedPlatform } from "../../src/contract/index.ts";
import { createWechatEmulator, type EmulatorOptions, type Person } from "./emulator.ts";

const DEEDS: readonly EmulatedDeed["type"][] = ["say", "photo", "press", "scan", "block"];

/** WeChat for the lab: one account, its followers, and what stands on their screens. */
export async function createEmulated(
  options: EmulatorOptions & { replies?: "api" | "passive" } = {},
): Promise<EmulatedPlatform> {
  const wechat = await createWechatEmulator(options);
  const people = new Map<string, Person>();
  const personNamed = (name: string): Person => {
    const known = people.get(name) ?? wechat.person(name);
    people.set(name, known);
    return known;
  };

  return {
    adapter: "wechat",
    settings: { ...wechat.settings, replies: options.replies ?? "api" },
    deeds: DEEDS,
    calls: wechat.calls,
    async attach(channelUrl) {
      wechat.attach(channelUrl);
    },
    async act(person, deed) {
      perform(personNamed(person), deed);
    },
    screen: (person) => personNamed(person).screen.map(({ by: _by, ...message }): EmulatedMessage => message),
    refuseNext: (times, retryAfterMs) => wechat.slowDown(times, retryAfterMs),
    get insideRetryAfter() {
      return wechat.insideRetryAfter;
    },
    close: () => wechat.close(),
  };
}

function perform(person: Person, deed: EmulatedDeed): void {
  if ("place" in deed && deed.place !== undefined) throw new Error("An Official Account has no groups.");
  switch (deed.type) {
    case "say":
      return void person.says(deed.text);
    case "photo":
      person.sendsPicture(deed.name, Buffer.from(deed.bytes));
      return deed.text === undefined ? undefined : void person.says(deed.text);
    case "press":
      return void person.picks(deed.option, deed.messageId);
    case "scan":
      return person.scans(deed.link);
    case "block":
      return person.unfollows();
    default:
      throw new Error(`On WeChat nobody can ${deed.type}.`);
  }
}
