import { createHash } from "node:crypto";
import { BadPayload, type Arrival, type Json } from "../../src/contract/index.ts";
import { isFields } from "./rich-text.ts";

type Body = { [key: string]: Json | undefined };

/** A body in which only what Slack said stands: `noted` is our own field, and tokens have no place in what is kept. */
export function bodyOf(given: Json): Body {
  if (!isFields(given)) throw new BadPayload("The body is no object.");
  const body = given as Body;
  delete body.noted;
  delete body.token; // the verification token of old
  delete body.bot_access_token;
  if (isFields(body.event)) delete body.event.bot_access_token;
  return body;
}

/**
 * What is stored of a delivery. An event's id is the same when Slack delivers it again; the two events that tell of one
 * mention have two, and become one where they are recorded.
 */
export function arrivalOf(body: Body, now: Date): Arrival {
  // Events carry their time; commands and some interactions do not.
  if (body.type !== "event_callback") note(body, { receivedMs: now.getTime() });
  return { key: keyOf(body), lane: laneOf(body), payload: body };
}

/** Adds to what we noted about a delivery. */
export function note(body: Body, more: Body): void {
  body.noted = { ...(isFields(body.noted) ? (body.noted as Body) : {}), ...more };
}

function keyOf(body: Body): string {
  const { type, event_id, trigger_id, command } = body;
  if (type === "event_callback" && isShort(event_id)) return `event:${event_id}`;
  if (isShort(trigger_id)) return `${typeof command === "string" ? "command" : "interaction"}:${trigger_id}`;
  const { noted: _, ...said } = body;
  return `body:${createHash("sha256").update(JSON.stringify(said)).digest("hex")}`;
}

function isShort(value: Json | undefined): value is string {
  return typeof value === "string" && value.trim() !== "" && value.length <= 200;
}

/** What must stay in order: the channel, threads included, else the person. This looks and does not check; `decode` checks. */
function laneOf({ event, channel, channel_id, container, user, user_id, team_id, type }: Body): string {
  const inner = isFields(event) ? event : {};
  const found = [
    inner.channel,
    isFields(inner.item) ? inner.item.channel : undefined,
    channel_id,
    idOf(channel),
    isFields(container) ? container.channel_id : undefined,
    inner.user,
    idOf(user),
    user_id,
    team_id,
    type,
  ];
  return (found.find((each) => isShort(each as Json)) as string | undefined) ?? "nowhere";
}

function idOf(value: Json | undefined): unknown {
  return isFields(value) ? value.id : undefined;
}
