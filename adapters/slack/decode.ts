import { BadPayload, type HubEvent, type Json } from "../../src/contract/index.ts";
import type { ZodType } from "zod";
import { fromCommand, fromInteraction } from "./decode-interaction.ts";
import { fromChange, fromDeletion, fromMessage, kindWord } from "./decode-message.ts";
import { emojiOf } from "./emoji.ts";
import { channelPlace, isChannelId, messageIdOf, momentOf, threadPlace } from "./ids.ts";
import { actorOf, type Scene } from "./people.ts";
import {
  ChangedEvent,
  ChannelMovedEvent,
  CommandBody,
  DeletedEvent,
  EventBody,
  FunctionEvent,
  HomeEvent,
  InteractionBody,
  MemberEvent,
  MessageEvent,
  ReactionEvent,
} from "./payload.ts";
import { isFields } from "./rich-text.ts";

type Event = Record<string, unknown>;

/** What of the settings decoding needs. */
export interface Known {
  botUserId?: string | undefined;
}

/**
 * What a delivery means: an event, an interaction, or a slash command. One of a kind that we do not carry is an `unknown`
 * event, not an error.
 * @throws BadPayload where a field that we read is of the wrong type
 */
export function decode(payload: Json, known: Known): HubEvent[] {
  if (!isFields(payload)) throw new BadPayload("The payload is no object.");
  if (payload.command !== undefined && payload.type === undefined) return decodeCommand(payload, known);
  if (payload.type === "event_callback") return decodeEvent(payload, known);
  if (payload.user !== undefined) return decodeInteraction(payload, known);
  return [fromNotice(payload)];
}

function read<T>(schema: ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (error) {
    const [issue] = error.issues;
    throw new BadPayload(
      `The payload cannot be read at "${kindWord(issue?.path.join(".") ?? "")}": it is not of the right kind.`,
    );
  }
  return data;
}

function decodeCommand(payload: object, known: Known): HubEvent[] {
  const body = read(CommandBody, payload);
  return fromCommand(body, {
    self: known.botUserId,
    app: body.api_app_id || undefined,
    team: body.team_id || undefined,
    enterprise: body.enterprise_id || undefined,
    noted: body.noted ?? {},
  });
}

function decodeInteraction(payload: object, known: Known): HubEvent[] {
  const body = read(InteractionBody, payload);
  const events = fromInteraction(body, {
    self: known.botUserId,
    app: body.api_app_id || undefined,
    team: body.team?.id || undefined,
    enterprise: body.enterprise?.id || undefined,
    noted: body.noted ?? {},
  });
  if (events.length === 0) throw new BadPayload("The interaction tells of no action.");
  return events;
}

function decodeEvent(payload: { event?: unknown }, known: Known): HubEvent[] {
  const { event } = payload;
  if (!isFields(event) || typeof event.type !== "string")
    throw new BadPayload("The payload tells of no event that has a type.");
  const body = read(EventBody, payload);
  const bot = body.authorizations?.find(({ is_bot }) => is_bot === true);
  const scene: Scene = {
    self: bot?.user_id || known.botUserId,
    app: body.api_app_id || undefined,
    team: body.team_id || undefined,
    enterprise: body.enterprise_id || bot?.enterprise_id || undefined,
    noted: body.noted ?? {},
  };
  return [fromEvent(body, event, event.type, scene)];
}

function fromEvent(body: EventBody, event: Event, type: string, scene: Scene): HubEvent {
  const { subtype } = event;
  switch (type) {
    case "message":
      if (subtype === "message_changed") return fromChange(read(ChangedEvent, event), scene);
      if (subtype === "message_deleted") return fromDeletion(read(DeletedEvent, event), scene);
      return fromMessage(read(MessageEvent, event), false, scene);
    case "app_mention":
      return fromMessage(read(MessageEvent, event), true, scene);
    case "reaction_added":
    case "reaction_removed":
      return fromReaction(body, event, type, scene);
    case "member_joined_channel":
    case "member_left_channel":
      return fromMember(type, event, scene);
    case "app_home_opened":
      return fromHome(body, event, scene);
    case "channel_id_changed":
      return fromMove(body, event);
    case "function_executed":
      return fromFunction(body, event, scene);
    default:
      return unknown(body, event, reasonFor(type), scene);
  }
}

/** Slack does not say in which thread; where we know, it was noted when the reaction came. */
function fromReaction(body: EventBody, event: Event, type: string, scene: Scene): HubEvent {
  const { user, reaction, item, event_ts } = read(ReactionEvent, event);
  const { channel, ts } = item;
  if (item.type !== "message" || !channel || !ts)
    return unknown(body, event, "A reaction to something that is no message.", scene);
  const { thread, title } = scene.noted;
  const shared = {
    id: `${messageIdOf(channel, ts)}:${user}:${reaction}:${event_ts}`,
    ...(thread ? threadPlace(channel, thread) : channelPlace(channel)),
    ...(title && !channel.startsWith("D") && { placeTitle: title }),
    actor: actorOf(user, scene),
    sentAt: momentOf(event_ts),
  };
  if (user === scene.self)
    return { type: "unknown", ...shared, reason: "The app's own reaction came back (own echo)." };
  const emoji = [emojiOf(reaction)];
  const isNew = type === "reaction_added";
  return {
    type: "reaction",
    ...shared,
    messageId: messageIdOf(channel, ts),
    added: isNew ? emoji : [],
    removed: isNew ? [] : emoji,
  };
}

