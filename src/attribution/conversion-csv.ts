import { z } from "zod";
import { currency, slug, words } from "../contract/api-fields.ts";
import { Invalid } from "../contract/index.ts";
import { isAhead, isAtTill } from "./conversions.ts";

/** One line of a list of conversions: a conversion, or with `refundOf` what was taken back of one. */
export interface ListedConversion {
  line: number;
  source: string;
  externalId: string;
  kind: string;
  /** Minor units, never negative. */
  amount: number;
  currency: string;
  at: Date;
  offline: boolean;
  note: string | null;
  person: { contactId: string } | { channelId: string; account: string } | null;
  refundOf: string | null;
}

export interface Fault {
  line: number;
  column: string | null;
  reason: string;
}

const COLUMNS = ["source", "external_id", "kind", "amount", "amount_minor", "currency", "at", "contact_id", "channel_id", "account", "offline", "note", "refund_of"] as const; // prettier-ignore
type Column = (typeof COLUMNS)[number];
const REQUIRED: readonly Column[] = ["source", "external_id", "currency", "at"];
const SEPARATORS = [",", ";", "\t"] as const;
const LONGEST = 100_000;

// ── Lines ──

/** Lines of UTF-8 text. @throws Invalid that names the line, for any other encoding */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let line = 0;
  const decode = (bytes?: Uint8Array) => {
    try {
      const text = bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
      if (!text.includes("\0")) return text;
    } catch {
      // as below
    }
    throw new Invalid(`The file is not UTF-8 (after line ${line}). Save it as "CSV UTF-8" and send it again.`, {
      body: "Not UTF-8.",
    });
  };
  for await (const chunk of chunks) {
    const parts = (rest + decode(chunk)).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > LONGEST)
      throw new Invalid(`Line ${line + parts.length + 1} is too long to be one.`, { body: "Not CSV." });
    for (const text of parts) {
      line++;
      yield text.endsWith("\r") ? text.slice(0, -1) : text;
    }
  }
  rest += decode();
  if (rest !== "") yield rest;
}

interface Listed {
  line: number;
  cells: string[];
}

/** Records of CSV (RFC 4180) as they come; a quoted cell may go on over several lines. @throws Invalid */
export async function* recordsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Listed> {
  let separator: string | undefined;
  let open: { text: string; line: number } | undefined;
  let line = 0;
  for await (const text of linesOf(chunks)) {
    line++;
    if (!open && text.trim() === "") continue;
    open = open ? { ...open, text: `${open.text}\n${text}` } : { text, line };
    if (open.text.split('"').length % 2 === 0) {
      if (open.text.length > LONGEST) break;
      continue; // inside quotes
    }
    separator ??= separatorOf(open.text);
    yield { line: open.line, cells: cellsOf(open.text, separator) };
    open = undefined;
  }
  if (open) throw new Invalid(`A quote that opens in line ${open.line} is never closed.`, { body: "Not CSV." });
}

/** The one that the head has most of. */
function separatorOf(head: string): string {
  const count = (separator: string) => head.split(separator).length;
  return SEPARATORS.reduce((best: string, each) => (count(each) > count(best) ? each : best), ",");
}

function cellsOf(text: string, separator: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= text.length; at++) {
    if (text[at] !== '"') {
      const end = text.indexOf(separator, at);
      cells.push(end < 0 ? text.slice(at) : text.slice(at, end));
      at = end < 0 ? text.length : end;
      continue;
    }
    let end = text.indexOf('"', at + 1);
    while (text[end + 1] === '"') end = text.indexOf('"', end + 2);
    cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 1;
  }
  return cells;
}

// ── Columns ──

/** Where each column stands. @throws Invalid when some are missing, unknown or twice there */
export function columnsOf(head: readonly string[]): Map<Column, number> {
  const names = head.map((cell) =>
    cell
      .replace(/^\uFEFF/, "")
      .trim()
      .toLowerCase(),
  );
  const unknown = names.filter((name) => !COLUMNS.some((column) => column === name));
  const missing = REQUIRED.filter((column) => !names.includes(column));
  if (!names.includes("amount") && !names.includes("amount_minor")) missing.push("amount");
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  const wrong = [
    ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
    ...(unknown.length > 0 ? [`unknown: ${unknown.slice(0, 10).join(", ").slice(0, 200)}`] : []),
    ...(twice.length > 0 ? [`twice: ${twice.slice(0, 10).join(", ")}`] : []),
  ];
  if (wrong.length === 0) return new Map(names.map((name, i) => [name as Column, i]));
  throw new Invalid(`The first line must name the columns (${wrong.join("; ")}). Columns: ${COLUMNS.join(", ")}.`, {
    body: "Wrong columns.",
  });
}

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const YES: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  "1": true,
  no: false,
  false: false,
  "0": false,
};

