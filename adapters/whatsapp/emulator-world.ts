import type { EmulatedMessage } from "../../src/contract/index.ts";
import type { GraphCaller } from "../graph/emulator.ts";

const HOUR_MS = 3_600_000;
export const WINDOW_MS = 24 * HOUR_MS;
export const AD_WINDOW_MS = 72 * HOUR_MS;

export interface RawPerson {
  phone: string;
  /** Their id for this business. */
  userId: string;
  name: string;
  username?: string;
  /** Whether what they do still names their number. */
  hidesNumber: boolean;
  /** Whether the platform knows ids for a business already; without them it is the year 2025. */
  hasUserId: boolean;
  blocked: boolean;
  windowUntilMs: number;
  screen: EmulatedMessage[];
}

export interface RawFile {
  id: string;
  name: string;
  mimeType: string;
  bytes: Uint8Array;
  /** Until when the last address given out is good. */
  urlUntilMs: number;
}

/** A send that was accepted. */
export interface SentMessage {
  id: string;
  to: RawPerson | undefined;
  group?: string;
  body: Record<string, unknown>;
  at: Date;
}

export interface World {
  accountId: string;
  phoneNumberId: string;
  /** Digits. */
  number: string;
  name: string;
  people: Map<string, RawPerson>;
  /** Members, by the group's id. */
  groups: Map<string, Set<string>>;
  files: Map<string, RawFile>;
  sent: SentMessage[];
  /** Message ids that people were shown as read, and below which typing was shown. */
  read: string[];
  typing: string[];
  templates: Map<string, { body: string; values: number }>;
  caller: GraphCaller;
  /** The address that was set for this number. */
  webhook?: string;
  now: () => Date;
  count: number;
}

export function nextId(world: World): string {
  const number = String(++world.count).padStart(8, "0");
  return `wamid.${Buffer.from(`emulated ${world.phoneNumberId} ${number}`).toString("base64")}`;
}

export function seconds(world: World): string {
  return String(Math.floor(world.now().getTime() / 1_000));
}

type Item = Record<string, unknown>;

/** Delivers one change, as Meta wraps it. */
export function tell(world: World, field: string, value: Item): void {
  const metadata = { display_phone_number: world.number, phone_number_id: world.phoneNumberId };
  const change = { field, value: { messaging_product: "whatsapp", metadata, ...value } };
  world.caller.deliver({ id: world.accountId, changes: [change] });
}

/** Who a person is, as `contacts` says it. */
export function contactOf(person: RawPerson): Item {
  const { phone, userId, name, username, hidesNumber, hasUserId } = person;
  return {
    profile: { name, ...(username !== undefined && { username }) },
    ...(!hidesNumber && { wa_id: phone }),
    ...(hasUserId && { user_id: userId }),
  };
}

/** The fields by which an item names its sender. */
export function senderOf({ phone, userId, hidesNumber, hasUserId }: RawPerson): Item {
  return { ...(!hidesNumber && { from: phone }), ...(hasUserId && { from_user_id: userId }) };
}

/** Delivers what a person did; what they say opens the window, in their direct chat. */
export function tellMessage(world: World, person: RawPerson, item: Item, group?: string): string {
  const id = nextId(world);
  const place = group === undefined ? {} : { group_id: group };
  const message = { ...senderOf(person), ...place, id, timestamp: seconds(world), ...item };
  if (group === undefined) {
    const forMs = item.referral === undefined ? WINDOW_MS : AD_WINDOW_MS;
    person.windowUntilMs = Math.max(person.windowUntilMs, world.now().getTime() + forMs);
  }
  tell(world, "messages", { contacts: [contactOf(person)], messages: [message] });
  return id;
}

/** Delivers how far a message of the hub's has come. */
export function tellStatus(world: World, sent: SentMessage, status: string, errors?: Item[]): void {
  const { to, group, id, body } = sent;
  const opaque = body.biz_opaque_callback_data;
  const toPhone = typeof body.to === "string";
  const recipient =
    group === undefined
      ? {
          ...(to && (toPhone || !to.hidesNumber) && { recipient_id: to.phone }),
          ...(to?.hasUserId && (!errors || !toPhone) && { recipient_user_id: to.userId }),
          ...(!to && { recipient_id: String(body.to) }),
        }
      : { recipient_id: group, recipient_type: "group" };
  const item = {
    id,
    status,
    timestamp: seconds(world),
    ...recipient,
    ...(opaque !== undefined && { biz_opaque_callback_data: opaque }),
    ...(errors && { errors }),
  };
  const contacts = to && !errors ? { contacts: [contactOf(to)] } : {};
  tell(world, "messages", { ...contacts, statuses: [item] });
}

export function findPerson(world: World, address: string): RawPerson | undefined {
  return [...world.people.values()].find(({ phone, userId }) => phone === address || userId === address);
}
