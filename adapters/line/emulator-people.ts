import type { Delivery, RawEvent } from "./emulator-delivery.ts";
import { fieldsOf } from "./emulator-validate.ts";
import type { GroupState, PersonState, World } from "./emulator-world.ts";

export interface Group {
  readonly groupId: string;
  readonly state: GroupState;
  /** The account is invited, or thrown out. */
  invites(): void;
  throwsOut(): void;
}

/** A customer with LINE in their hand. Where `group` is missing they are in their own chat with the account. */
export interface Person {
  readonly userId: string;
  readonly state: PersonState;
  follows(): void;
  blocks(): void;
  /** Returns the message's id. */
  says(text: string, more?: { group?: Group; replyTo?: string; mention?: boolean; mode?: "standby" }): string;
  sends(
    kind: "image" | "video" | "audio" | "file",
    file: { name: string; bytes: Uint8Array; type: string },
    group?: Group,
  ): string;
  sticks(packageId: string, stickerId: string, keywords?: string[]): string;
  edits(messageId: string, text: string, group: Group): void;
  unsends(messageId: string): void;
  /** Presses what bears this label or data in the newest message that has such a button. */
  presses(option: string, group?: Group): void;
  joins(group: Group): void;
  leaves(group: Group): void;
  /** Opens an entry link; resolves with the address that it ended at. */
  scans(link: string): Promise<string>;
}

export function createGroup(world: World, delivery: Delivery, state: GroupState): Group {
  const source = { type: "group", groupId: state.groupId };
  return {
    groupId: state.groupId,
    state,
    invites() {
      if (state.hasUs) return;
      state.hasUs = true;
      delivery.emit({ type: "join", source, replyToken: replyToken(world, state.groupId) });
    },
    throwsOut() {
      state.hasUs = false;
      delivery.emit({ type: "leave", source });
    },
  };
}

export function createPerson(world: World, delivery: Delivery, state: PersonState): Person {
  const hand: Hand = { world, delivery, state };
  return {
    userId: state.userId,
    state,
    ...talk(hand),
    ...moves(hand),
    presses(option, group) {
      const place = group?.groupId ?? state.userId;
      const data = buttonIn(world, place, option);
      const source = sourceIn(state, group);
      delivery.emit({ type: "postback", source, replyToken: replyToken(world, place), postback: { data } });
    },
    async scans(link) {
      const text = prefilledIn(link);
      if (text === undefined) return openLiff(hand, link);
      befriend(hand);
      send(hand, { type: "text", text }, text);
      return link;
    },
  };
}

/** What acting needs. */
interface Hand {
  world: World;
  delivery: Delivery;
  state: PersonState;
}

function sourceIn({ userId }: PersonState, group?: Group): Record<string, string> {
  return group ? { type: "group", groupId: group.groupId, userId } : { type: "user", userId };
}

/** Whoever writes to the account is its friend by then. */
function befriend({ world, delivery, state }: Hand): void {
  if (state.isFriend && !state.hasBlocked) return;
  const isUnblocked = state.hasBlocked;
  Object.assign(state, { isFriend: true, hasBlocked: false });
  const source = sourceIn(state);
  delivery.emit({ type: "follow", source, replyToken: replyToken(world, state.userId), follow: { isUnblocked } });
}

function send(hand: Hand, message: RawEvent, text: string, group?: Group, more: RawEvent = {}): string {
  const { world, delivery, state } = hand;
  if (!group) befriend(hand);
  const id = world.nextId();
  const place = group?.groupId ?? state.userId;
  const file = typeof message.fileName === "string" ? { file: message.fileName } : {};
  const quote = message.type === "text" || message.type === "sticker" ? { quoteToken: `quote-${id}` } : {};
  state.said.push({ id, place, text, ...file, atMs: world.now() });
  delivery.emit({
    type: "message",
    source: sourceIn(state, group),
    replyToken: replyToken(world, place),
    message: { id, ...message, ...quote, markAsReadToken: `read-${id}` },
    ...more,
  });
  return id;
}

function own({ said, name }: PersonState, id: string) {
  const found = said.find((each) => each.id === id);
  if (!found) throw new Error(`${name} wrote no message ${id}.`);
  return found;
}

