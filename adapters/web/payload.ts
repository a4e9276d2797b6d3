import { z } from "zod";

/**
 * What one request of a visitor is stored as. It carries the moment it was taken, since reading it must need no clock.
 * The readers are tolerant of what they do not know: a stored payload of another version must still be read.
 */
const Visitor = z.object({
  place: z.string().min(1),
  name: z.string().optional(),
  email: z.string().optional(),
  verified: z.boolean().default(false),
});

const base = {
  id: z.string().min(1),
  visitor: Visitor,
  receivedAt: z.iso.datetime(),
  /** By the visitor's own clock. */
  sentAt: z.iso.datetime().optional(),
};

const FileKind = z.enum(["image", "audio", "video", "document", "sticker"]);

const Files = z.array(
  z.object({
    ref: z.string().min(1),
    kind: FileKind,
    name: z.string(),
    mimeType: z.string(),
    size: z.int().nonnegative(),
  }),
);

const Entry = z.object({
  code: z.string().optional(),
  method: z.literal("page"),
  raw: z.string(),
  details: z.record(z.string(), z.string()).optional(),
});

export const Payload = z.discriminatedUnion("kind", [
  z.object({
    ...base,
    kind: z.literal("entered"),
    entry: Entry.optional(),
    locale: z.string().optional(),
    /** The visitor has now been vouched for by the website; before, they were this one. */
    placeBefore: z.string().min(1).optional(),
  }),
  z.object({
    ...base,
    kind: z.literal("message"),
    text: z.string().optional(),
    files: Files.optional(),
    replyTo: z.string().min(1).optional(),
  }),
  z.object({ ...base, kind: z.literal("pressed"), choice: z.string().min(1), messageId: z.string().min(1).optional() }),
  z.object({ ...base, kind: z.literal("edited"), messageId: z.string().min(1), text: z.string().min(1) }),
  z.object({ ...base, kind: z.literal("deleted"), messageId: z.string().min(1) }),
  z.object({
    ...base,
    kind: z.literal("reaction"),
    messageId: z.string().min(1),
    added: z.array(z.string().min(1)),
    removed: z.array(z.string().min(1)),
  }),
  z.object({
    ...base,
    kind: z.literal("receipt"),
    status: z.enum(["delivered", "read"]),
    messageIds: z.array(z.string().min(1)).min(1),
  }),
]);
export type Payload = z.infer<typeof Payload>;

export const KINDS: readonly string[] = Payload.options.map((option) => option.shape.kind.value);

/** What every payload has, also one of a kind that is not known here. */
export const AnyPayload = z.object({ ...base, kind: z.string() });
