import { z } from "zod";

/** What the API says about conversations and people; the console reads the same. */

const id = z.uuid();
const moment = z.iso.datetime();
const Json = z.unknown();

export const IdParams = z.object({ id });

export const ConversationView = z.object({
  id,
  channelId: id,
  channelName: z.string(),
  adapter: z.string(),
  place: z.string().meta({ description: "Where on the platform; opaque." }),
  kind: z.enum(["direct", "group", "thread"]),
  title: z.string().nullable(),
  contact: z.object({ id, name: z.string().nullable(), stage: z.string() }).nullable(),
  owner: z.enum(["bot", "agent"]).meta({ description: "Who answers: the bot keeps silent while an agent has it." }),
  assigneeId: id.nullable(),
  assigneeName: z.string().nullable(),
  status: z.enum(["open", "pending", "snoozed", "resolved"]),
  language: z.string().nullable(),
  replyWindow: z.object({ open: z.boolean(), until: moment.nullable(), left: z.int().nullable() }).nullable().meta({
    description:
      "Where the platform lets us write only for a while: until when, and how many messages (null: as many as we like).",
  }),
  waiting: z.boolean().meta({ description: "The last message is from the other side and nobody has answered it." }),
  unread: z.int().meta({ description: "Messages that came since the asker last read it; 99 stands for more, too." }),
  labels: z.array(z.object({ id, name: z.string(), nameZh: z.string().nullable(), colour: z.string() })),
  source: z
    .object({ id, name: z.string(), medium: z.string() })
    .nullable()
    .meta({ description: "The entry point that the person came to us through first." }),
  snoozedUntil: moment.nullable(),
  lastMessageAt: moment.nullable(),
  lastMessageText: z.string().nullable(),
  createdAt: moment,
});
export type ConversationView = z.infer<typeof ConversationView>;

const PartView = z.looseObject({ type: z.enum(["text", "file", "choice", "card", "location", "contact", "template"]) });

export const MessageView = z.object({
  id,
  seq: z.int().meta({ description: "Its number in the conversation's ledger." }),
  direction: z.enum(["in", "out"]),
  author: z.enum(["contact", "bot", "agent"]),
  identityId: id.nullable(),
  name: z.string().nullable(),
  staffId: id.nullable(),
  externalId: z.string().nullable(),
  parts: z.array(PartView),
  media: z.record(z.string(), z.object({ id, state: z.enum(["waiting", "kept", "refused"]) })).meta({
    description: "Our copies of the files in `parts`, by their `ref`: GET /media/{id}/content.",
  }),
  text: z.string(),
  replyTo: z.string().nullable(),
  reactions: z.record(z.string(), z.array(z.string())),
  sentAt: moment,
  editedAt: moment.nullable(),
  deletedAt: moment.nullable(),
  answeredAt: moment.nullable(),
  deliveryState: z.enum(["waiting", "sent", "delivered", "read", "failed", "maybe-sent"]).nullable(),
  deliveryId: id.nullable(),
  deliveryError: z.string().nullable(),
  maybeTwice: z
    .boolean()
    .meta({ description: "An attempt ended without an answer: the person may have got it twice." }),
});
export type MessageView = z.infer<typeof MessageView>;

export const EventView = z.object({
  id,
  seq: z.int(),
  type: z.string(),
  externalId: z.string().nullable(),
  target: z.string().nullable(),
  identityId: id.nullable(),
  contactId: id.nullable(),
  payload: Json,
  sentAt: moment,
  recordedAt: moment,
});
export type EventView = z.infer<typeof EventView>;

const Seq = z.coerce.number().int().min(0).max(2_147_483_647);

export const MessagesQuery = z
  .object({
    before: Seq.optional().meta({ description: "Messages before this number. Without it and `after`: the last ones." }),
    after: Seq.optional().meta({ description: "Messages after this number." }),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .refine(({ before, after }) => before === undefined || after === undefined, "Give `before` or `after`, not both.");

export const MessagesPage = z.object({
  items: z.array(MessageView).meta({ description: "The oldest first." }),
  next: z
    .int()
    .nullable()
    .meta({ description: "`before` or `after` of the next page in the same direction; null at the end." }),
});
export type MessagesPage = z.infer<typeof MessagesPage>;

export const EventsQuery = z.object({
  after: Seq.default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const EventsPage = z.object({ items: z.array(EventView), next: z.int().nullable() });
export type EventsPage = z.infer<typeof EventsPage>;

const words = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.trim() !== "", "It has no words.");
const Option = z.object({ id: z.string().min(1).max(64), label: words(200) });

/** What an agent may say. */
export const SaidPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: words(100_000) }),
  z.object({
    type: z.literal("file"),
    kind: z.enum(["image", "audio", "video", "document"]),
    ref: z.string().min(1).max(1_000),
    name: z.string().max(200).optional(),
    mimeType: z.string().max(200).optional(),
    size: z.int().nonnegative().optional(),
    alt: z.string().max(1_000).optional(),
  }),
  z.object({ type: z.literal("choice"), prompt: words(4_000), options: z.array(Option).min(1).max(20) }),
  z.object({
    type: z.literal("card"),
    title: words(500),
    text: z.string().max(4_000).optional(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    image: z.url({ protocol: /^https$/ }).optional(),
    options: z.array(Option).max(10).optional(),
  }),
  z.object({
    type: z.literal("template"),
    name: words(512),
    language: z.string().min(2).max(20),
    values: z.record(z.string().max(100), z.string().max(2_000)),
    text: words(4_000),
  }),
  z.object({
    type: z.literal("location"),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    title: z.string().max(500).optional(),
    address: z.string().max(500).optional(),
  }),
  z.object({ type: z.literal("contact"), name: words(200), phone: z.string().max(50).optional() }),
]);

