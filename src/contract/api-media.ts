import { z } from "zod";

const id = z.uuid();

/** A file that somebody sent, and how it stands with our copy. */
export const MediaView = z.object({
  id,
  channelId: id,
  kind: z.enum(["image", "audio", "video", "document", "sticker"]),
  state: z.enum(["waiting", "kept", "refused"]).meta({
    description: "waiting: it is being fetched; refused: `reason` says why there is no copy.",
  }),
  reason: z.string().nullable(),
  name: z.string().nullable(),
  mimeType: z.string().nullable().meta({ description: "By its content, not by its name." }),
  size: z.int().nullable().meta({ description: "Bytes." }),
});
export type MediaView = z.infer<typeof MediaView>;

/** A file of ours, ready to be sent: `ref` goes into a message's file part. */
export const UploadedFile = z.object({
  ref: id,
  kind: z.enum(["image", "audio", "video", "document"]),
  name: z.string(),
  mimeType: z.string(),
  size: z.int(),
});
export type UploadedFile = z.infer<typeof UploadedFile>;
