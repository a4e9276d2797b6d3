import { z } from "zod";
import { NewEntryPoint, type EntryImportReport } from "../contract/api-attribution.ts";
import { Conflict, Invalid, type Clock } from "../contract/index.ts";
import { csvText, readCsv } from "../lib/csv.ts";
import { columnsOf, entryFaults } from "./entry-checks.ts";
import { presentEntryPoint } from "./entry-points.ts";
import type { Draft, EntryPointStore, SpentCost, Surroundings } from "./entry-point-store.ts";
import { foldKeyword } from "./keywords.ts";
import type { Links } from "./links.ts";

const MOST_LINES = 5_000;
const ATTEMPTS = 3;
/** A day that the calendar has, with its offset. */
const Moment = z.iso.datetime({ offset: true });

/** Makes entry points by the line. @throws Invalid when the file as a whole cannot be read */
export type ImportEntryPoints = (
  bytes: Uint8Array,
  options: { dryRun: boolean; partial: boolean },
) => Promise<EntryImportReport>;

interface Parts {
  store: EntryPointStore;
  clock: Clock;
  links: Links;
  newCode: () => string;
  onChanged(): void;
}

/** One line of the file: what it asks for, or why it cannot be. */
interface Line {
  line: number;
  name: string | null;
  input?: NewEntryPoint;
  reasons: string[];
}

export function createImport(parts: Parts): ImportEntryPoints {
  const { store, links, onChanged } = parts;
  return async (bytes, { dryRun, partial }) => {
    const around = await store.surroundings();
    const lines = linesOf(csvText(bytes), around, links);
    const good = lines.flatMap(({ input, reasons }) => (input && reasons.length === 0 ? [input] : []));
    const refused = lines.filter(({ reasons }) => reasons.length > 0);
    const makes = !dryRun && good.length > 0 && (partial || refused.length === 0);
    const rows = makes ? await insertAll(parts, good, around) : [];
    if (rows.length > 0) onChanged();
    return {
      dryRun,
      lines: lines.length,
      good: good.length,
      made: rows.map((row) => presentEntryPoint(row, links.shortUrl(row.code))),
      refused: refused.map(({ line, name, reasons }) => ({ line, name, reasons })),
    };
  };
}

async function insertAll({ store, clock, newCode }: Parts, inputs: readonly NewEntryPoint[], around: Surroundings) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const drafts = inputs.map(({ cost, ...input }) => {
      const draft = { ...columnsOf(input, around), code: newCode(), createdAt: clock.now() } as Draft;
      const spent: SpentCost | undefined = cost && { ...cost, at: cost.at ?? clock.now().toISOString() };
      return { draft, cost: spent };
    });
    const rows = await store.insertAll(drafts);
    if (rows) return rows;
  }
  throw new Conflict("Somebody took one of the keywords meanwhile. Nothing was made; send the file again.");
}

const COLUMNS = [
  ...[
    "name",
    "medium",
    "campaign",
    "placement",
    "region",
    "owner",
    "owner_email",
    "channel",
    "url",
    "keyword",
    "phone",
  ],
  ...[
    "starts",
    "ends",
    "cost",
    "currency",
    "greeting_en",
    "greeting_zh",
    "offer_en",
    "offer_zh",
    "article",
    "assign_to",
  ],
] as const;
type Column = (typeof COLUMNS)[number];

/** @throws Invalid when the head cannot be read. */
function linesOf(text: string, around: Surroundings, links: Links): Line[] {
  const [head, ...records] = readCsv(text, MOST_LINES + 1);
  if (!head) throw new Invalid("The file is empty.", { body: "Empty." });
  const columns = head.cells.map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, "_"),
  );
  refuseHead(columns);
  const keywords = new Map<string, number>();
  return records.map(({ line, cells }) => {
    const cell = (column: Column) => cells[columns.indexOf(column)]?.trim() ?? "";
    const read = readLine(cell, around, cells.length > columns.length);
    const fault = read.input && sameKeyword(read.input.keyword, line, keywords);
    const faults = read.input ? Object.entries(entryFaults(read.input, around, links)) : [];
    const reasons = [...read.reasons, ...faults.map(([field, why]) => `${field}: ${why}`), ...(fault ? [fault] : [])];
    return { line, name: cell("name") || null, ...(read.input && { input: read.input }), reasons };
  });
}

function refuseHead(columns: readonly string[]): void {
  const strange = columns.find((column) => !COLUMNS.some((known) => known === column));
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  const missing = ["name", "medium"].find((column) => !columns.includes(column));
  const fault =
    missing !== undefined
      ? `There is no column "${missing}".`
      : strange !== undefined
        ? `There is no such column: "${strange.slice(0, 60)}".`
        : twice !== undefined && `The column "${twice}" stands there twice.`;
  if (fault)
    throw new Invalid(`${fault} The first line names the columns: ${COLUMNS.join(", ")}.`, { body: "Line 1." });
}