export const Reply = z
  .object({
    text: words(100_000).optional(),
    parts: z.array(SaidPart).min(1).max(20).optional(),
    replyTo: z.string().max(500).optional().meta({ description: "`externalId` of the message that is answered." }),
  })
  .refine(({ text, parts }) => (text === undefined) !== (parts === undefined), "Give `text` or `parts`, and not both.");
export type Reply = z.infer<typeof Reply>;

export const Assignment = z.object({
  staffId: id.nullable().meta({ description: "null: it is nobody's in particular." }),
});

export const ReplyResult = z.object({ messages: z.array(MessageView) });
export type ReplyResult = z.infer<typeof ReplyResult>;

export const ContactRow = z.object({
  id,
  name: z.string().nullable(),
  locale: z.string().nullable(),
  stage: z.string(),
  stageAt: moment,
  createdAt: moment,
  channels: z.array(z.string()).meta({ description: "Adapters on which the person has an identity." }),
  source: z
    .object({ id, name: z.string() })
    .nullable()
    .meta({ description: "The entry point they came through first; null where nobody knows." }),
  lastSeenAt: moment.nullable().meta({ description: "The last message of a conversation of theirs." }),
});
export type ContactRow = z.infer<typeof ContactRow>;

export const IdentityView = z.object({
  id,
  channelId: id,
  channelName: z.string(),
  adapter: z.string(),
  externalId: z.string(),
  name: z.string().nullable(),
  username: z.string().nullable(),
  isBot: z.boolean(),
  attributes: z.record(z.string(), z.unknown()),
  blockedAt: moment.nullable(),
  createdAt: moment,
});
export type IdentityView = z.infer<typeof IdentityView>;

export const LinkView = z.object({
  id,
  identityId: id,
  fromContactId: id,
  toContactId: id,
  evidence: z.string(),
  linkedBy: id.nullable(),
  linkedAt: moment,
  undoneAt: moment.nullable(),
});
export type LinkView = z.infer<typeof LinkView>;

export const ContactView = ContactRow.extend({
  identities: z.array(IdentityView),
  links: z.array(LinkView).meta({ description: "Identities that came to this contact, or left it." }),
  conversations: z.array(ConversationView),
});
export type ContactView = z.infer<typeof ContactView>;

export const ContactFilters = z.object({
  q: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "Part of a name, user name, e-mail address or platform id." }),
  stage: z.string().max(50).optional(),
  entryPointId: id.optional().meta({ description: "Came through this entry point first." }),
});

export const NewLink = z.object({
  identityId: id.meta({ description: "An identity of another contact, which becomes this contact's." }),
  evidence: words(2_000).meta({ description: "How we know that they are one person. Kept with the link." }),
});

export const DeliveryView = z.object({
  id,
  channelId: id,
  channelName: z.string(),
  conversationId: id,
  messageId: id,
  text: z.string(),
  state: z.enum(["waiting", "sending", "sent", "failed", "maybe-sent"]),
  attempts: z.int(),
  dueAt: moment,
  error: z.string().nullable(),
  maybeTwice: z.boolean(),
  createdAt: moment,
  sentAt: moment.nullable(),
});
export type DeliveryView = z.infer<typeof DeliveryView>;

export const DeliveryFilters = z.object({ state: z.enum(["failed", "maybe-sent", "waiting"]).default("failed") });

export const ArrivalView = z.object({
  id,
  channelId: id,
  channelName: z.string().nullable(),
  key: z.string(),
  state: z.enum(["waiting", "recorded", "ignored", "dead"]),
  reason: z.string().nullable(),
  receivedAt: moment,
  payload: z.string().meta({ description: "As the platform sent it: JSON text." }),
});
export type ArrivalView = z.infer<typeof ArrivalView>;

export const ArrivalFilters = z.object({ state: z.enum(["dead", "waiting", "ignored"]).default("dead") });
