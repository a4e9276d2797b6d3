import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import * as z from "zod/mini";

// Where one is in the room stands in its address, so that it can be sent to somebody.

export const TABS = ["overview", "messages", "cases", "wishes", "chances", "surveys", "settings"] as const;
export const PERIODS = ["7d", "30d", "90d", "365d"] as const;
export const BY = ["label", "theme", "channel", "entryPoint"] as const;
export const LABELS = ["complaint", "suggestion", "praise", "question", "buying", "other"] as const;
export const STATUSES = ["new", "considered", "adopted", "declined", "working", "won", "lost"] as const;
export const CASE_STATES = ["open", "waiting", "solved", "closed"] as const;
export const SEVERITIES = ["low", "normal", "high", "urgent"] as const;
export const OUTCOMES = ["open", "won", "lost", "ignored"] as const;

/** An address is written by hand too: a topic called 2026 is read as a number. */
const text = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => String(value).slice(0, 200)),
);
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values, usual: Values[number]) =>
  z.catch(z._default(z.enum(values), usual), usual);
const maybe = <Type extends z.ZodMiniType>(type: Type) => z.catch(z.optional(type), undefined);

/** What is wrong in an address is as if it were not there. */
export const Search = z.object({
  tab: oneOf(TABS, "overview"),
  period: oneOf(PERIODS, "30d"),
  by: oneOf(BY, "label"),
  label: maybe(z.enum(LABELS)),
  topic: maybe(text),
  channelId: maybe(z.uuid()),
  contactId: maybe(z.uuid()),
  /** Of the wishes: which kind, and how far they are. */
  kind: oneOf(["suggestion", "buying"], "suggestion"),
  status: maybe(z.enum(STATUSES)),
  /** Of the cases. */
  state: maybe(z.enum(CASE_STATES)),
  severity: maybe(z.enum(SEVERITIES)),
  overdue: maybe(z.boolean()),
  mine: maybe(z.boolean()),
  case: maybe(z.uuid()),
  /** Of the opportunities. */
  outcome: maybe(z.enum(OUTCOMES)),
  rule: maybe(z.uuid()),
});
export type Search = z.infer<typeof Search>;

const USUAL: Readonly<Record<string, unknown>> = Search.parse({});

/** Without what is usual, so that addresses stay short. */
export function written(search: Search): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(search).filter(([name, value]) => value !== undefined && value !== USUAL[name]),
  );
}

const DAYS: Readonly<Record<Search["period"], number>> = { "7d": 7, "30d": 30, "90d": 90, "365d": 365 };
const DAY_MS = 86_400_000;

/** From which moment to which; it ends with the hour that has begun, so that an hour's requests are the same one. */
export function spanOf({ period }: Pick<Search, "period">, now: Date): { from: string; to: string } {
  const end = Math.ceil((now.getTime() + 1) / 3_600_000) * 3_600_000;
  return { from: new Date(end - DAYS[period] * DAY_MS).toISOString(), to: new Date(end).toISOString() };
}

export interface Place {
  search: Search;
  go: (change: Partial<Search>) => void;
}

/** Where one is, and how to go elsewhere. */
export function usePlace(): Place {
  const raw = useSearch({ strict: false });
  const navigate = useNavigate();
  return useMemo(() => {
    const search = Search.parse(raw);
    const go = (change: Partial<Search>) =>
      void navigate({ to: "/voice", search: written({ ...search, ...change }) as never });
    return { search, go };
  }, [raw, navigate]);
}
