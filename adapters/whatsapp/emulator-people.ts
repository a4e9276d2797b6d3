import type { EmulatedMessage } from "../../src/contract/index.ts";
import {
  contactOf,
  nextId,
  seconds,
  tell,
  tellMessage,
  tellStatus,
  type RawPerson,
  type World,
} from "./emulator-world.ts";

type Item = Record<string, unknown>;

export interface FileDeed {
  name: string;
  mimeType: string;
  bytes: Uint8Array;
  caption?: string;
}

/** A customer with the app in hand. Each deed returns the id of what was sent. */
export interface Person {
  readonly raw: RawPerson;
  says(text: string, more?: { replyTo?: string; group?: string; mention?: boolean; referral?: Item }): string;
  sends(kind: "image" | "audio" | "video" | "document" | "sticker", file: FileDeed, group?: string): string;
  /** An item of any shape. */
  does(item: Item, group?: string): string;
  presses(messageId: string, option: string, group?: string): string;
  reacts(messageId: string, emoji: string | undefined, group?: string): string;
  edits(messageId: string, text: string, group?: string): string;
  deletes(messageId: string, group?: string): string;
  /** Comes in by an ad that leads to WhatsApp. */
  clicksAd(adId: string, text: string): string;
  /** Has read all that the hub sent. */
  reads(): void;
  /** Gets another number, and with it another id. */
  changesNumber(phone: string, userId: string): void;
  joins(group: string, byLink: boolean): void;
  leaves(group: string): void;
}

export function createPerson(world: World, raw: RawPerson): Person {
  const send = (item: Item, group?: string) => tellMessage(world, raw, item, group);
  const show = (id: string, message: Partial<EmulatedMessage>, group?: string): string => {
    const shown = { text: "", options: [], ...message, id, from: "person" as const, at: world.now() };
    raw.screen.push({ ...shown, ...(group !== undefined && { place: group }) });
    return id;
  };

  return {
    raw,
    says(text, { replyTo, group, mention, referral } = {}) {
      const body = mention ? `@${world.number} ${text}` : text;
      const context = replyTo === undefined ? {} : { context: { from: world.number, id: replyTo } };
      return show(
        send({ type: "text", text: { body }, ...context, ...(referral && { referral }) }, group),
        { text: body },
        group,
      );
    },
    sends(kind, { name, mimeType, bytes, caption }, group) {
      const id = String(1_000_000_000_000_000 + ++world.count);
      world.files.set(id, { id, name, mimeType, bytes, urlUntilMs: 0 });
      const said = {
        id,
        mime_type: mimeType,
        sha256: "c2hhMjU2",
        ...(kind === "document" && { filename: name }),
        ...(caption !== undefined && { caption }),
      };
      return show(send({ type: kind, [kind]: said }, group), { text: caption ?? "", file: name }, group);
    },
    does: send,
    presses: (messageId, option, group) => send(pressOf(world, raw, messageId, option), group),
    reacts(messageId, emoji, group) {
      const reaction = { message_id: messageId, ...(emoji !== undefined && { emoji }) };
      change(raw, messageId, (message) => (message.reactions = emoji === undefined ? [] : [emoji]));
      return send({ type: "reaction", reaction }, group);
    },
    edits(messageId, text, group) {
      change(raw, messageId, (message) => Object.assign(message, { text, edited: true }));
      const message = { type: "text", text: { body: text } };
      return send({ type: "edit", edit: { original_message_id: messageId, message } }, group);
    },
    deletes(messageId, group) {
      change(raw, messageId, (message) => (message.deleted = true));
      return send({ type: "revoke", revoke: { original_message_id: messageId } }, group);
    },
    clicksAd: (adId, text) => show(send({ type: "text", text: { body: text }, referral: adOf(adId) }), { text }),
    reads() {
      for (const sent of world.sent) if (sent.to === raw) tellStatus(world, sent, "read");
    },
    ...createMoves(world, raw),
  };
}

function adOf(adId: string): Item {
  return {
    source_url: `https://fb.me/${adId}`,
    source_id: adId,
    source_type: "ad",
    headline: "Summer sale",
    body: "Chat with us",
    media_type: "image",
    image_url: "https://scontent.example/ad.jpg",
    ctwa_clid: `ARAk${adId}clid`,
  };
}

/** What changes who they are, or where. */
function createMoves(world: World, raw: RawPerson): Pick<Person, "changesNumber" | "joins" | "leaves"> {
  return {
    changesNumber(phone, userId) {
      const system = {
        body: `User ${raw.name} changed from ${raw.phone} to ${phone}`,
        type: "user_changed_number",
        wa_id: phone,
        ...(raw.hasUserId && { user_id: userId, previous_user_id: raw.userId }),
      };
      const item = { from: raw.phone, id: nextId(world), timestamp: seconds(world), type: "system", system };
      Object.assign(raw, { phone, userId });
      tell(world, "messages", { messages: [item] });
    },
    joins(group, byLink) {
      const members = world.groups.get(group) ?? new Set();
      world.groups.set(group, members.add(raw.userId));
      tellMembers(world, group, "group_participants_add", {
        ...(byLink && { reason: "invite_link" }),
        added_participants: [contactOf(raw)],
      });
    },
    leaves(group) {
      world.groups.get(group)?.delete(raw.userId);
      tellMembers(world, group, "group_participants_remove", {
        initiated_by: "participant",
        removed_participants: [contactOf(raw)],
      });
    },
  };
}

function tellMembers(world: World, group: string, type: string, more: Item): void {
  const item = { timestamp: seconds(world), group_id: group, type, ...more };
  tell(world, "group_participants_update", { groups: [item] });
}

/** A press says which button it was, and below which message; only what is on the screen can be pressed. */
function pressOf(world: World, raw: RawPerson, messageId: string, option: string): Item {
  const shown = raw.screen.find(({ id }) => id === messageId);
  const pressed = shown?.options.find(({ id }) => id === option);
  if (!pressed) throw new Error(`There is no button "${option}" below the message ${messageId} on this screen.`);
  const context = { from: world.number, id: messageId };
  const type = kindOf(world, messageId);
  if (type === "template") return { type: "button", button: { payload: option, text: pressed.label }, context };
  const reply = { id: pressed.id, title: pressed.label };
  const interactive =
    type === "list" ? { type: "list_reply", list_reply: reply } : { type: "button_reply", button_reply: reply };
  return { type: "interactive", interactive, context };
}

function kindOf(world: World, messageId: string): string {
  const body = world.sent.find(({ id }) => id === messageId)?.body ?? {};
  return body.type === "template" ? "template" : String((body.interactive as { type?: unknown } | undefined)?.type);
}

function change(raw: RawPerson, messageId: string, how: (message: EmulatedMessage) => void): void {
  const message = raw.screen.find(({ id }) => id === messageId);
  if (message) how(message);
}
