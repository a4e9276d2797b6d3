import { expect, test } from "vitest";
import { lasting } from "../../lib/time.ts";
import { dueOf } from "./due.ts";

const times = { firstReplyDueAt: "2026-03-01T10:00:00Z", resolveDueAt: "2026-03-02T10:00:00Z", firstRepliedAt: null };

test("the first answer is due before the solution", () => {
  expect(dueOf({ ...times, state: "open", overdue: null })).toMatchObject({ what: "first-reply", isOverdue: false });
  const answered = { ...times, firstRepliedAt: "2026-03-01T09:00:00Z" };
  expect(dueOf({ ...answered, state: "open", overdue: null })).toMatchObject({ what: "resolve", isOverdue: false });
});

test("what is overdue is said, and nothing of a case that is solved", () => {
  expect(dueOf({ ...times, state: "open", overdue: "first-reply" })).toMatchObject({ at: times.firstReplyDueAt });
  expect(dueOf({ ...times, state: "waiting", overdue: "resolve" })).toMatchObject({ at: times.resolveDueAt });
  expect(dueOf({ ...times, state: "solved", overdue: null })).toBeUndefined();
});

test.each([
  [30_000, "1 min", "1分钟"],
  [40 * 60_000, "40 min", "40分钟"],
  [5.6 * 3_600_000, "5 hr", "5小时"],
  [3 * 86_400_000, "3 days", "3天"],
])("%i ms are said in the largest unit", (ms, en, zh) => {
  expect(lasting(ms, "en").replace("hrs", "hr").replace("mins", "min")).toBe(en);
  expect(lasting(ms, "zh").replaceAll(/\s/g, "")).toBe(zh);
});
