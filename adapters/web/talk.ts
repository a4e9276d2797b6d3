import { z } from "zod";
import { textLength, type Received } from "../../src/contract/index.ts";
import { arrivalOf, type Desk } from "./desk.ts";
import { readFileRef } from "./files.ts";
import { jsonReply, Refused } from "./reply.ts";

export const MAX_TEXT = 10_000;
const MAX_FILES = 10;

/** Ids of visitors' messages begin so: no visitor can pass a message of ours for their own, to change it. */
const OWN = "c_";

const ClientId = z.uuid("must be a UUID that the page made").toLowerCase();
const Text = z
  .string()
  .refine((text) => text.trim() !== "", "must have words")
  .refine((text) => textLength(text, "chars") <= MAX_TEXT, `must have ${MAX_TEXT} characters at most`);
const MessageId = z.string().min(1).max(200);
const OwnId = z
  .string()
  .transform((id) => (id.startsWith(OWN) ? id.slice(OWN.length) : id))
  .pipe(ClientId);
const SentAt = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

const Message = z
  .object({
    id: ClientId,
    text: Text.optional(),
    files: z
      .array(z.object({ ref: z.string().max(4_000) }))
      .max(MAX_FILES)
      .optional(),
    choice: z.object({ id: z.string().min(1).max(64), messageId: MessageId.optional() }).optional(),
    replyTo: MessageId.optional(),
    sentAt: SentAt.optional(),
  })
  .refine(({ text, files, choice }) => (choice ? !text && !files : text !== undefined || (files?.length ?? 0) > 0), {
    message: "A message has text or files, or a choice and nothing else.",
  });

/** 202: stored, and answered in its own time. */
const accepted = (id: string) => jsonReply(202, { id });

export function say(desk: Desk): Received {
  const visitor = desk.visitor();
  const { id, text, files, choice, replyTo, sentAt } = desk.read(Message);
  const own = OWN + id;
  const common = { id: own, ...(sentAt && { sentAt }) };
  const content = choice
    ? {
        kind: "pressed" as const,
        ...common,
        choice: choice.id,
        ...(choice.messageId && { messageId: choice.messageId }),
      }
    : {
        kind: "message" as const,
        ...common,
        ...(text !== undefined && { text }),
        ...(files && { files: files.map(({ ref }) => readFileRef(desk, visitor, ref)) }),
        ...(replyTo && { replyTo }),
      };
  return { arrivals: [arrivalOf(desk, visitor, content)], reply: accepted(own) };
}

const Edit = z.object({ id: ClientId, text: Text, sentAt: SentAt.optional() });

export function edit(desk: Desk, messageId: string): Received {
  const visitor = desk.visitor();
  return {
    arrivals: [arrivalOf(desk, visitor, { kind: "edited", messageId: ownId(messageId), ...desk.read(Edit) })],
    reply: accepted(messageId),
  };
}

const Delete = z.object({ id: ClientId });

export function remove(desk: Desk, messageId: string): Received {
  const visitor = desk.visitor();
  return {
    arrivals: [arrivalOf(desk, visitor, { kind: "deleted", messageId: ownId(messageId), ...desk.read(Delete) })],
    reply: accepted(messageId),
  };
}

function ownId(given: string): string {
  const id = OwnId.safeParse(given);
  if (!id.success) throw new Refused(404, "A visitor can change their own messages only.");
  return OWN + id.data;
}

const Reaction = z.object({
  id: ClientId,
  messageId: MessageId,
  emoji: z.emoji().max(40),
  remove: z.boolean().default(false),
});

export function react(desk: Desk): Received {
  const visitor = desk.visitor();
  const { id, messageId, emoji, remove } = desk.read(Reaction);
  const change = remove ? { added: [], removed: [emoji] } : { added: [emoji], removed: [] };
  return { arrivals: [arrivalOf(desk, visitor, { kind: "reaction", id, messageId, ...change })], reply: accepted(id) };
}

const TheirId = MessageId.refine((id) => !id.startsWith(OWN), "is a message of the visitor; receipts are for ours");
const Receipts = z.object({
  status: z.enum(["delivered", "read"]).default("read"),
  /** The last message that was seen. */
  upTo: TheirId,
  /** The ones before it that no receipt named yet. */
  alsoSeen: z.array(TheirId).max(200).default([]),
});

/** The watermark names the arrival: told twice, it is the same. */
export function markRead(desk: Desk): Received {
  const visitor = desk.visitor();
  const { status, upTo, alsoSeen } = desk.read(Receipts);
  const content = { kind: "receipt" as const, id: `${status}:${upTo}`, status, messageIds: [...alsoSeen, upTo] };
  return { arrivals: [arrivalOf(desk, visitor, content)], reply: accepted(upTo) };
}

/** Known to be typing is worth nothing a minute later: it is taken and not stored. */
export function typing(desk: Desk): Received {
  desk.visitor();
  return { arrivals: [], reply: jsonReply(202, {}) };
}

export function streamTicket(desk: Desk): Received {
  return {
    arrivals: [],
    reply: jsonReply(200, { ticket: desk.tokens.issueTicket(desk.visitor()), expiresInMs: 60_000 }),
  };
}
