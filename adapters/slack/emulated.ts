import type { EmulatedCall, EmulatedDeed, EmulatedMessage, EmulatedPlatform } from "../../src/contract/index.ts";
import { emojiName, emojiOf } from "./emoji.ts";
import { createSlackEmulator, type EmulatorOptions, type Person, type SlackEmulator } from "./emulator.ts";
import { optionsOf } from "./emulator-people.ts";
import type { RawChannel, SentMessage, StoredMessage } from "./emulator-world.ts";
import { unescapeText } from "./mrkdwn.ts";

const DEEDS = "say photo press scan join leave edit delete react".split(" ") as EmulatedDeed["type"][];

/** Slack as the lab and the tests that cross all channels drive it, by Socket Mode. */
export async function createEmulated(options: EmulatorOptions = {}): Promise<EmulatedPlatform> {
  const slack = await createSlackEmulator(options);
  const { apiRoot, botToken, appToken } = slack.settings;
  return {
    adapter: "slack",
    settings: { mode: "socket", apiRoot, botToken, appToken },
    deeds: DEEDS,
    attach: async () => undefined,
    act: async (name, deed) => act(slack, slack.person(name), deed),
    screen: (name) => screenOf(slack, slack.person(name)),
    get calls() {
      return slack.calls.map((call): EmulatedCall => call);
    },
    refuseNext: (times, retryAfterMs) => slack.limitNext(times, retryAfterMs),
    get insideRetryAfter() {
      return slack.insideRetryAfter;
    },
    close: () => slack.close(),
  };
}

function act(slack: SlackEmulator, person: Person, deed: EmulatedDeed): void {
  const channel = "place" in deed && deed.place !== undefined ? slack.channel(deed.place) : undefined;
  const where = channel ? { channel } : {};
  switch (deed.type) {
    case "say":
      return void person.says(`${deed.mention ? `<@${slack.botUserId}> ` : ""}${deed.text}`, {
        ...where,
        ...(deed.replyTo !== undefined && { thread: rootOf(channel ?? person.chat, deed.replyTo) }),
      });
    case "photo":
      return void person.sendsFile(deed.name, "image/png", Buffer.from(deed.bytes), deed.text, where);
    case "press":
      return person.presses(deed.messageId, deed.option, where);
    case "edit":
      return person.edits(deed.messageId, deed.text, where);
    case "delete":
      return person.deletes(deed.messageId, where);
    case "react":
      return person.reacts(deed.messageId, emojiName(deed.emoji) ?? deed.emoji.replaceAll(":", ""), where);
    default:
      return comeOrGo(slack, person, deed);
  }
}

function comeOrGo(slack: SlackEmulator, person: Person, deed: EmulatedDeed): void {
  if (deed.type === "scan") return scan(person, deed.link);
  if (deed.type === "join") return person.joins(slack.channel(deed.place));
  if (deed.type === "leave") return person.leaves(slack.channel(deed.place));
  throw new Error("Nobody can stop a Slack app for themselves alone.");
}

/** Slack's links carry no code: they open the chat. A bare code is typed as a slash command. */
function scan(person: Person, link: string): void {
  const target = URL.canParse(link) ? new URL(link) : undefined;
  if (!target) return person.commands("/start", link);
  if (!target.pathname.startsWith("/app_redirect")) throw new Error("This link does not lead to Slack.");
  person.opensApp("messages");
}

function rootOf(channel: RawChannel, ts: string): string {
  const message = channel.messages.get(ts);
  if (!message) throw new Error(`There is no message ${ts} in ${channel.name}.`);
  return message.thread_ts ?? ts;
}

/** The person's chat with the app, and the channels that they are in. */
function screenOf(slack: SlackEmulator, person: Person): EmulatedMessage[] {
  const channels = [...slack.world.channels.values()].filter(({ members }) => members.has(person.user.id));
  const shown = channels.flatMap((channel) =>
    [...channel.messages.values()].map((message) => messageOn(slack, channel, message)),
  );
  const privately = slack.sent.filter(({ person: only }) => only === person.user.id);
  const all = [...shown, ...privately.map((sent, index) => privateMessage(slack, sent, index))];
  return all.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function messageOn(slack: SlackEmulator, channel: RawChannel, message: StoredMessage): EmulatedMessage {
  const [file] = message.files ?? [];
  return {
    id: message.ts,
    ...(channel.type !== "im" && { place: channel.name }),
    from: message.bot_id === slack.world.botId ? "hub" : "person",
    text: unescapeText(message.text),
    options: optionsOf(message).map(({ label, value }) => ({ id: value, label })),
    ...(file && { file: file.name }),
    ...(message.reactions?.length && { reactions: message.reactions.map(({ name }) => emojiOf(name)) }),
    ...(message.edited && { edited: true }),
    at: new Date(Number(message.ts) * 1_000),
  };
}

/** What only this person sees. */
function privateMessage(slack: SlackEmulator, sent: SentMessage, index: number): EmulatedMessage {
  const channel = slack.world.channels.get(sent.channel);
  const at = new Date(performance.timeOrigin + sent.atMs);
  const place = channel && channel.type !== "im" ? { place: channel.name } : {};
  const blocks = (sent.args.blocks ?? []) as unknown[];
  const options = optionsOf({ type: "message", ts: "", text: "", blocks }).map(({ label, value }) => ({
    id: value,
    label,
  }));
  return { id: sent.ts || `private-${index}`, ...place, from: "hub", text: unescapeText(sent.text), options, at };
}
