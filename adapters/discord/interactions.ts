import type { Entry, FilePart, HubEvent, Part, Referrer } from "../../src/contract/index.ts";
import { enteredIn, filePart, partsOf } from "./content.ts";
import { actorOf, type Self } from "./people.ts";
import { placeOf } from "./place.ts";
import { momentOf, type Added, type Attachment, type Interaction, type InteractionData, type Option } from "./wire.ts";

export const KIND = { ping: 1, command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
/** Discord takes answers to an interaction for 15 minutes; the last one is left for the way. */
const LIFE_MS = 14 * 60_000;
const BOT_DM = 1;
const CODE = /^[\w-]{1,64}$/;
/** What our buttons carry: "o0:" and an option's id, or "e:" and an entry point's code. */
const OPTION = /^o\d*:([^]+)$/;
const ENTRY = /^e:([\w-]{1,64})$/;
/** A command of this name opens the door for the code in it. */
export const START = "start";

/** Kinds of a command's options. */
const STRING = 3;
const ATTACHMENT = 11;

export const optionId = (id: string, card = 0) => `o${card === 0 ? "" : card}:${id}`;
export const entryId = (code: string) => `e:${code}`;

/** What a slash command, a pressed button, a menu or a form means. */
export function fromInteraction(interaction: Interaction, added: Added, self: Self): HubEvent {
  const { id, type, data } = interaction;
  const event = { id, ...where(interaction, added), ...who(interaction, self), sentAt: momentOf(id) };
  const referrer = referrerOf(interaction, event.sentAt);
  if (type === KIND.component) return fromComponent(interaction, { ...event, referrer });
  if (type === KIND.modal) {
    const parts = enteredIn(data?.components ?? []).map((text): Part => ({ type: "text", text }));
    if (parts.length > 0) return { type: "message", ...event, referrer, parts, addressed: true };
  }
  if (type === KIND.command && data?.name) return fromCommand(data, { ...event, referrer });
  return { type: "unknown", ...event, reason: `An interaction of the kind ${type} is not carried.` };
}

type Event = ReturnType<typeof where> & { id: string; sentAt: Date; referrer: Referrer };

function where({ channel, channel_id, guild_id, context }: Interaction, added: Added) {
  const placed = {
    channel_id: channel?.id ?? channel_id ?? "0",
    guild_id,
    channel_type: channel?.type ?? (context === BOT_DM ? 1 : undefined),
  };
  const known = channel?.type == null ? added : { ...added, channel: named(channel.type, channel.name) };
  return placeOf(placed, known);
}

function named(type: number, name: string | null | undefined) {
  return { type, ...(name && { name }) };
}

function who({ member, user, locale }: Interaction, self: Self) {
  const person = member?.user ?? user;
  return person ? { actor: actorOf(person, self, { nick: member?.nick, ...(locale && { locale }) }) } : {};
}

/** What the answer needs. The token is good for this one interaction, for 15 minutes. */
function referrerOf({ id, token, type, application_id }: Interaction, sentAt: Date): Referrer {
  const kind = type === KIND.component ? "component" : "command";
  return {
    data: { interaction: id, token, kind, ...(application_id && { application: application_id }) },
    expiresAt: new Date(sentAt.getTime() + LIFE_MS),
  };
}

function fromComponent({ data, message }: Interaction, event: Event): HubEvent {
  const chosen = data?.values?.[0] ?? data?.custom_id ?? "";
  const code = ENTRY.exec(chosen)?.[1];
  // Whoever wrote the button wrote the code: the person could not change it.
  if (code !== undefined) return { type: "entered", ...event, entry: { code, method: "start-param", raw: chosen } };
  if (chosen === "") return { type: "unknown", ...event, reason: "A menu was closed without a choice." };
  const choice = OPTION.exec(chosen)?.[1] ?? chosen;
  return { type: "pressed", ...event, choice, ...(message && { messageId: message.id }) };
}

function fromCommand(data: InteractionData, event: Event): HubEvent {
  const given = givenIn(data.options ?? []);
  if (!isStart(data)) return { type: "message", ...event, parts: commandParts(data, given), addressed: true };
  const code = given.find(({ value }) => CODE.test(value))?.value;
  const entry: Entry | undefined =
    code === undefined ? undefined : { code, method: "prefilled", raw: `/${START} ${code}` };
  const { referrer: _answeredAlready, ...entered } = event;
  return { type: "entered", ...entered, ...(entry && { entry }) };
}

export function isStart({ name, type }: { name?: unknown; type?: unknown }): boolean {
  return name === START && (type ?? 1) === 1;
}

/** A command on a message is about its words; files are shown; words given are the message. */
function commandParts(data: InteractionData, given: Given[]): Part[] {
  const { attachments, messages } = data.resolved ?? {};
  const target =
    messages && data.target_id && Object.hasOwn(messages, data.target_id) ? messages[data.target_id] : undefined;
  const name = `/${data.name ?? ""}`;
  if (target) return [{ type: "text", text: name }, ...partsOf(target, ({ id, url }) => url ?? id)];
  const files = Object.values(attachments ?? {}).flatMap((file) => attachmentPart(file) ?? []);
  const words = given.filter(({ type }) => type !== ATTACHMENT);
  if (words.length === 0 && files.length > 0) return files;
  return [{ type: "text", text: commandText(name, words) }, ...files];
}

/** One text given to a command is the question itself. */
function commandText(name: string, given: Given[]): string {
  const [first] = given;
  if (first && given.length === 1 && first.type === STRING && first.value.trim() !== "") return first.value;
  return [name, ...given.map(({ name: option, value }) => (value === "" ? option : `${option}: ${value}`))].join(" ");
}

/** A file given to a command belongs to no message, so that its address cannot be asked for again. */
function attachmentPart(attachment: Attachment): FilePart | undefined {
  return attachment.url ? filePart(attachment, attachment.url) : undefined;
}

interface Given {
  name: string;
  type: number;
  value: string;
}

/** All options, those of subcommands after the subcommand's name. */
function givenIn(options: readonly Option[], depth = 0): Given[] {
  if (depth > 3) return [];
  return options.flatMap(({ name, type, value, options: inner }) => [
    { name, type: type ?? 0, value: value == null ? "" : String(value) },
    ...givenIn(inner ?? [], depth + 1),
  ]);
}
