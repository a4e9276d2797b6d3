import { InvalidArgumentError } from "commander";
import type { ZodType } from "zod";
import { Invalid } from "../contract/index.ts";
import { isId } from "../lib/ids.ts";

/** For commander: an id, or a sentence that says what one looks like. */
export function id(text: string): string {
  if (isId(text)) return text.toLowerCase();
  throw new InvalidArgumentError("An id looks like 0190a000-0000-7000-8000-000000000001; the list commands show them.");
}

/** What the API would check in a body, checked. @throws Invalid that names each wrong field */
export function checked<T>(schema: ZodType<T>, value: unknown, what: string): T {
  const { data, error } = schema.safeParse(value);
  if (!error) return data;
  const fields = Object.fromEntries(error.issues.map((issue) => [issue.path.join(".") || what, issue.message]));
  throw new Invalid(`The ${what} cannot be made like this.`, fields);
}
