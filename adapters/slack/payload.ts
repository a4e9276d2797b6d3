import { z } from "zod";

// The parts of Slack's payloads that we read. https://docs.slack.dev/reference/events
// Slack writes null where others leave a field out.

const Id = z.string().regex(/^[A-Z][A-Z0-9]{1,31}$/);
const Ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);
/** Events' own times may lack the point. */
const EventTs = z.string().regex(/^(\d{1,12}\.\d{1,9}|\d{1,16})$/);
const Words = z.string().nullish();
const Size = z.number().min(0).max(1e15).nullish();

export const SlackFile = z.object({
  id: z.string().min(1).max(64),
  name: Words,
  title: Words,
  mimetype: Words,
  size: Size,
  /** hosted, snippet, external, tombstone, hidden_by_limit ... */
  mode: Words,
  is_external: z.boolean().nullish(),
  url_private: Words,
  original_w: Size,
  original_h: Size,
  duration_ms: Size,
  alt_txt: Words,
  subtype: Words,
});

const Said = z.object({
  subtype: Words,
  user: Id.nullish(),
  bot_id: Id.nullish(),
  app_id: Words,
  bot_profile: z.object({ app_id: Words, name: Words }).nullish(),
  username: Words,
  text: Words,
  ts: Ts,
  thread_ts: Ts.nullish(),
  parent_user_id: Words,
  user_team: Words,
  team: Words,
  /** false: nothing in the text is formatting. */
  mrkdwn: z.boolean().nullish(),
  files: z.array(SlackFile).nullish(),
  blocks: z.array(z.unknown()).nullish(),
  attachments: z.array(z.unknown()).nullish(),
  edited: z.object({ user: Words, ts: EventTs }).nullish(),
});

export const MessageEvent = Said.extend({
  channel: Id,
  channel_type: Words,
  event_ts: EventTs.nullish(),
});

export const ChangedEvent = z.object({
  channel: Id,
  channel_type: Words,
  ts: EventTs.nullish(),
  event_ts: EventTs.nullish(),
  message: Said,
  previous_message: Said.nullish(),
});

export const DeletedEvent = z.object({
  channel: Id,
  channel_type: Words,
  deleted_ts: Ts,
  ts: EventTs.nullish(),
  event_ts: EventTs.nullish(),
  previous_message: Said.nullish(),
});

export const ReactionEvent = z.object({
  user: Id,
  reaction: z.string().min(1).max(200),
  item: z.object({ type: z.string(), channel: Id.nullish(), ts: Ts.nullish() }),
  event_ts: EventTs,
});

export const MemberEvent = z.object({
  user: Id,
  channel: Id,
  team: Words,
  inviter: Id.nullish(),
  event_ts: EventTs,
});

export const HomeEvent = z.object({ user: Id, channel: Id.nullish(), tab: Words, event_ts: EventTs });
export const ChannelMovedEvent = z.object({ old_channel_id: Id, new_channel_id: Id, event_ts: EventTs });

/** A step of a workflow that runs in our app, started by a link or a button. */
export const FunctionEvent = z.object({
  function: z.object({ callback_id: Words }).nullish(),
  inputs: z
    .object({
      code: Words,
      entry_code: Words,
      user: Words,
      user_id: Words,
      interactivity: z.object({ interactor: z.object({ id: Words }).nullish() }).nullish(),
    })
    .nullish(),
  function_execution_id: Words,
  event_ts: EventTs,
});

/** What we noted when it arrived: names that Slack tells only when asked, and times that it does not tell. */
const Noted = z.object({
  receivedMs: z.number().min(0).max(8e15).nullish(),
  people: z
    .array(z.object({ id: Id, name: Words, username: Words, locale: Words, isBot: z.boolean().nullish() }))
    .max(50)
    .nullish(),
  title: Words,
  /** The thread that a reaction's message stands in. */
  thread: Ts.nullish(),
});

const Envelope = z.object({
  type: z.string(),
  team_id: Words,
  enterprise_id: Words,
  api_app_id: Words,
  noted: Noted.nullish(),
});

export const EventBody = Envelope.extend({
  event_id: z.string().min(1).max(200),
  event_time: z.number().min(0).max(8e12).nullish(),
  authorizations: z
    .array(z.object({ team_id: Words, enterprise_id: Words, user_id: Words, is_bot: z.boolean().nullish() }))
    .nullish(),
});

const InteractingUser = z.object({ id: Id, username: Words, name: Words, team_id: Words });

export const BlockAction = z.object({
  action_id: Words,
  action_ts: EventTs.nullish(),
  value: Words,
  selected_option: z.object({ value: Words }).nullish(),
  selected_options: z
    .array(z.object({ value: Words }))
    .max(100)
    .nullish(),
  selected_user: Words,
  selected_channel: Words,
  selected_conversation: Words,
  selected_date: Words,
  selected_time: Words,
});

export const InteractionBody = Envelope.extend({
  team: z.object({ id: Words }).nullish(),
  enterprise: z.object({ id: Words }).nullish(),
  user: InteractingUser,
  channel: z.object({ id: Id, name: Words }).nullish(),
  container: z
    .object({
      message_ts: Ts.nullish(),
      channel_id: Id.nullish(),
      thread_ts: Ts.nullish(),
      is_ephemeral: z.boolean().nullish(),
    })
    .nullish(),
  message: Said.nullish(),
  message_ts: Ts.nullish(),
  actions: z.array(BlockAction).max(100).nullish(),
  callback_id: Words,
  action_ts: EventTs.nullish(),
  trigger_id: Words,
  response_url: Words,
});

export const CommandBody = z.object({
  command: z.string().min(1).max(100),
  text: Words,
  user_id: Id,
  user_name: Words,
  team_id: Words,
  enterprise_id: Words,
  channel_id: Id,
  channel_name: Words,
  response_url: Words,
  trigger_id: Words,
  api_app_id: Words,
  noted: Noted.nullish(),
});

export type Said = z.infer<typeof Said>;
export type SlackFile = z.infer<typeof SlackFile>;
export type MessageEvent = z.infer<typeof MessageEvent>;
export type EventBody = z.infer<typeof EventBody>;
export type InteractionBody = z.infer<typeof InteractionBody>;
export type CommandBody = z.infer<typeof CommandBody>;
export type BlockAction = z.infer<typeof BlockAction>;
export type Noted = z.infer<typeof Noted>;
