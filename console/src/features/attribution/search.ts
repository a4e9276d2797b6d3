import * as z from "zod/mini";

// What the attribution page shows stands in its address, so that it can be sent to somebody.

export const TABS = ["overview", "models", "paths", "time", "money", "advice"] as const;
export const PERIODS = ["7d", "30d", "90d", "365d", "all", "dates"] as const;
export const DIMENSIONS = ["entry-point", "campaign", "channel", "owner", "region", "medium"] as const;
export const STEPS = ["people", "wrote", "answered", "lead", "ordered", "repeated", "recommended"] as const;
export const METRICS = ["hits", "people", "wrote", "lead", "ordered", "conversions"] as const;

/** An address is written by hand too: a campaign called 2026 is read as a number. */
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
  period: oneOf(PERIODS, "90d"),
  from: maybe(z.iso.date()),
  to: maybe(z.iso.date()),
  zone: maybe(z.string().check(z.refine(isZone))),
  kind: maybe(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/))),
  currency: maybe(z.string().check(z.regex(/^[A-Z]{3}$/))),
  model: oneOf(["first", "last"], "first"),
  by: oneOf(DIMENSIONS, "entry-point"),
  unit: oneOf(["week", "month"], "week"),
  metric: oneOf(METRICS, "people"),
  margin: z.catch(z._default(z.number().check(z.minimum(0), z.maximum(100)), 100), 100),
  ...{ entryPointId: maybe(z.uuid()), channelId: maybe(z.uuid()) },
  ...{ campaign: maybe(text), owner: maybe(text), region: maybe(text), medium: maybe(text) },
  step: maybe(z.enum(STEPS)),
  group: maybe(text),
});
export type Search = z.infer<typeof Search>;
export type DoorFilter = Pick<Search, "entryPointId" | "channelId" | "campaign" | "owner" | "region" | "medium">;

/** The filter that a group of a dimension is. */
export const FILTER_OF = {
  "entry-point": "entryPointId",
  campaign: "campaign",
  channel: "channelId",
  owner: "owner",
  region: "region",
  medium: "medium",
} as const satisfies Record<Search["by"], keyof DoorFilter>;

const DAYS: Readonly<Partial<Record<Search["period"], number>>> = { "7d": 7, "30d": 30, "90d": 90, "365d": 365 };
const DAY_MS = 86_400_000;

/** The period in moments; what is open at an end has none. */
export function spanOf({ period, from, to }: Search, zone: string, now: Date): { from?: string; to?: string } {
  if (period === "dates") {
    return {
      ...(from !== undefined && { from: midnight(from, zone).toISOString() }),
      ...(to !== undefined && { to: midnight(dayAfter(to, 1), zone).toISOString() }),
    };
  }
  const days = DAYS[period];
  return days === undefined ? {} : { from: midnight(dayAfter(todayIn(zone, now), 1 - days), zone).toISOString() };
}

/** What every report is asked with. */
export function filterOf(search: Search, zone: string, now: Date): Record<string, string | undefined> {
  const { entryPointId, channelId, campaign, owner, region, medium, kind, currency, model } = search;
  return {
    ...spanOf(search, zone, now),
    ...{ entryPointId, channelId, campaign, owner, region, medium, kind, currency, model },
  };
}

/** How many days a period has, so that a short one is drawn by day. */
export function daysOf(search: Search, zone: string, now: Date): number | undefined {
  const { from, to } = spanOf(search, zone, now);
  return from === undefined ? undefined : (Date.parse(to ?? now.toISOString()) - Date.parse(from)) / DAY_MS;
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function todayIn(timeZone: string, now: Date): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(now);
}

function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** When a day begins in a zone. */
export function midnight(date: string, timeZone: string): Date {
  const wanted = Date.parse(`${date}T00:00:00Z`);
  let at = wanted;
  for (let round = 0; round < 2; round++) at = wanted - offsetOf(at, timeZone); // twice: the first guess may lie behind a change of the clock
  return new Date(at);
}

function offsetOf(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" },
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(at / 1_000) * 1_000;
}