/** What a line says, or all that is wrong with it. */
export function readLine(
  { line, cells }: Listed,
  columns: ReadonlyMap<Column, number>,
  now: Date,
): ListedConversion | Fault[] {
  if (cells.length !== columns.size) {
    const reason = `It has ${cells.length} cells where the first line has ${columns.size}. Text with a separator in it stands in double quotes.`;
    return [{ line, column: null, reason }];
  }
  const faults: Fault[] = [];
  const cell = (column: Column) => (columns.has(column) ? cells[columns.get(column)!]!.trim() : "");
  const fault = (column: Column, reason: string) => void faults.push({ line, column, reason });
  const read = <T>(column: Column, schema: z.ZodType<T>, value: unknown): T | undefined => {
    const { data, error } = schema.safeParse(value);
    if (error) fault(column, error.issues[0]?.message ?? "Not valid.");
    return data;
  };
  const optional = (column: Column, schema: z.ZodType<string>) =>
    cell(column) === "" ? null : (read(column, schema, cell(column)) ?? null);

  const refundOf = optional("refund_of", words(200));
  const source = read("source", words(100), cell("source"));
  const money = read("currency", currency, cell("currency"));
  const at = read("at", moment, cell("at"));
  if (at && isAhead(at, now)) fault("at", "It cannot have happened in the future.");
  const said = {
    externalId: read("external_id", words(200), cell("external_id")),
    kind: refundOf === null ? read("kind", slug, cell("kind") || "order") : "refund",
    amount: money === undefined ? undefined : amountOf(cell, money, columns, fault),
    note: optional("note", words(500)),
    offline: offlineOf(cell("offline"), source ?? "", fault),
    person: refundOf === null ? (personOf(cell, fault) ?? null) : null,
  };
  // Without a fault, everything is there.
  return faults.length > 0 ? faults : ({ line, source, currency: money, at, refundOf, ...said } as ListedConversion);
}

function offlineOf(text: string, source: string, fault: Say): boolean | undefined {
  if (text === "") return isAtTill(source);
  const offline = YES[text.toLowerCase()];
  if (offline === undefined) fault("offline", "Write yes or no.");
  return offline;
}

type Cell = (column: Column) => string;
type Say = (column: Column, reason: string) => void;

function personOf(cell: Cell, fault: Say): ListedConversion["person"] | undefined {
  const [contactId, channelId, account] = [cell("contact_id"), cell("channel_id"), cell("account")];
  if ((contactId === "") === (account === "")) {
    return void fault("contact_id", "Name the person: either contact_id, or channel_id and account.");
  }
  const id = contactId || channelId;
  if (!z.uuid().safeParse(id).success)
    return void fault(contactId ? "contact_id" : "channel_id", "Not an id of this hub.");
  return contactId ? { contactId: id.toLowerCase() } : { channelId: id.toLowerCase(), account };
}

/** "12.50" in the currency's own units, or whole minor units. */
function amountOf(cell: Cell, money: string, columns: ReadonlyMap<Column, number>, fault: Say): number | undefined {
  const column = columns.has("amount_minor") && cell("amount_minor") !== "" ? "amount_minor" : "amount";
  const text = cell(column);
  const digits = column === "amount" ? digitsOf(money) : 0;
  const [, sign, whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === "")
    return void fault(column, "Not an amount: digits, a point for decimals, nothing for thousands, as in 1234.50.");
  if (sign === "-") return void fault(column, "Negative. A refund is a line with refund_of and the amount taken back.");
  if (fraction.length > digits && /[1-9]/.test(fraction.slice(digits))) {
    return void fault(column, digits === 0 ? `${money} has no decimals here.` : `${money} has ${digits} decimals.`);
  }
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  return Number.isSafeInteger(minor) ? minor : void fault(column, "Too large to be counted exactly.");
}

const digits = new Map<string, number>();

/** Decimals of a currency by ISO 4217. */
function digitsOf(money: string): number {
  const known = digits.get(money);
  if (known !== undefined) return known;
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat("en", {
    style: "currency",
    currency: money,
  }).resolvedOptions();
  digits.set(money, maximumFractionDigits);
  return maximumFractionDigits;
}
