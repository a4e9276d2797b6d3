import { z } from "zod";
import { moment, words } from "./api-fields.ts";

// What the API says about what people allowed, and about taking them with them or out.

export const Purpose = z.enum(["conversion-upload", "broadcast", "analytics", "personalisation"]).meta({
  description:
    "conversion-upload: advertising platforms are told of conversions. broadcast: messages that they did not ask for.",
});
export type Purpose = z.infer<typeof Purpose>;
export const Basis = z.enum(["consent", "contract", "legitimate-interest", "legal-obligation"]);

const consent = {
  purpose: Purpose,
  granted: z.boolean().meta({ description: "False takes back what was allowed before." }),
  basis: Basis,
  source: words(300).meta({ description: "Where they said so: a form, a message, a paper at the till." }),
};
export const NewConsent = z.strictObject({
  ...consent,
  basis: Basis.default("consent"),
  targetId: z.uuid().optional().meta({ description: "One upload target; without it, all of this purpose." }),
  at: moment.optional(),
});
export type NewConsent = z.infer<typeof NewConsent>;
export const Consent = z.object({
  id: z.uuid(),
  ...consent,
  targetId: z.uuid().nullable(),
  at: moment,
  recordedAt: moment,
  recordedBy: z.uuid().nullable(),
});
export type Consent = z.infer<typeof Consent>;
export const Consents = z.object({
  now: z.array(Consent.pick({ purpose: true, targetId: true, granted: true, at: true })).meta({
    description:
      "What counts: the latest by purpose and target. One without target counts for all that said it before.",
  }),
  history: z.array(Consent).meta({ description: "Everything that was ever said, the newest first." }),
});
export type Consents = z.infer<typeof Consents>;

export const PrivacySettings = z.strictObject({
  touchMonths: z.int().min(1).max(60).meta({
    description:
      "So many months after it happened, a touch loses its evidence, its account and its conversation, and a hit its visitor.",
  }),
});
export type PrivacySettings = z.infer<typeof PrivacySettings>;

/** Rows as they stand in the tables, by the table's name. */
export const PersonExport = z.object({
  contactIds: z.array(z.uuid()).meta({ description: "The person, and what they were before accounts were linked." }),
  exportedAt: moment,
  tables: z.record(z.string(), z.array(z.record(z.string(), z.json()))),
});
export type PersonExport = z.infer<typeof PersonExport>;

export const Erased = z.object({
  contactIds: z.array(z.uuid()),
  rows: z.record(z.string(), z.int()).meta({ description: "How many rows went or were emptied, by table." }),
});
export type Erased = z.infer<typeof Erased>;
