import { z } from "zod";
import { amount, currency, moment, Money, slug, words } from "./api-fields.ts";
import { PageQuery } from "./paging.ts";

// What the API says about conversions, refunds, vouchers and lists of them.

const line = {
  sku: words(100),
  name: words(300),
  quantity: z.number().positive().max(1_000_000).meta({ description: "Pieces, or a weight." }),
  amount: amount.meta({ description: "Of the whole line, in minor units." }),
};
export const NewLine = z.strictObject({
  sku: line.sku,
  name: line.name.optional(),
  quantity: line.quantity.default(1),
  amount: line.amount,
});
export const Line = z.object({ ...line, name: z.string().nullable() });
export type Line = z.infer<typeof Line>;

const account = z.strictObject({ channelId: z.uuid(), externalId: words(500) });
const reported = {
  kind: slug.meta({ description: "order, booking, sign-up ..." }),
  source: words(100).meta({ description: "Who reports it: till, web-shop ..." }),
  externalId: words(200).meta({
    description: "The source's own number of it; the same again is the same conversion.",
  }),
  amount,
  currency,
  note: words(500).optional(),
  at: moment.optional().meta({ description: "When it happened; without it, now." }),
  offline: z
    .boolean()
    .optional()
    .meta({ description: "At a till. Without it: true of the sources till, pos, shop, store and cash-desk." }),
  lines: z.array(NewLine).max(200).optional().meta({ description: "What was bought." }),
};
const named = {
  contactId: z.uuid().optional(),
  identity: account.optional().meta({ description: "Or the person's account on one channel." }),
};

export const NewConversion = z
  .strictObject({ ...reported, ...named })
  .refine((input) => (input.contactId === undefined) !== (input.identity === undefined), {
    path: ["contactId"],
    error: "Name the person: either contactId or identity.",
  });
export type NewConversion = z.infer<typeof NewConversion>;

/** What an agent saw: the conversation says whom, and the click what. */
export const AgentConversion = z.strictObject({
  ...reported,
  source: reported.source.default("agent"),
  externalId: reported.externalId
    .optional()
    .meta({ description: "Without it each click is a conversion of its own; send an idempotency key." }),
});
export type AgentConversion = z.infer<typeof AgentConversion>;

/** What a page tells about its visitor. It is a browser that says so: no time, no note, and a source of its own. */
export const PageConversion = z.strictObject({
  kind: reported.kind.default("order"),
  externalId: reported.externalId,
  amount,
  currency,
  lines: reported.lines,
});

export const NewRefund = z.strictObject({
  source: words(100),
  externalId: words(200),
  amount: amount.min(1),
  note: words(500).optional(),
  at: moment.optional(),
});
export type NewRefund = z.infer<typeof NewRefund>;

const recorded = {
  id: z.uuid(),
  source: z.string(),
  externalId: z.string(),
  ...Money.shape,
  note: z.string().nullable(),
  at: moment,
};
export const Conversion = z.object({
  ...recorded,
  contactId: z.uuid(),
  kind: z.string(),
  refunded: z.int().meta({ description: "Taken back so far." }),
  offline: z.boolean(),
  lines: z.array(Line),
});
export type Conversion = z.infer<typeof Conversion>;
export const Refund = z.object({ ...recorded, conversionId: z.uuid() });
export type Refund = z.infer<typeof Refund>;
export const ConversionQuery = PageQuery.extend({ contactId: z.uuid().optional() });

// ── Vouchers ────────────────────────────────────────────────────────────────

export const NewVouchers = z
  .strictObject({
    count: z.int().min(1).max(1_000).default(1),
    kind: slug.default("order"),
    entryPointId: z.uuid().optional().meta({ description: "The door that gives them out." }),
    contactId: z.uuid().optional().meta({ description: "Or the person who gets it." }),
    note: words(500).optional(),
    expiresAt: moment.optional(),
  })
  .refine((input) => (input.entryPointId === undefined) !== (input.contactId === undefined), {
    path: ["entryPointId"],
    error: "Bind it: either to entryPointId or to contactId.",
  })
  .refine((input) => input.contactId === undefined || input.count === 1, {
    path: ["count"],
    error: "A person gets one at a time.",
  });
export type NewVouchers = z.infer<typeof NewVouchers>;
export const Voucher = z.object({
  code: z.string(),
  kind: z.string(),
  note: z.string().nullable(),
  entryPointId: z.uuid().nullable(),
  contactId: z.uuid().nullable(),
  state: z.enum(["open", "claimed", "used", "expired", "revoked"]),
  claimedBy: z.uuid().nullable().meta({ description: "Who typed it in a chat." }),
  claimedAt: moment.nullable(),
  conversionId: z.uuid().nullable(),
  usedAt: moment.nullable(),
  expiresAt: moment.nullable(),
  createdAt: moment,
});
export type Voucher = z.infer<typeof Voucher>;
export const VoucherQuery = PageQuery.extend({ entryPointId: z.uuid().optional(), contactId: z.uuid().optional() });
export const VoucherParams = z.object({ code: words(40) });
/** At the till: the code says whom. Of a code that nobody has typed in a chat yet, nobody knows; whoever does so later is it. */
export const VoucherUse = z.strictObject({ ...reported, kind: reported.kind.optional(), ...named });
export type VoucherUse = z.infer<typeof VoucherUse>;

// ── Lists ───────────────────────────────────────────────────────────────────

export const ConversionImportQuery = z.object({
  dryRun: z.enum(["true", "false"]).default("false").meta({ description: "Only says what would happen." }),
  partial: z
    .enum(["true", "false"])
    .default("false")
    .meta({ description: "Takes the good lines and leaves the others out; without it, all or nothing." }),
});
export const RefusedConversion = z.object({ line: z.int(), column: z.string().nullable(), reason: z.string() });
export type RefusedConversion = z.infer<typeof RefusedConversion>;
export const ConversionImportReport = z.object({
  lines: z.int(),
  added: z.int().meta({ description: "New; in a dry run, or where lines were refused, what would have been." }),
  known: z.int().meta({ description: "There already, and the same." }),
  refused: z.int(),
  faults: z.array(RefusedConversion).meta({ description: "The first thousand." }),
  written: z.boolean(),
});
export type ConversionImportReport = z.infer<typeof ConversionImportReport>;
