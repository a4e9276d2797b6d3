import { z, type ZodType } from "zod";
import { Invalid } from "./errors.ts";
import type { Json } from "./json.ts";
import type { Page } from "./route.ts";

/** What every list takes: how many, and where to go on. Extend it with the list's own filters. */
export const PageQuery = z.object({
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .meta({ description: "`next` of the page before; without it, the first page." }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export function pageSchema<Item>(item: ZodType<Item>): ZodType<Page<Item>> {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** Opaque to the asker: the sort key of the last row they saw. */
export function encodeCursor(key: Json): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/**
 * The sort key to go on behind, or `undefined` for the first page.
 * @throws Invalid when the cursor is not one of this list's.
 */
export function decodeCursor<Key>(cursor: string | undefined, key: ZodType<Key>): Key | undefined {
  if (cursor === undefined) return undefined;
  const parsed = key.safeParse(jsonOrNothing(Buffer.from(cursor, "base64url").toString("utf8")));
  if (parsed.success) return parsed.data;
  throw new Invalid("The cursor is not one of this list. Leave it out to start at the first page.", {
    "query.cursor": "Not a cursor of this list.",
  });
}

/** Makes a page of `limit + 1` fetched rows: the one too many only says that there are more. */
export function pageOf<Row>(rows: readonly Row[], limit: number, keyOf: (last: Row) => Json): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
