import { parseCsv } from "./csv.ts";
import { CommandFault } from "./fault.ts";

interface Draft {
  slug: string;
  texts: Record<string, { title: string; answer: string }>;
  phrasings: Record<string, string[]>;
}

const NEEDED = ["slug", "language", "title", "answer"];

/**
 * Articles from CSV: one row for each slug and language, with any number of `phrasing` columns. A further row of the same
 * slug and language may leave title and answer empty and add phrasings. What the values must be is the knowledge room's to say.
 * @throws CommandFault
 */
export function articlesFrom(csv: string, name: string): Draft[] {
  const [head, ...rows] = parseCsv(csv, name);
  const columns = (head ?? []).map((title) => title.trim().toLowerCase());
  refuseHead(columns, name);
  const drafts = new Map<string, Draft>();
  for (const [at, row] of rows.entries()) {
    const cell = (column: string) => row[columns.indexOf(column)]?.trim() ?? "";
    const slug = cell("slug");
    const language = cell("language").toLowerCase();
    if (slug === "" || language === "")
      throw new CommandFault(`${name} cannot be read: row ${at + 2} lacks its slug or its language.`);
    const draft = drafts.get(slug) ?? { slug, texts: {}, phrasings: {} };
    drafts.set(slug, draft);
    addWords(
      draft,
      language,
      { title: cell("title"), answer: cell("answer") },
      `${name} cannot be read: row ${at + 2}`,
    );
    const phrasings = row.filter((_, column) => isPhrasing(columns[column] ?? "")).map((text) => text.trim());
    (draft.phrasings[language] ??= []).push(...phrasings.filter(Boolean));
  }
  return [...drafts.values()];
}

function addWords(draft: Draft, language: string, words: { title: string; answer: string }, where: string): void {
  if (words.title === "" && words.answer === "") return;
  if (draft.texts[language]) throw new CommandFault(`${where} gives ${draft.slug} a second answer in ${language}.`);
  draft.texts[language] = words;
}

function refuseHead(columns: readonly string[], name: string): void {
  const missing = NEEDED.filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw new CommandFault(
      `${name} cannot be read: its first row must name the columns; missing: ${missing.join(", ")}.`,
    );
  const unknown = columns.filter((column) => column !== "" && !NEEDED.includes(column) && !isPhrasing(column));
  if (unknown.length > 0)
    throw new CommandFault(`${name} cannot be read: it has columns that mean nothing here: ${unknown.join(", ")}.`);
}

/** "phrasing", "phrasing 2", "phrasing_3" */
function isPhrasing(column: string): boolean {
  return /^phrasings?[\s_-]*\d*$/.test(column);
}
