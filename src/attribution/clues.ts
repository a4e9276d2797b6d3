import { cleanJson, type Entry, type EntryMethod, type Json, type Log, type MessageEvent } from "../contract/index.ts";
import type { RecordedEvent } from "../corridor/index.ts";
import { codesIn, typedCode, type WrittenCode } from "./codes.ts";
import type { Facts } from "./facts.ts";
import { keywordsIn } from "./keywords.ts";
import { isWordToUs, textOf } from "./words-to-us.ts";

/** Longer evidence is cut; the ledger has all of it. */
const MAX_EVIDENCE = 2_000;
/** More codes than these in one text are no person's doing. */
const MAX_CODES = 5;
/** More doors than these at once tell nothing. */
const MAX_CANDIDATES = 50;

/** What an event says about the door, before we know whether the code is one of ours. */
export interface Clue {
  recorded: RecordedEvent & { contactId: string };
  method: EntryMethod;
  codes: readonly WrittenCode[];
  /** The whole of what was typed, where it may be a code with a slip in it. */
  typed: WrittenCode | undefined;
  /** The keyword that it says. */
  keyword: { entryPointId: string; raw: string; isAlone: boolean } | undefined;
  /** The platform's own names for the doors that it may have been; one alone is certain. */
  candidates: readonly { alias: string; weight: number }[];
  evidence: Readonly<Record<string, Json>>;
  /** The platform vouches that they came through a door, even if we do not know it. Words in a text prove nothing. */
  isTouch: boolean;
}

export function clueOf(recorded: RecordedEvent, facts: Facts, log: Log): Clue | undefined {
  const { event, contactId } = recorded;
  const entry = "entry" in event ? event.entry : undefined;
  const found = entry ? entryClue(entry, facts) : isWordToUs(event) ? textClue(event, facts) : undefined;
  if (!found) return undefined;
  if (contactId) return { recorded: { ...recorded, contactId }, ...found };
  log.debug({ eventId: recorded.id }, "An entry without a person leaves no touch.");
  return undefined;
}

function entryClue(entry: Entry, facts: Facts): Omit<Clue, "recorded"> {
  const { code, method, raw, details } = entry;
  const isTyped = method === "keyword" && code !== undefined; // behind a command, say
  const typed = isTyped ? typedCode(code) : undefined;
  const { alias } = entry;
  const evidence: Record<string, Json> = {
    raw: raw.slice(0, MAX_EVIDENCE),
    ...(code !== undefined && { code: code.slice(0, 100) }),
    ...(alias !== undefined && { alias: alias.slice(0, 200) }),
    ...(details && { details: cut(details) }),
  };
  return {
    ...{ method, typed, isTouch: true },
    codes: code === undefined ? [] : [{ raw: code, code: typed?.code ?? code }],
    keyword: isTyped ? keywordIn(code, facts) : undefined,
    candidates: candidatesOf(entry),
    evidence: cleanJson(evidence),
  };
}

function candidatesOf({ alias, candidates = [] }: Entry): Clue["candidates"] {
  const known = alias !== undefined ? [{ alias, weight: 1 }] : candidates.slice(0, MAX_CANDIDATES);
  const sum = known.reduce((total, { weight }) => total + weight, 0);
  return sum > 0 ? known.map((each) => ({ alias: each.alias.slice(0, 200), weight: each.weight / sum })) : [];
}

/** A code or keyword that a person typed, pasted, said, or left in a text that a link had prepared. */
function textClue(event: MessageEvent, facts: Facts): Omit<Clue, "recorded"> | undefined {
  const text = textOf(event);
  const written = codesIn(text).slice(0, MAX_CODES);
  const typed = typedCode(text);
  const codes = typed && !written.some(({ code }) => code === typed.code) ? [...written, typed] : written;
  const keyword = keywordIn(text, facts);
  if (codes.length === 0 && !keyword) return undefined;
  const method = codes.length === 0 || text.trim() === codes[0]?.raw ? "keyword" : "prefilled";
  const raw = (codes.length > 0 ? codes.map((each) => each.raw) : [keyword?.raw ?? ""]).join(" ");
  return { method, codes, typed, keyword, candidates: [], evidence: { raw }, isTouch: false };
}

function keywordIn(text: string, { keywords }: Facts): Clue["keyword"] {
  if (keywords.size === 0) return undefined;
  for (const { folded, isAlone } of keywordsIn(text)) {
    const entryPointId = keywords.get(folded);
    if (entryPointId !== undefined) return { entryPointId, raw: folded, isAlone };
  }
  return undefined;
}

function cut(details: Record<string, string>): Record<string, string> {
  const entries = Object.entries(details).slice(0, 50);
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(0, 100), value.slice(0, MAX_EVIDENCE)]));
}