function sameKeyword(keyword: string | undefined, line: number, seen: Map<string, number>): string | undefined {
  if (keyword === undefined) return undefined;
  const folded = foldKeyword(keyword);
  const before = seen.get(folded);
  if (before === undefined) seen.set(folded, line);
  return before === undefined ? undefined : `keyword: Stands in line ${before} already.`;
}

type Cell = (column: Column) => string;

function readLine(cell: Cell, around: Surroundings, isTooLong: boolean): { input?: NewEntryPoint; reasons: string[] } {
  const reasons: string[] = isTooLong ? ["It has more cells than the first line has columns."] : [];
  const note = (reason: string) => void reasons.push(reason);
  const plain = ["name", "medium", "campaign", "placement", "region", "owner", "keyword", "phone"] as const;
  const channels = channelsNamed(cell("channel"), around, note);
  const ownerId = memberOf(cell("owner_email"), "owner_email", around, note);
  const wanted = {
    ...Object.fromEntries(plain.flatMap((column) => (cell(column) === "" ? [] : [[column, cell(column)]]))),
    ...(channels.length === 1 ? { channelId: channels[0] } : channels.length > 1 ? { channelIds: channels } : {}),
    ...(cell("url") !== "" && { targetUrl: cell("url") }),
    ...(ownerId && { ownerId }),
    ...momentOf(cell, "starts", note),
    ...momentOf(cell, "ends", note),
    ...costOf(cell, note),
    ...landingOf(cell, around, note),
  };
  const { data, error } = NewEntryPoint.safeParse(wanted);
  for (const issue of error?.issues ?? []) note(`${issue.path.join(".") || "line"}: ${issue.message}`);
  return { ...(data && { input: data }), reasons };
}

/** By id, or by name where only one has it; several are separated by |. */
function channelsNamed(text: string, { channels }: Surroundings, note: (reason: string) => void): string[] {
  const names = text.split("|").map((name) => name.trim());
  return names
    .filter((name) => name !== "")
    .flatMap((name) => {
      const found = channels.filter((channel) => channel.id === name.toLowerCase() || channel.name === name);
      if (found.length === 1) return [found[0]!.id];
      note(
        found.length === 0
          ? `channel: There is none called "${name}".`
          : `channel: Several are called "${name}"; give its id.`,
      );
      return [];
    });
}

function memberOf(
  email: string,
  column: Column,
  { staff }: Surroundings,
  note: (reason: string) => void,
): string | undefined {
  if (email === "") return undefined;
  const found = staff.find((member) => member.email.toLowerCase() === email.toLowerCase());
  if (!found) note(`${column}: No owner, admin or agent of yours has this address.`);
  return found?.id;
}

/** A day is a day in UTC; with a time, an offset must stand there, since nobody could know it. */
function momentOf(cell: Cell, column: "starts" | "ends", note: (reason: string) => void): Record<string, string> {
  const text = cell(column);
  if (text === "") return {};
  const full = /^\d{4}-\d{2}-\d{2}$/.test(text)
    ? `${text}T00:00:00Z`
    : text.replace(/[ T](\d{2}:\d{2})(?=Z|[+-])/, "T$1:00").replace(" ", "T");
  if (Moment.safeParse(full).success)
    return { [column === "starts" ? "startsAt" : "endsAt"]: new Date(full).toISOString() };
  note(`${column}: Write 2026-03-01, or 2026-03-01T09:00+08:00 with the offset.`);
  return {};
}

/** As people write it, 120.50; kept in minor units. */
function costOf(cell: Cell, note: (reason: string) => void): { cost?: NewEntryPoint["cost"] } {
  const [text, currency] = [cell("cost"), cell("currency").toUpperCase()];
  if (text === "") return {};
  const digits = digitsOf(currency);
  const [, whole, fraction = ""] = /^(\d{1,12})(?:\.(\d+))?$/.exec(text) ?? [];
  if (digits === undefined) note("currency: Name one of ISO 4217 beside the cost: EUR, CNY ...");
  else if (whole === undefined || fraction.length > digits)
    note(`cost: Write it as 1200.50, without thousands separators, with at most ${digits} digits behind the point.`);
  else {
    const amount = Number(whole) * 10 ** digits + Number(fraction.padEnd(digits, "0") || "0");
    return amount === 0 ? {} : { cost: { amount, currency } };
  }
  return {};
}

function digitsOf(currency: string): number | undefined {
  if (!Intl.supportedValuesOf("currency").includes(currency)) return undefined;
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
}

function landingOf(
  cell: Cell,
  around: Surroundings,
  note: (reason: string) => void,
): { landing?: NewEntryPoint["landing"] } {
  const both = (en: string, zh: string) =>
    en === "" && zh === "" ? undefined : { ...(en && { en }), ...(zh && { zh }) };
  const greeting = both(cell("greeting_en"), cell("greeting_zh"));
  const offer = both(cell("offer_en"), cell("offer_zh"));
  const assignTo = memberOf(cell("assign_to"), "assign_to", around, note);
  const article = cell("article");
  const landing = {
    ...(greeting && { greeting }),
    ...(offer && { offer }),
    ...(article && { article }),
    ...(assignTo && { assignTo }),
  };
  return Object.keys(landing).length > 0 ? { landing } : {};
}
