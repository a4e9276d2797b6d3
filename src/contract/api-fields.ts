import { z } from "zod";
import { cleanText } from "./json.ts";

// Fields that many of the API's schemas of attribution share.

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** One line or a few words that the database can keep as they are. */
export const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text === cleanText(text), "Contains a NUL or half a surrogate pair.");
export const slug = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, "Small letters, digits and hyphens, a letter first.");
export const moment = z.iso.datetime({ offset: true });
export const amount = z.int().min(0).meta({ description: "Minor units (cents, fen), at most 2^53 - 1." });
export const currency = z
  .string()
  .refine((code) => CURRENCIES.has(code), "Not a currency of ISO 4217, in capitals: EUR, CNY ...")
  .meta({ description: "ISO 4217", examples: ["EUR", "CNY"] });
export const targetUrl = z
  .url({ protocol: /^https?$/, error: "An absolute http or https address." })
  .max(2_000)
  .refine((text) => text === cleanText(text) && !hasLogin(text), "An address without user name and password.");

function hasLogin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== "" || password !== "";
}

export const IdParams = z.object({ id: z.uuid() });
export const Money = z.object({ amount: z.int(), currency: z.string() });
export type Money = z.infer<typeof Money>;
