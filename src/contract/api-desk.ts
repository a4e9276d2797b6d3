import { z } from "zod";
import { ConversationView, Reply } from "./api-conversations.ts";
import { cleanText } from "./json.ts";

// What agents keep beside conversations: labels, notes, canned replies, views, what is to be sent later.

const id = z.uuid();
const moment = z.iso.datetime();
const line = (max: number) => z.string().trim().min(1).max(max).transform(cleanText);
const text = (max: number) =>
  z
    .string()
    .max(max)
    .transform(cleanText)
    .refine((words) => words.trim() !== "", "It has no words.");

export const COLOURS = ["grey", "red", "amber", "green", "blue", "violet"] as const;

const labelFields = { name: line(60), nameZh: line(60).nullable().default(null), colour: z.enum(COLOURS) };
export const LabelBody = z.object(labelFields).meta({ id: "LabelBody" });
export type LabelBody = z.infer<typeof LabelBody>;
export const LabelView = z
  .object({
    id,
    name: z.string(),
    nameZh: z.string().nullable(),
    colour: z.enum(COLOURS),
    conversations: z.int().meta({ description: "How many open conversations have it." }),
  })
  .meta({ id: "Label" });
export type LabelView = z.infer<typeof LabelView>;
export const LabelChoice = z.object({ labelIds: z.array(id).max(50) }).meta({ id: "LabelChoice" });

export const NoteBody = z
  .object({
    text: text(10_000),
    mentions: z.array(id).max(20).default([]).meta({ description: "People of ours whom it is for." }),
  })
  .meta({ id: "NoteBody" });
export type NoteBody = z.infer<typeof NoteBody>;
export const NoteView = z
  .object({
    id,
    conversationId: id,
    staffId: id.nullable(),
    name: z.string().nullable(),
    text: z.string(),
    mentions: z.array(z.object({ id, name: z.string() })),
    afterSeq: z.int().meta({ description: "It stands behind the message with this number." }),
    at: moment,
  })
  .meta({ id: "Note" });
export type NoteView = z.infer<typeof NoteView>;

const shortcut = z
  .string()
  .trim()
  .toLowerCase()
  .max(40)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}-]*$/u, "Letters, digits and hyphens, without spaces.");
export const CannedReplyBody = z
  .object({
    shortcut: shortcut.meta({ description: 'What is typed after "/".', example: "hours" }),
    title: line(100),
    textEn: text(10_000).nullable().default(null),
    textZh: text(10_000).nullable().default(null),
  })
  .refine(({ textEn, textZh }) => textEn !== null || textZh !== null, "Give its words in English, Chinese or both.")
  .meta({ id: "CannedReplyBody" });
export type CannedReplyBody = z.infer<typeof CannedReplyBody>;
export const CannedReplyView = z
  .object({
    id,
    shortcut: z.string(),
    title: z.string(),
    textEn: z.string().nullable(),
    textZh: z.string().nullable(),
    updatedAt: moment,
  })
  .meta({ id: "CannedReply" });
export type CannedReplyView = z.infer<typeof CannedReplyView>;
export const CannedValues = z
  .object({ name: z.string(), agent: z.string(), channel: z.string(), order: z.string(), organisation: z.string() })
  .partial()
  .meta({ id: "CannedValues", description: "What stands for {{name}} and the others; what is missing is unknown." });
export type CannedValues = z.infer<typeof CannedValues>;

export const STATUSES = ["open", "pending", "snoozed", "resolved"] as const;
/** Which conversations a list shows. */
export const ViewFilter = z
  .object({
    owner: z.enum(["bot", "agent"]).optional(),
    status: z.enum(STATUSES).optional(),
    channelId: id.optional(),
    assignee: z.enum(["me", "nobody"]).optional(),
    assigneeId: id.optional(),
    contactId: id.optional(),
    labelId: id.optional(),
    stage: z.string().max(50).optional(),
    entryPointId: id.optional().meta({ description: "The person came to us first through this entry point." }),
    unread: z.stringbool().optional().meta({ description: "Somebody wrote since the asker last read it." }),
    mentioned: z.stringbool().optional().meta({ description: "A note in it is for the asker." }),
  })
  .meta({ id: "ConversationFilter" });
export type ViewFilter = z.infer<typeof ViewFilter>;

const KeptFilter = ViewFilter.omit({ unread: true, mentioned: true, contactId: true }).extend({
  unread: z.boolean().optional(),
  mentioned: z.boolean().optional(),
});
export const SavedViewBody = z
  .object({
    name: line(60),
    isShared: z.boolean().default(false).meta({ description: "Everybody sees it; else its maker alone." }),
    filter: KeptFilter,
  })
  .meta({ id: "SavedViewBody" });
export type SavedViewBody = z.infer<typeof SavedViewBody>;
export const SavedViewView = z
  .object({ id, name: z.string(), isShared: z.boolean(), mine: z.boolean(), filter: KeptFilter })
  .meta({ id: "SavedView" });
export type SavedViewView = z.infer<typeof SavedViewView>;

export const SnoozeBody = z
  .object({ until: moment.meta({ description: "In the future, within a year. A new message wakes it sooner." }) })
  .meta({ id: "Snooze" });
export const ReadBody = z
  .object({ seq: z.int().min(0).meta({ description: "The number of the last message that was seen." }) })
  .meta({ id: "Read" });

export const Doing = z.enum(["looking", "writing", "gone"]);
export const PresenceBody = z.object({ doing: Doing }).meta({ id: "PresenceBody" });
export const PresenceView = z
  .object({ items: z.array(z.object({ staffId: id, name: z.string(), doing: z.enum(["looking", "writing"]) })) })
  .meta({ id: "Presence" });
export type PresenceView = z.infer<typeof PresenceView>;

export const ScheduledBody = z
  .object({ reply: Reply, dueAt: moment.meta({ description: "In the future, within a year." }) })
  .meta({ id: "ScheduledMessageBody" });
export const ScheduledView = z
  .object({
    id,
    conversationId: id,
    staffId: id.nullable(),
    name: z.string().nullable(),
    text: z.string(),
    dueAt: moment,
    state: z.enum(["waiting", "sent", "cancelled", "failed"]),
    reason: z.string().nullable(),
    createdAt: moment,
  })
  .meta({ id: "ScheduledMessage" });
export type ScheduledView = z.infer<typeof ScheduledView>;

export const SearchQuery = z.object({
  q: z.string().trim().min(1).max(200).meta({ description: "Words, or part of a Chinese sentence." }),
});
export const FoundView = z
  .object({
    conversation: ConversationView,
    hit: z.object({ messageId: id, seq: z.int(), text: z.string(), sentAt: moment }).nullable().meta({
      description: "The newest message in it that has the words; null where the person's name has them.",
    }),
  })
  .meta({ id: "Found" });
export type FoundView = z.infer<typeof FoundView>;
export const FoundPage = z.object({ items: z.array(FoundView) });
