import { expect, test } from "vitest";
import { handoverWords, type Outlook } from "./words.ts";

const NOW = new Date("2026-11-23T20:00:00Z");
const outlook = (more: Partial<Outlook>): Outlook => ({
  ...{ position: null, opensAt: null, timeZone: "Europe/Berlin", medianMinutes: null },
  ...more,
});
const said = (given: Partial<Outlook>, language: "en" | "zh" = "en") =>
  handoverWords("wish", language, outlook(given), NOW);

test.each<[string, Partial<Outlook>, string, string]>([
  ["somebody is free", {}, "A colleague will answer you here.", "同事会在这里回复您。"],
  [
    "a line, and how long it takes",
    { position: 3, medianMinutes: 7.2 },
    "A colleague will answer you here. You are number 3 in line. The first reply usually takes about 10 minutes.",
    "同事会在这里回复您。您前面还有 2 位。首次回复通常需要10 分钟左右。",
  ],
  [
    "closed until tomorrow",
    { opensAt: new Date("2026-11-24T08:00:00Z"), position: 3, medianMinutes: 5 },
    "A colleague will answer you here. We are open again tomorrow at 9:00 (Berlin time).",
    "同事会在这里回复您。我们明天 9:00（Europe/Berlin）恢复服务。",
  ],
  [
    "closed until Friday",
    { opensAt: new Date("2026-11-27T01:00:00Z"), timeZone: "Asia/Shanghai" },
    "A colleague will answer you here. We are open again on Friday at 9:00 (Shanghai time).",
    "同事会在这里回复您。我们周五 9:00（北京时间）恢复服务。",
  ],
  [
    "closed for long",
    { opensAt: new Date("2026-12-28T08:00:00Z") },
    "A colleague will answer you here. We are open again on 28 December at 9:00 (Berlin time).",
    "同事会在这里回复您。我们12月28日 9:00（Europe/Berlin）恢复服务。",
  ],
])("%s", (_what, given, en, zh) => {
  expect(said(given)).toBe(en);
  expect(said(given, "zh")).toBe(zh);
});

test.each([
  [0.2, "about 1 minute."],
  [4, "about 4 minutes."],
  [58, "about 1 hour."],
  [61, "about 2 hours."],
])("%d minutes are %s", (medianMinutes, words) => {
  expect(said({ medianMinutes })).toContain(words);
});

test("an apology where one is due, and no promise where nothing is known", () => {
  expect(handoverWords("anger", "en", outlook({}), NOW)).toMatch(/^I am sorry .* A colleague will answer you here\.$/);
  expect(handoverWords("unknown", "zh", undefined, NOW)).toBe(
    "感谢您的留言。这个问题我没有把握，已转给同事，他们会尽快在这里回复您。",
  );
  expect(handoverWords("wish", "en", undefined, NOW)).not.toMatch(/\d/);
});