/** Slack names who invited, and no link. */
function fromMember(type: string, event: Event, scene: Scene): HubEvent {
  const { user, channel, team, inviter, event_ts } = read(MemberEvent, event);
  const member = actorOf(user, scene, { team });
  const shared = {
    id: `member:${channel}:${user}:${event_ts}`,
    ...channelPlace(channel),
    ...(scene.noted.title && { placeTitle: scene.noted.title }),
    actor: inviter ? actorOf(inviter, scene) : member,
    sentAt: momentOf(event_ts),
    member,
  };
  if (type === "member_left_channel") return { type: "left", ...shared };
  if (!inviter || member.isSelf) return { type: "joined", ...shared };
  return { type: "joined", ...shared, entry: { method: "invite", raw: `inviter ${inviter}`, details: { inviter } } };
}

/** Opening the chat with the app names the person and the chat at once: what was kept under the person's id moves there. */
function fromHome(body: EventBody, event: Event, scene: Scene): HubEvent {
  const { user, channel, tab, event_ts } = read(HomeEvent, event);
  if (tab === "home" || !channel)
    return unknown(body, event, "Somebody opened the app's Home tab, not its chat.", scene);
  return {
    type: "entered",
    id: `home:${channel}:${event_ts}`,
    ...channelPlace(channel),
    placeBefore: user,
    actor: actorOf(user, scene),
    sentAt: momentOf(event_ts),
  };
}

/** A channel that was shared or moved between workspaces of an Enterprise Grid gets a new id. */
function fromMove(body: EventBody, event: Event): HubEvent {
  const { old_channel_id, new_channel_id, event_ts } = read(ChannelMovedEvent, event);
  return {
    type: "unknown",
    id: body.event_id,
    ...channelPlace(new_channel_id),
    placeBefore: old_channel_id,
    sentAt: momentOf(event_ts),
    reason: "The channel has a new id.",
  };
}

/** A link trigger starts a workflow whose step is ours, and the entry point's code is an input of that step. */
function fromFunction(body: EventBody, event: Event, scene: Scene): HubEvent {
  const { inputs, function_execution_id, event_ts } = read(FunctionEvent, event);
  const code = inputs?.code || inputs?.entry_code;
  const user = inputs?.user_id || inputs?.user || inputs?.interactivity?.interactor?.id;
  if (!code || !user || !isChannelId(user))
    return unknown(body, event, "A workflow's step without the inputs `code` and `user_id`.", scene);
  return {
    type: "entered",
    id: `function:${function_execution_id || body.event_id}`,
    ...channelPlace(user),
    actor: actorOf(user, scene),
    sentAt: momentOf(event_ts),
    entry: { code, method: "start-param", raw: `workflow step with code ${code}` },
  };
}

function reasonFor(type: string): string {
  if (type === "app_uninstalled")
    return "The app was removed from the workspace: install it again, then set the new token.";
  if (type === "tokens_revoked") return "The app's tokens were revoked: install it again, then set the new token.";
  return `An event of the kind ${kindWord(type)} is not carried.`;
}

function unknown({ event_id, event_time }: EventBody, event: Event, reason: string, scene: Scene): HubEvent {
  const channel = typeof event.channel === "string" && isChannelId(event.channel) ? event.channel : undefined;
  const user = typeof event.user === "string" && isChannelId(event.user) ? event.user : undefined;
  return {
    type: "unknown",
    id: event_id,
    ...channelPlace(channel ?? user ?? (isChannelId(scene.team ?? "") ? (scene.team as string) : "T0")),
    ...(user && { actor: actorOf(user, scene) }),
    sentAt: new Date((event_time ?? 0) * 1_000),
    reason,
  };
}

/** What Slack says about the app as a whole. */
function fromNotice(payload: Record<string, unknown>): HubEvent {
  const { type, minute_rate_limited: minute, team_id } = payload;
  const atSeconds = typeof minute === "number" && minute >= 0 && minute < 8e12 ? minute : 0;
  const limited = "Slack holds back this workspace's events for a minute: there were more than 30,000 within an hour.";
  const kind = kindWord(typeof type === "string" ? type : "");
  return {
    type: "unknown",
    id: `${kind}:${atSeconds}`,
    ...channelPlace(typeof team_id === "string" && isChannelId(team_id) ? team_id : "T0"),
    sentAt: new Date(atSeconds * 1_000),
    reason: type === "app_rate_limited" ? limited : `A delivery of the kind ${kind} is not carried.`,
  };
}
