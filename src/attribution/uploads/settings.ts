import { z } from "zod";

// Fields that the settings of several platforms share.

/** Where the platform is called; another for a proxy, or to try things out. */
export const baseUrl = (usual: string) =>
  z
    .url({ protocol: /^https?$/, error: "An address that begins with https://." })
    .max(300)
    .transform((url) => url.replace(/\/+$/, ""))
    .default(usual);
export const token = z.string().trim().min(1).max(2_000);
export const digits = (name: string) => z.string().regex(/^\d{1,30}$/, `The ${name} consists of digits alone.`);
/** What the platform calls our kinds of conversions, where it is not the usual name. */
export const eventNames = z
  .record(z.string().max(40), z.string().regex(/^[A-Za-z]\w{0,49}$/, "Letters, digits and _, a letter first."))
  .default({});
