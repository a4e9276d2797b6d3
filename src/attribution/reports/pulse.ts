import type { PulseReport } from "../../contract/api-reports.ts";
import type { Queryable } from "../../store/index.ts";
import { settingsOf } from "./facts-store.ts";
import { readPulse, type PulseRow } from "./pulse-store.ts";

const DAY_MS = 86_400_000;

/** How each entry point's last days went, today the last of them. */
export async function pulse(db: Queryable, days: number, now: Date): Promise<PulseReport> {
  const { timeZone } = await settingsOf(db);
  const dates = lastDates(days, timeZone, now);
  // Two days more than are shown: a zone's day may begin earlier than UTC's, and have 25 hours.
  const rows = await readPulse(db, new Date(now.getTime() - (days + 2) * DAY_MS), timeZone);
  return { dates, rows: spread(rows, dates) };
}

/** The days up to today as a calendar in the zone has them. */
export function lastDates(days: number, timeZone: string, now: Date): string[] {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(now);
  const end = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: days }, (_, at) => new Date(end - (days - 1 - at) * DAY_MS).toISOString().slice(0, 10));
}

function spread(rows: readonly PulseRow[], dates: readonly string[]): PulseReport["rows"] {
  const places = new Map(dates.map((date, at) => [date, at]));
  const doors = new Map<string, PulseReport["rows"][number]>();
  for (const { entryPointId, date, people, hits } of rows) {
    const at = places.get(date);
    if (at === undefined) continue;
    const door = doors.get(entryPointId) ?? { entryPointId, people: dates.map(() => 0), hits: dates.map(() => 0) };
    doors.set(entryPointId, door);
    door.people[at] = people;
    door.hits[at] = hits;
  }
  return [...doors.values()];
}
