import { BadPayload, type Entry, type HubEvent, type Referrer } from "../../src/contract/index.ts";
import { placeOf, kindWord } from "./decode-message.ts";
import { channelPlace, messageIdOf, momentOf, privatePlace } from "./ids.ts";
import { fromMrkdwn } from "./mrkdwn.ts";
import { actorOf, namesIn, type Scene } from "./people.ts";
import type { BlockAction, CommandBody, InteractionBody } from "./payload.ts";

/** A response_url takes five answers within this time. */
const RESPONSE_MS = 30 * 60_000;
/** An entry point's code, as the hub makes them: ten letters and digits, a digit among them. */
const CODE = /^(?=.*[1-9])[1-9A-Za-z]{10}$/;
/** A button with this value is a door: what follows is the entry point's code. */
export const ENTRY_VALUE = "entry:";

/** A pressed button, a chosen option, a shortcut, a dialog. */
export function fromInteraction(body: InteractionBody, scene: Scene): HubEvent[] {
  const user = actorOf(body.user.id, scene, {
    ...(body.user.name && { name: body.user.name }),
    ...(body.user.username && { username: body.user.username }),
    team: body.user.team_id,
  });
  const sentAt = interactionTime(body);
  const base = { actor: user, sentAt, ...referrerOf(body.response_url, sentAt) };
  switch (body.type) {
    case "block_actions":
      return (body.actions ?? []).flatMap((action, index) => fromAction(body, action, index, base, scene));
    case "shortcut":
      return [shortcut(body, { ...base, ...channelPlace(body.user.id) })];
    case "message_action":
      return [shortcut(body, { ...base, ...interactionPlace(body, scene) })];
    default:
      return [
        {
          type: "unknown",
          id: idOf(body),
          ...base,
          ...interactionPlace(body, scene),
          reason: `An interaction of the kind ${kindWord(body.type)} is not carried.`,
        },
      ];
  }
}

type Base = { actor: ReturnType<typeof actorOf>; sentAt: Date; referrer?: Referrer };

function fromAction(body: InteractionBody, action: BlockAction, index: number, base: Base, scene: Scene): HubEvent[] {
  const place = interactionPlace(body, scene);
  const id = `${action.action_ts ?? idOf(body)}:${body.user.id}:${index}`;
  const event = { ...base, ...place, ...(action.action_ts && { sentAt: momentOf(action.action_ts) }) };
  const choices = choicesOf(action);
  if (choices.length === 0) return [{ type: "unknown", id, ...event, reason: "An action without a value." }];
  const [only = ""] = choices;
  if (only.startsWith(ENTRY_VALUE) && choices.length === 1) {
    const code = only.slice(ENTRY_VALUE.length);
    const door = channelPlace(body.channel?.id ?? body.user.id);
    // Whoever comes through a door in a channel is greeted alone, not before everybody.
    const own = door.placeKind === "group" ? privatePlace(door.place, body.user.id) : door;
    const entry: Entry = { ...(CODE.test(code) && { code }), method: "start-param", raw: only };
    return [{ type: "entered", id, ...event, ...own, entry }];
  }
  const messageId = messageOf(body);
  return choices.map((choice, at): HubEvent => ({
    type: "pressed",
    id: choices.length > 1 ? `${id}:${at}` : id,
    ...event,
    choice,
    ...(messageId !== undefined && { messageId }),
  }));
}

/** A button's value, or what was chosen in a menu; a button without a value is known by its action's id. */
function choicesOf(action: BlockAction): string[] {
  const { selected_options, selected_option, value, action_id } = action;
  if (selected_options)
    return selected_options
      .map((option) => option.value)
      .filter((each) => typeof each === "string" && each !== "") as string[];
  const { selected_user, selected_channel, selected_conversation, selected_date, selected_time } = action;
  const picked = selected_user ?? selected_channel ?? selected_conversation ?? selected_date ?? selected_time;
  const choice = selected_option?.value || value || picked || action_id;
  return choice ? [choice] : [];
}

