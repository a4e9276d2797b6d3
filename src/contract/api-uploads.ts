import { z } from "zod";
import { moment, slug, words } from "./api-fields.ts";
import { PageQuery } from "./paging.ts";

// What the API says about telling advertising platforms of conversions.

export const UploadApiName = z.enum(["meta", "meta-messaging", "ga4", "google-ads", "tiktok"]);
export type UploadApiName = z.infer<typeof UploadApiName>;

const settings = z.record(z.string().max(60), z.unknown()).meta({
  description:
    "Of the API: its ids and its secrets. They are sealed; of a secret, only the last four characters are shown.",
});
const kinds = z.array(slug).max(50).meta({ description: "Which kinds of conversions it is told of; none means all." });

export const NewUploadTarget = z.strictObject({
  api: UploadApiName,
  name: words(100),
  settings,
  kinds: kinds.default([]),
  enabled: z.boolean().default(false).meta({ description: "Look at a dry run first, then switch it on." }),
});
export type NewUploadTarget = z.infer<typeof NewUploadTarget>;
export const UploadTargetPatch = z.strictObject({
  name: words(100).optional(),
  settings: settings.optional(),
  kinds: kinds.optional(),
  enabled: z.boolean().optional(),
});
export type UploadTargetPatch = z.infer<typeof UploadTargetPatch>;

export const UploadTarget = z.object({
  id: z.uuid(),
  api: UploadApiName,
  name: z.string(),
  settings,
  kinds,
  enabled: z.boolean(),
  createdAt: moment,
});
export type UploadTarget = z.infer<typeof UploadTarget>;

export const UploadState = z.enum(["waiting", "sent", "withheld", "refused"]).meta({
  description: "Withheld: we did not send it. Refused: they did not take it. The reason says why.",
});
export const Upload = z.object({
  id: z.uuid(),
  targetId: z.uuid(),
  conversionId: z.uuid(),
  state: UploadState,
  attempts: z.int(),
  reason: z.string().nullable(),
  fields: z.array(z.string()).meta({ description: "Names of what left. The values are not kept." }),
  dueAt: moment,
  createdAt: moment,
  sentAt: moment.nullable(),
});
export type Upload = z.infer<typeof Upload>;
export const UploadQuery = PageQuery.extend({ targetId: z.uuid().optional(), state: UploadState.optional() });

/** What would leave if it were sent now; nothing does. */
export const UploadPreview = z.object({
  target: UploadTarget.pick({ id: true, name: true, api: true, enabled: true }),
  wouldSend: z.boolean(),
  why: z.string().nullable().meta({ description: "Why it would not." }),
  request: z
    .object({ url: z.string(), body: z.json() })
    .nullable()
    .meta({ description: "Letter for letter, but for the credentials." }),
  upload: Upload.nullable().meta({ description: "What has become of it already." }),
});
export type UploadPreview = z.infer<typeof UploadPreview>;
