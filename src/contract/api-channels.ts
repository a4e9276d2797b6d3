import { z } from "zod";

const Rate = z.object({ count: z.number().positive(), perMs: z.number().int().positive() });

/** At most so many sends; they replace the adapter's own where a platform granted more or less. */
export const Rates = z.object({ channel: Rate.optional(), place: Rate.optional() });

export const ChannelView = z.object({
  id: z.uuid(),
  adapter: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  /** Secrets show their last four characters. */
  settings: z.record(z.string(), z.unknown()),
  rates: Rates.nullable(),
  onUncertain: z.enum(["resend", "hold"]),
  /** Where the platform delivers to, for channels with a webhook. */
  webhookUrl: z.url().nullable(),
  lastInboundAt: z.iso.datetime().nullable(),
  lastError: z.string().nullable(),
  lastErrorAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type ChannelView = z.infer<typeof ChannelView>;

export const NewChannel = z.object({
  adapter: z
    .string()
    .min(1)
    .meta({ description: "One of GET /adapters", examples: ["telegram"] }),
  name: z.string().trim().min(1).max(100),
  settings: z.record(z.string(), z.unknown()).default({}),
  rates: Rates.optional(),
  onUncertain: z.enum(["resend", "hold"]).default("resend"),
});
export type NewChannel = z.input<typeof NewChannel>;

export const ChannelChange = z.object({
  name: z.string().trim().min(1).max(100).optional(),
  /** Only what changes; what is left out keeps its value. */
  settings: z.record(z.string(), z.unknown()).optional(),
  rates: Rates.nullable().optional(),
  onUncertain: z.enum(["resend", "hold"]).optional(),
  enabled: z.boolean().optional(),
});
export type ChannelChange = z.infer<typeof ChannelChange>;

export const AdapterView = z.object({
  name: z.string(),
  /** JSON Schema, to draw a form from. */
  settings: z.record(z.string(), z.unknown()),
  capabilities: z.record(z.string(), z.unknown()),
});

/** Something that can be set up on the platform once. */
export const SetupView = z.object({
  name: z.string(),
  summary: z.string(),
  /** JSON Schema of what it takes. */
  input: z.record(z.string(), z.unknown()),
});
export const SetupParams = z.object({ id: z.uuid(), name: z.string().min(1).max(100) });
export const SetupDone = z.object({ detail: z.string() });

export const CheckView = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() });

export const List = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
export const IdParams = z.object({ id: z.uuid() });
