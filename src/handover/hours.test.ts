import fc from "fast-check";
import { expect, test } from "vitest";
import type { Hours } from "../contract/api-handover.ts";
import { isOpen, nextOpening } from "./hours.ts";

const span = (from: string, to: string) => [{ from, to }];
const office = (more: Partial<Hours> = {}): Hours => ({
  timeZone: "Europe/Berlin",
  days: [...Array.from({ length: 5 }, () => span("09:00", "17:00")), [], []],
  holidays: [],
  ...more,
});

test.each([
  ["Monday in the morning", "2026-11-23T08:00:00Z", true],
  ["a minute before it opens", "2026-11-23T07:59:59Z", false],
  ["the minute it closes", "2026-11-23T16:00:00Z", false],
  ["in summer, an hour earlier by UTC", "2026-07-06T07:00:00Z", true],
  ["Saturday", "2026-11-28T10:00:00Z", false],
])("%s", (_when, at, open) => {
  expect(isOpen(office(), new Date(at))).toBe(open);
});

test.each([
  ["now, if it is open", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000Z"],
  ["later today", "2026-11-23T05:00:00Z", "2026-11-23T08:00:00.000Z"],
  ["tomorrow", "2026-11-23T20:00:00Z", "2026-11-24T08:00:00.000Z"],
  ["over the week-end", "2026-11-27T18:00:00Z", "2026-11-30T08:00:00.000Z"],
  ["over the week-end in which the clocks go forward", "2026-03-27T18:00:00Z", "2026-03-30T07:00:00.000Z"],
])("opens %s", (_when, at, opens) => {
  expect(nextOpening(office(), new Date(at))?.toISOString()).toBe(opens);
});

test("a holiday is closed", () => {
  const hours = office({ holidays: ["2026-12-25"] });
  expect(isOpen(hours, new Date("2026-12-25T10:00:00Z"))).toBe(false);
  expect(nextOpening(hours, new Date("2026-12-24T20:00:00Z"))?.toISOString()).toBe("2026-12-28T08:00:00.000Z");
});

test("a noon break, midnight, and nobody ever", () => {
  const china = (days: Hours["days"]): Hours => ({ timeZone: "Asia/Shanghai", days, holidays: [] });
  const broken = china(Array.from({ length: 7 }, () => [...span("14:00", "24:00"), ...span("09:00", "12:00")]));
  expect(nextOpening(broken, new Date("2026-11-23T04:30:00Z"))?.toISOString()).toBe("2026-11-23T06:00:00.000Z");
  expect(isOpen(broken, new Date("2026-11-23T15:59:00Z"))).toBe(true);
  expect(isOpen(broken, new Date("2026-11-23T16:00:00Z"))).toBe(false);
  expect(nextOpening(china(Array.from({ length: 7 }, () => [])), new Date(0))).toBeUndefined();
  expect(isOpen(null, new Date(0))).toBe(true);
});

test("the next opening is open, and nothing before it is", () => {
  const zones = ["Europe/Berlin", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "UTC"];
  const moments = fc.date({ min: new Date("2024-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(moments, fc.constantFrom(...zones), (at, timeZone) => {
      const hours = office({ timeZone });
      const opens = nextOpening(hours, at)!;
      expect(isOpen(hours, opens)).toBe(true);
      expect(opens.getTime()).toBeGreaterThanOrEqual(at.getTime());
      if (opens > at) expect(isOpen(hours, new Date(opens.getTime() - 60_000))).toBe(false);
    }),
    { numRuns: 300 },
  );
});