function messageOf(body: InteractionBody): string | undefined {
  const { container, channel } = body;
  const ts = messageTs(body);
  const id = channel?.id ?? container?.channel_id;
  return ts && id && container?.is_ephemeral !== true ? messageIdOf(id, ts) : undefined;
}

function messageTs({ container, message, message_ts }: InteractionBody): string | undefined {
  return message?.ts ?? container?.message_ts ?? message_ts ?? undefined;
}

/** What only one person saw is answered to that person alone; a view belongs to nobody's channel. */
function interactionPlace(body: InteractionBody, scene: Scene): ReturnType<typeof channelPlace> {
  const { container, message } = body;
  const channel = body.channel?.id ?? container?.channel_id;
  if (!channel) return channelPlace(body.user.id);
  if (container?.is_ephemeral) return privatePlace(channel, body.user.id);
  const thread = message ? message.thread_ts : container?.thread_ts;
  const said = { ts: messageTs(body) ?? "", thread_ts: thread, text: message?.text };
  return { ...placeOf(channel, said, false, scene), ...titled(channel, body.channel?.name) };
}

/** What stands as the name of a chat that has none. */
const NAMELESS = new Set(["directmessage", "privategroup"]);

function titled(channel: string, name: string | null | undefined): { placeTitle?: string } {
  return name && !NAMELESS.has(name) && !channel.startsWith("D") ? { placeTitle: name } : {};
}

function shortcut(body: InteractionBody, event: Base & ReturnType<typeof channelPlace>): HubEvent {
  const id = idOf(body);
  if (!body.callback_id) return { type: "unknown", id, ...event, reason: "A shortcut without a callback id." };
  const messageId = messageOf(body);
  return { type: "pressed", id, ...event, choice: body.callback_id, ...(messageId !== undefined && { messageId }) };
}

function interactionTime({ action_ts, actions, noted }: InteractionBody): Date {
  const ts = action_ts ?? actions?.[0]?.action_ts;
  return ts ? momentOf(ts) : new Date(noted?.receivedMs ?? 0);
}

function idOf({ type, trigger_id, action_ts, user, noted }: InteractionBody): string {
  return `${kindWord(type)}:${trigger_id || `${user.id}:${action_ts ?? noted?.receivedMs ?? 0}`}`;
}

function referrerOf(responseUrl: string | null | undefined, from: Date): { referrer?: Referrer } {
  if (!responseUrl) return {};
  return { referrer: { data: { responseUrl }, expiresAt: new Date(from.getTime() + RESPONSE_MS) } };
}

/**
 * A slash command. A code in it opens the door that it belongs to, no words at all open the chat, and any others are a
 * message to us. It is answered where it was typed, to the person alone.
 */
export function fromCommand(body: CommandBody, scene: Scene): HubEvent[] {
  const { command, user_id, user_name, channel_id, channel_name, trigger_id, noted } = body;
  if (!trigger_id && !noted?.receivedMs)
    throw new BadPayload("The slash command carries neither a trigger nor a time.");
  const sentAt = new Date(noted?.receivedMs ?? 0);
  const text = (body.text ?? "").trim();
  const event = {
    id: `command:${trigger_id || `${user_id}:${noted?.receivedMs ?? 0}`}`,
    ...(channel_id.startsWith("D") ? channelPlace(channel_id) : privatePlace(channel_id, user_id)),
    ...titled(channel_id, channel_name),
    actor: actorOf(user_id, scene, { ...(user_name && { username: user_name }) }),
    sentAt,
    ...referrerOf(body.response_url, sentAt),
  };
  const words = fromMrkdwn(text, namesIn(scene));
  if (words.length === 0) return [{ type: "entered", ...event }];
  if (!CODE.test(text)) return [{ type: "message", ...event, parts: words, addressed: true }];
  const entry: Entry = { code: text, method: "keyword", raw: `${command} ${text}` };
  return [{ type: "entered", ...event, entry }];
}
