import type { Digest } from "./queries.ts";

const DAY_MS = 86_400_000;
/** As many groups have a tone of their own; the rest are one. */
const MOST_SERIES = 5;

interface Bars {
  /** The first day of each bar. */
  days: string[];
  /** How many days a bar has. */
  width: 1 | 7;
  /** By group in the digest's order, then the rest in one. */
  groups: { key: string | null; name: string | null; isRest: boolean; values: number[] }[];
}

type Group = Pick<Digest["groups"][number], "key" | "name" | "days" | "total">;

/** A digest's counts as bars of a day, or of a week where days would be too thin. Days without a word are there, too. */
export function barsOf(groups: readonly Group[], from: string, to: string): Bars {
  const said = groups.flatMap(({ days }) => days.map(({ day }) => day)).sort();
  const firstDay = min(from.slice(0, 10), said[0]);
  const lastDay = max(to.slice(0, 10), said.at(-1));
  const all = daysBetween(firstDay, lastDay);
  const width = all.length > 62 ? 7 : 1;
  const days = all.filter((_, at) => at % width === 0);
  const barOf = (day: string) => Math.floor(Math.round((Date.parse(day) - Date.parse(firstDay)) / DAY_MS) / width);
  const valuesOf = (some: readonly Group[]) => {
    const values = days.map(() => 0);
    for (const { days: counted } of some) for (const { day, count } of counted) values[barOf(day)]! += count;
    return values;
  };
  const own = groups.length > MOST_SERIES + 1 ? groups.slice(0, MOST_SERIES) : groups;
  const rest = groups.slice(own.length);
  return {
    ...{ days, width },
    groups: [
      ...own.map((group) => ({ key: group.key, name: group.name, isRest: false, values: valuesOf([group]) })),
      ...(rest.length > 0 ? [{ key: null, name: null, isRest: true, values: valuesOf(rest) }] : []),
    ],
  };
}

function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

const min = (day: string, other: string | undefined) => (other !== undefined && other < day ? other : day);
const max = (day: string, other: string | undefined) => (other !== undefined && other > day ? other : day);
