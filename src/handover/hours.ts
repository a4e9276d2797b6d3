import type { Hours } from "../contract/api-handover.ts";

const DAY_MS = 86_400_000;
/** So far ahead an opening is looked for: past any holiday. */
const DAYS_AHEAD = 60;

interface LocalTime {
  /** "2026-12-24" */
  date: string;
  /** Monday is 0. */
  weekday: number;
  /** "09:00" */
  time: string;
}

/** Is somebody there now? */
export function isOpen(hours: Hours | null, at: Date): boolean {
  if (!hours) return true;
  const local = localTime(at, hours.timeZone);
  return spansOf(hours, local).some(({ from, to }) => from <= local.time && local.time < to);
}

/** The next moment at which somebody is there: now if it is now; `undefined` when none is in sight. */
export function nextOpening(hours: Hours | null, at: Date): Date | undefined {
  if (!hours || isOpen(hours, at)) return at;
  const now = localTime(at, hours.timeZone);
  for (let day = 0; day < DAYS_AHEAD; day++) {
    const local = dayAfter(now, day);
    const opens = spansOf(hours, local)
      .map(({ from }) => from)
      .filter((from) => day > 0 || from > now.time)
      .sort();
    if (opens[0] !== undefined) return momentOf(local.date, opens[0], hours.timeZone);
  }
  return undefined;
}

function spansOf({ days, holidays }: Hours, { date, weekday }: LocalTime) {
  return holidays.includes(date) ? [] : (days[weekday] ?? []);
}

/** What clocks and calendars in the zone show. */
export function localTime(at: Date, timeZone: string): LocalTime {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  }).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  const date = `${part("year")}-${part("month")}-${part("day")}`;
  return { date, weekday: weekdayOf(date), time: `${part("hour")}:${part("minute")}` };
}

function weekdayOf(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

function dayAfter({ date }: LocalTime, days: number): LocalTime {
  const later = new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
  return { date: later, weekday: weekdayOf(later), time: "00:00" };
}

/** When clocks in the zone show this. A time that a change of the clocks leaves out is the hour after it. */
function momentOf(date: string, time: string, timeZone: string): Date {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  let moment = asUtc;
  for (let turn = 0; turn < 3; turn++) {
    const local = localTime(new Date(moment), timeZone);
    const offMs = asUtc - Date.parse(`${local.date}T${local.time}:00Z`);
    if (offMs === 0) break;
    moment += offMs;
  }
  return new Date(moment);
}
