import type { z } from "zod";
import { NewArticle, type ArticleView } from "../contract/api-knowledge.ts";
import { Invalid } from "../contract/index.ts";

/** An article as it is to be written: checked, defaults filled in. */
export type ArticleInput = z.output<typeof NewArticle>;

/** Whether writing `input` over `article` would change nothing. */
export function sameWords(article: ArticleView, input: ArticleInput): boolean {
  const words = ({ enabled, audience, validFrom, validTo, texts, phrasings }: ArticleInput | ArticleView) =>
    JSON.stringify([
      enabled,
      audience,
      ...[validFrom, validTo].map((moment) => moment && Date.parse(moment)),
      ...(["en", "zh"] as const).map((tag) => [texts[tag]?.title, texts[tag]?.answer, phrasings[tag] ?? []]),
    ]);
  return words(article) === words(input);
}

/** An article as an import takes it. */
export function exported({
  slug,
  enabled,
  audience,
  validFrom,
  validTo,
  texts,
  phrasings,
}: ArticleView | ArticleInput): ArticleInput {
  return { slug, enabled, audience, validFrom, validTo, texts, phrasings };
}

/** Who would see an article. */
export interface Viewer {
  /** How far the person has come; nothing is known of a stranger. */
  stage?: string | undefined;
  isStaff?: boolean;
  /** Now. Without it, articles that have their time are not shown. */
  at?: Date;
}

/** Whoever has bought before stays a customer for what is meant for customers. */
const CUSTOMERS: ReadonlySet<string> = new Set(["customer", "repeat", "advocate", "lapsed"]);

/** Whether a person may be told what an article says, now. */
export function maySee(
  { audience, validFrom, validTo }: Pick<ArticleView, "audience" | "validFrom" | "validTo">,
  { stage, isStaff = false, at }: Viewer,
): boolean {
  if (audience === "staff" && !isStaff) return false;
  if (audience === "customers" && !isStaff && !CUSTOMERS.has(stage ?? "")) return false;
  if (validFrom === null && validTo === null) return true;
  if (!at) return false;
  return (validFrom === null || Date.parse(validFrom) <= +at) && (validTo === null || +at < Date.parse(validTo));
}

/**
 * Checks a list row by row.
 * @throws Invalid with every fault at once, by row and field: "3.texts.en.title".
 */
export function checkedList(rows: readonly unknown[]): ArticleInput[] {
  const fields: Record<string, string> = {};
  const seen = new Map<string, number>();
  const inputs = rows.flatMap((row, at) => {
    const { data, error } = NewArticle.safeParse(row);
    for (const issue of error?.issues ?? []) fields[[at, ...issue.path].join(".")] = issue.message;
    if (!data) return [];
    const before = seen.get(data.slug);
    if (before !== undefined) fields[`${at}.slug`] = `Row ${before} has this slug already.`;
    else seen.set(data.slug, at);
    return [data];
  });
  const faults = Object.keys(fields).length;
  if (faults > 0)
    throw new Invalid(
      `The list has ${faults} faults, so nothing was imported. Mend the fields named and send it again.`,
      fields,
    );
  return inputs;
}
