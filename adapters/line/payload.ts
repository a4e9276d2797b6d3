import { z } from "zod";

// LINE's webhook, as far as we read it. Fields of kinds that we do not carry are not looked at: they must not hinder.

const LAST_MS = 8.64e15;
const Id = z.string().min(1).max(500);
const Size = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

const Source = z.object({
  type: z.string(),
  userId: Id.optional(),
  groupId: Id.optional(),
  roomId: Id.optional(),
});

const Message = z.object({
  id: Id,
  type: z.string(),
  text: z.string().optional(),
  quoteToken: z.string().optional(),
  quotedMessageId: Id.optional(),
  markAsReadToken: z.string().optional(),
  mention: z.object({ mentionees: z.array(z.object({ isSelf: z.boolean().optional() })) }).optional(),
  contentProvider: z.object({ type: z.string(), originalContentUrl: z.string().optional() }).optional(),
  imageSet: z.object({ id: Id }).optional(),
  duration: Size.optional(),
  fileName: z.string().optional(),
  fileSize: Size.optional(),
  title: z.string().nullish(),
  address: z.string().nullish(),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
  packageId: Id.optional(),
  stickerId: Id.optional(),
  keywords: z.array(z.string()).optional(),
});

const Members = z.object({ members: z.array(Source) });

const LineEvent = z.object({
  type: z.string(),
  timestamp: z.number().int().min(0).max(LAST_MS),
  mode: z.string().optional(),
  source: Source.optional(),
  webhookEventId: Id.optional(),
  replyToken: z.string().optional(),
  message: Message.optional(),
  unsend: z.object({ messageId: Id }).optional(),
  joined: Members.optional(),
  left: Members.optional(),
  postback: z.object({ data: z.string(), params: z.record(z.string(), z.string()).optional() }).optional(),
});

/** What the hub itself knew when the event came in: names that LINE leaves out, and what was quoted. */
const Known = z.object({
  name: z.string().optional(),
  locale: z.string().optional(),
  placeTitle: z.string().optional(),
  quotesUs: z.boolean().optional(),
});

/** LINE's own body, of one event where it is an arrival. */
export const WebhookBody = z.object({
  destination: Id.optional(),
  events: z.array(LineEvent),
  known: Known.optional(),
});

/** A visit of the LIFF page, proven by LINE. */
export const LiffVisit = z.object({
  liff: z.object({
    id: Id,
    userId: Id,
    atMs: z.number().int().min(0).max(LAST_MS),
    code: z.string().max(64).optional(),
    name: z.string().optional(),
  }),
});

export type LineSource = z.infer<typeof Source>;
export type LineMessage = z.infer<typeof Message>;
export type LineEvent = z.infer<typeof LineEvent>;
export type Known = z.infer<typeof Known>;
export type LiffVisit = z.infer<typeof LiffVisit>["liff"];
