const HOUR_MS = 3_600_000;
const EVENING = 18;
const MORNING = 9;
const MONDAY = 1;
const WEEK = 7;

/** The moments that people usually mean, in the viewer's zone, the soonest first. */
export function moments(now: Date): { name: string; at: Date }[] {
  const day = (days: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour, 0, 0);
  const toMonday = (MONDAY - now.getDay() + WEEK) % WEEK || WEEK;
  const evening = now.getHours() < EVENING - 1 ? [{ name: "This evening", at: day(0, EVENING) }] : [];
  return [
    { name: "In an hour", at: new Date(now.getTime() + HOUR_MS) },
    ...evening,
    { name: "Tomorrow morning", at: day(1, MORNING) },
    ...(toMonday > 1 ? [{ name: "Next Monday", at: day(toMonday, MORNING) }] : []),
    { name: "In a week", at: day(WEEK, MORNING) },
  ];
}