function talk(hand: Hand): Pick<Person, "says" | "sends" | "sticks" | "edits" | "unsends"> {
  const { world, delivery, state } = hand;
  return {
    says(text, { group, replyTo, mention, mode } = {}) {
      const words = mention ? `@Emulated shop ${text}` : text;
      const mentionees = [{ index: 0, length: 14, type: "user", userId: world.botId, isSelf: true }];
      const asked = { ...(mention && { mention: { mentionees } }), ...(replyTo && { quotedMessageId: replyTo }) };
      return send(hand, { type: "text", text: words, ...asked }, words, group, mode ? { mode } : {});
    },
    sends(kind, { name, bytes, type }, group) {
      const about = { image: {}, video: { duration: 5_000 }, audio: { duration: 3_000 }, file: {} }[kind];
      const named =
        kind === "file" ? { fileName: name, fileSize: bytes.length } : { contentProvider: { type: "line" } };
      const id = send(hand, { type: kind, ...named, ...about }, "", group);
      own(state, id).file = name;
      world.files.set(id, { bytes, type, looks: 0 });
      return id;
    },
    sticks: (packageId, stickerId, keywords = []) =>
      send(
        hand,
        { type: "sticker", packageId, stickerId, stickerResourceType: "STATIC", keywords },
        keywords.join(", "),
      ),
    edits(messageId, text, group) {
      Object.assign(own(state, messageId), { text, edited: true });
      const message = { id: messageId, type: "text", text, quoteToken: `quote-${messageId}` };
      delivery.emit({ type: "messageEdited", source: sourceIn(state, group), message });
    },
    unsends(messageId) {
      const { place } = Object.assign(own(state, messageId), { unsent: true });
      const { userId } = state;
      const source = place === userId ? sourceIn(state) : { type: "group", groupId: place, userId };
      delivery.emit({ type: "unsend", source, unsend: { messageId } });
    },
  };
}

function moves(hand: Hand): Pick<Person, "follows" | "blocks" | "joins" | "leaves"> {
  const { world, delivery, state } = hand;
  const told = (type: string, { groupId, state: group }: Group, more: RawEvent) => {
    if (group.hasUs) delivery.emit({ type, source: { type: "group", groupId }, ...more });
  };
  return {
    follows: () => befriend(hand),
    blocks() {
      state.hasBlocked = true;
      delivery.emit({ type: "unfollow", source: sourceIn(state) });
    },
    joins(group) {
      group.state.members.add(state.userId);
      const members = [sourceIn(state)];
      told("memberJoined", group, { replyToken: replyToken(world, group.groupId), joined: { members } });
    },
    leaves(group) {
      group.state.members.delete(state.userId);
      told("memberLeft", group, { left: { members: [sourceIn(state)] } });
    },
  };
}

function replyToken(world: World, to: string): string {
  const token = `nHuyWiB7yP5Zw52FIkcQobQuGDXCTA${world.nextId()}`;
  world.replyTokens.set(token, { to, untilMs: world.now() + world.faults.replyTokenMs, used: false });
  return token;
}

/** @throws Error when no message has such a button */
function buttonIn({ sent }: World, place: string, option: string): string {
  for (const { to, message } of [...sent].reverse()) {
    if (to !== place) continue;
    const found = actionsOf(message).find(({ label, data }) => label === option || data === option);
    if (found) return found.data;
  }
  throw new Error(`No message here has a button "${option}".`);
}

/** The postback buttons anywhere in a message. */
export function actionsOf(value: unknown): { label: string; data: string }[] {
  if (Array.isArray(value)) return value.flatMap(actionsOf);
  const fields = fieldsOf(value);
  if (fields.type === "postback") return [{ label: String(fields.label), data: String(fields.data) }];
  return Object.values(fields).flatMap((inner) => (typeof inner === "object" ? actionsOf(inner) : []));
}

function prefilledIn(link: string): string | undefined {
  const query = /^https:\/\/line\.me\/R\/oaMessage\/[^/]+\/\?(.*)$/.exec(link)?.[1];
  return query === undefined ? undefined : decodeURIComponent(query);
}

/** What LINE's own browser does with a LIFF link: it opens the endpoint, whose page posts the proof of who came. */
async function openLiff(hand: Hand, link: string): Promise<string> {
  const { world, state } = hand;
  const query = URL.canParse(link) ? new URL(link).search : `?e=${encodeURIComponent(link)}`;
  if (!world.liffEndpoint) throw new Error("No LIFF app has this hub as its endpoint.");
  const page = await fetch(`${world.liffEndpoint}?${new URLSearchParams({ "liff.state": query }).toString()}`);
  if (!(await page.text()).includes(world.liffId))
    throw new Error(`The LIFF endpoint gave no page of this app (${page.status}).`);
  const answer = await fetch(world.liffEndpoint, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      idToken: idToken(world, state.userId, state.name),
      code: new URLSearchParams(query).get("e") ?? "",
    }),
  });
  if (!answer.ok) throw new Error(`The LIFF endpoint refused (${answer.status}): ${await answer.text()}`);
  befriend(hand);
  return String(fieldsOf(await answer.json()).chat);
}

/** Signed by nobody: this LINE knows its tokens by heart. */
export function idToken(
  world: World,
  sub: string,
  name: string,
  exp = Math.floor(world.now() / 1_000) + 3_600,
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: "https://access.line.me", sub, aud: world.liffId.split("-")[0], exp, iat: exp - 3_600, name };
  const token = `${part({ alg: "ES256", typ: "JWT" })}.${part(claims)}.${Buffer.from(world.nextId()).toString("base64url")}`;
  world.idTokens.set(token, { sub, name, exp });
  return token;
}
