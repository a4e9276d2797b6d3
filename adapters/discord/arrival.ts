import { createHash } from "node:crypto";
import { BadPayload, type Arrival, type Json } from "../../src/contract/index.ts";
import { fieldsOf } from "./surroundings.ts";
import type { Added } from "./wire.ts";

type Fields = Record<string, unknown>;

/** What must stay in order: the channel, else the server. This looks and does not check; `decode` checks. */
export function laneOf(d: Fields): string {
  const channel = nameOf(d.channel_id) ?? nameOf(fieldsOf(d.channel).id);
  const guild = nameOf(d.guild_id) ?? nameOf(d.id);
  return channel ?? (guild === undefined ? "nowhere" : `guild:${guild}`);
}

function nameOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** Messages and interactions have ids of their own; of all else, only its place in the session tells a repetition. */
export function keyOf(t: string, d: Fields, deliveryId: string): string {
  if (typeof d.id === "string" && (t === "MESSAGE_CREATE" || t === "INTERACTION_CREATE")) return `${t}:${d.id}`;
  return deliveryId;
}

/** The session's name is a secret of sorts, and long. */
export function deliveryIdOf(sessionId: string, sequence: number): string {
  const session = createHash("sha256").update(sessionId).digest("hex").slice(0, 12);
  return `${session}:${String(sequence).padStart(10, "0")}`;
}

export function arrivalOf(t: string, d: Fields, hub: Added & { id: string }): Arrival {
  return { key: keyOf(t, d, hub.id), lane: laneOf(d), payload: { t, d: d as Json, hub: hub as Json } };
}

/** An interaction that came by HTTP. @throws BadPayload when it is none */
export function interactionArrival(body: Json, receivedAt: number): Arrival {
  const d = fieldsOf(body);
  if (typeof d.id !== "string" || !/^\d{1,20}$/.test(d.id) || typeof d.type !== "number" || typeof d.token !== "string")
    throw new BadPayload("The body is no Discord interaction: it lacks id, type or token.");
  return arrivalOf("INTERACTION_CREATE", d, { id: `http:${d.id}`, receivedAt });
}
