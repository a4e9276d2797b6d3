import { z } from "zod";

// The parts of Discord's payloads that we read. https://discord.com/developers/docs/events/gateway-events

export const Snowflake = z.string().regex(/^\d{1,20}$/);
const Moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), { error: "it is no moment" });
const Amount = z.number().min(0).max(1e15);
const Int = z.int();

export const User = z.object({
  id: Snowflake,
  username: z.string().nullish(),
  global_name: z.string().nullish(),
  bot: z.boolean().nullish(),
});

const Member = z.object({
  nick: z.string().nullish(),
  user: User.nullish(),
});

const Attachment = z.object({
  id: Snowflake,
  filename: z.string().nullish(),
  description: z.string().nullish(),
  content_type: z.string().nullish(),
  size: Amount.nullish(),
  width: Amount.nullish(),
  height: Amount.nullish(),
  duration_secs: Amount.max(1e9).nullish(),
  url: z.string().nullish(),
});

const Embed = z.object({
  type: z.string().nullish(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  url: z.string().nullish(),
  image: z.object({ url: z.string().nullish() }).nullish(),
  fields: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

const Sticker = z.object({ id: Snowflake, name: z.string(), format_type: Int.nullish() });

const Poll = z.object({
  question: z.object({ text: z.string().nullish() }),
  answers: z.array(z.object({ poll_media: z.object({ text: z.string().nullish() }) })).nullish(),
});

/** What a message says; a forwarded one has it in a snapshot. */
const Said = z.object({
  content: z.string().nullish(),
  mentions: z.array(User).nullish(),
  attachments: z.array(Attachment).nullish(),
  embeds: z.array(Embed).nullish(),
  sticker_items: z.array(Sticker).nullish(),
  poll: Poll.nullish(),
  /** Read by hand: containers nest. */
  components: z.array(z.unknown()).nullish(),
});

export const Message = Said.extend({
  id: Snowflake,
  channel_id: Snowflake,
  guild_id: Snowflake.nullish(),
  channel_type: Int.nullish(),
  author: User.nullish(),
  member: Member.nullish(),
  timestamp: Moment.nullish(),
  edited_timestamp: Moment.nullish(),
  type: Int.nullish(),
  mention_roles: z.array(Snowflake).nullish(),
  message_reference: z.object({ type: Int.nullish(), message_id: Snowflake.nullish() }).nullish(),
  referenced_message: z.object({ author: User.nullish() }).nullish(),
  message_snapshots: z.array(z.object({ message: Said })).nullish(),
});

export const Deleted = z.object({
  id: Snowflake.nullish(),
  ids: z.array(Snowflake).nullish(),
  channel_id: Snowflake,
  guild_id: Snowflake.nullish(),
});

export const ReactionChange = z.object({
  user_id: Snowflake.nullish(),
  channel_id: Snowflake,
  message_id: Snowflake,
  guild_id: Snowflake.nullish(),
  member: Member.nullish(),
  emoji: z.object({ id: Snowflake.nullish(), name: z.string().nullish() }).nullish(),
});

export const Membership = z.object({
  guild_id: Snowflake,
  user: User,
  nick: z.string().nullish(),
  joined_at: Moment.nullish(),
});

/** A server that our bot came to or left, in the few words that the gateway part of this adapter keeps. */
export const GuildChange = z.object({ id: Snowflake, name: z.string().nullish(), joined_at: Moment.nullish() });

const Option = z.object({
  name: z.string(),
  type: Int.nullish(),
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  get options(): z.ZodOptional<z.ZodNullable<z.ZodArray<typeof Option>>> {
    return z.array(Option).nullable().optional();
  },
});

const InteractionData = z.object({
  name: z.string().nullish(),
  type: Int.nullish(),
  options: z.array(Option).nullish(),
  target_id: Snowflake.nullish(),
  resolved: z
    .object({
      attachments: z.record(z.string(), Attachment).nullish(),
      messages: z.record(z.string(), Said).nullish(),
    })
    .nullish(),
  custom_id: z.string().nullish(),
  values: z.array(z.string()).nullish(),
  components: z.array(z.unknown()).nullish(),
});

export const Interaction = z.object({
  id: Snowflake,
  application_id: Snowflake.nullish(),
  type: Int,
  token: z.string().min(1),
  data: InteractionData.nullish(),
  guild_id: Snowflake.nullish(),
  channel_id: Snowflake.nullish(),
  channel: z.object({ id: Snowflake, type: Int.nullish(), name: z.string().nullish() }).nullish(),
  member: Member.nullish(),
  user: User.nullish(),
  locale: z.string().nullish(),
  context: Int.nullish(),
  message: z.object({ id: Snowflake }).nullish(),
});

const InviteSeen = z.object({
  code: z.string().min(1).max(100).optional(),
  inviter: z.string().optional(),
  channel: z.string().optional(),
  candidates: z.array(z.object({ code: z.string().min(1).max(100), weight: z.number().min(0).max(1) })).optional(),
});

/** What our side added when the arrival came: Discord's payloads leave out what `decode` needs, and it may ask nobody. */
const Added = z.object({
  /** Unique per delivery, and in order. */
  id: z.string().min(1).optional(),
  receivedAt: z.number().min(0).max(8_000_000_000_000).optional(),
  channel: z.object({ type: Int, name: z.string().optional() }).optional(),
  guild: z.string().optional(),
  selfRole: Snowflake.optional(),
  invite: InviteSeen.optional(),
});

export const Envelope = z.object({ t: z.string().min(1), d: z.unknown(), hub: Added.optional() });

export type User = z.infer<typeof User>;
export type Message = z.infer<typeof Message>;
export type Said = z.infer<typeof Said>;
export type Attachment = z.infer<typeof Attachment>;
export type Embed = z.infer<typeof Embed>;
export type Interaction = z.infer<typeof Interaction>;
export type InteractionData = z.infer<typeof InteractionData>;
export type Option = z.infer<typeof Option>;
export type Added = z.infer<typeof Added>;
export type InviteSeen = z.infer<typeof InviteSeen>;

/** Discord's ids hold the moment at which they were made. */
export function momentOf(snowflake: string): Date {
  const ms = Number(BigInt(snowflake) >> 22n) + 1_420_070_400_000;
  return new Date(Math.min(ms, 8_640_000_000_000_000));
}
