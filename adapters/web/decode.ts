import { BadPayload, type Actor, type HubEvent, type Json, type Part } from "../../src/contract/index.ts";
import { AnyPayload, KINDS, Payload } from "./payload.ts";

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** What a visitor's stored request means. */
export function decode(payload: Json): HubEvent[] {
  const any = AnyPayload.safeParse(payload);
  if (!any.success)
    throw new BadPayload("This is nothing that a visitor sent: kind, id, visitor or receivedAt is missing.");
  const { kind } = any.data;
  if (!KINDS.includes(kind))
    return [{ ...about(any.data), type: "unknown", reason: "A request of a kind that is not known here." }];

  const known = Payload.safeParse(payload);
  if (!known.success) {
    const fields = known.error.issues.map((issue) => issue.path.join(".")).join(", ");
    throw new BadPayload(`The visitor's ${kind} cannot be read: see ${fields}.`);
  }
  return eventsOf(known.data);
}

function eventsOf(payload: Payload): HubEvent[] {
  const base = about(payload);
  switch (payload.kind) {
    case "entered": {
      const { entry, locale, placeBefore } = payload;
      const actor = { ...base.actor, ...(locale && { locale }) };
      return [{ ...base, actor, type: "entered", ...(entry && { entry }), ...(placeBefore && { placeBefore }) }];
    }
    case "message": {
      const { replyTo } = payload;
      return [{ ...base, type: "message", parts: partsOf(payload), addressed: true, ...(replyTo && { replyTo }) }];
    }
    case "pressed": {
      const { choice, messageId } = payload;
      return [{ ...base, type: "pressed", choice, ...(messageId && { messageId }) }];
    }
    case "edited":
      return [{ ...base, type: "edited", messageId: payload.messageId, parts: [{ type: "text", text: payload.text }] }];
    case "deleted":
      return [{ ...base, type: "deleted", messageId: payload.messageId }];
    case "reaction": {
      const { messageId, added, removed } = payload;
      return [{ ...base, type: "reaction", messageId, added, removed }];
    }
    case "receipt": {
      const { status } = payload;
      const messageIds = [...new Set(payload.messageIds)];
      return messageIds.map((messageId) => ({
        ...base,
        id: `${status}:${messageId}`,
        type: "receipt",
        messageId,
        status,
      }));
    }
  }
}

function partsOf({ text, files = [] }: Extract<Payload, { kind: "message" }>): Part[] {
  const parts: Part[] = files.map((file) => ({ type: "file", ...file }));
  if (text) parts.push({ type: "text", text });
  if (parts.length === 0) throw new BadPayload("The visitor's message has neither text nor files.");
  return parts;
}

function about({ id, visitor, sentAt, receivedAt }: AnyPayload) {
  const { place, name, email, verified } = visitor;
  const attributes = verified ? { verified: "true", ...(email && { email }) } : undefined;
  const actor: Actor = { id: place, ...(name && { name }), ...(attributes && { attributes }) };
  return { id, place, placeKind: "direct" as const, actor, sentAt: momentOf(sentAt, new Date(receivedAt)) };
}

type AnyPayload = ReturnType<typeof AnyPayload.parse>;

/** The visitor's clock counts for what waited while they were offline, never for the future or long ago. */
function momentOf(sentAt: string | undefined, receivedAt: Date): Date {
  const sent = sentAt === undefined ? receivedAt : new Date(sentAt);
  const age = receivedAt.getTime() - sent.getTime();
  return age >= 0 && age <= WEEK_MS ? sent : receivedAt;
}
