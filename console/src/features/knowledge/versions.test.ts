import { expect, test } from "vitest";
import { differencesOf } from "./versions.ts";

const BEFORE = {
  texts: { en: { title: "Hours", answer: "Ten to eight." } },
  phrasings: { en: ["Open today?", "When do you open?"] },
};

test("versions that are the same do not differ, however much is left out", () => {
  const usual = { ...BEFORE, enabled: true, audience: "everyone", validFrom: null, validTo: null };
  expect(differencesOf(BEFORE, usual)).toEqual([]);
  const [before, after] = ["2027-03-01T00:00:00Z", "2027-03-01T00:00:00.000Z"];
  expect(differencesOf({ ...BEFORE, validTo: before }, { ...BEFORE, validTo: after })).toEqual([]);
});

test("what differs is named by language, phrasings by their number", () => {
  const after = {
    texts: { en: { title: "Hours", answer: "Ten to nine." }, zh: { title: "营业时间", answer: "十点到九点。" } },
    phrasings: { en: ["Open today?", "Open on Sunday?", "Open late?"] },
    enabled: false,
    audience: "staff",
    validTo: "2026-12-31T00:00:00.000Z",
  };
  expect(differencesOf(BEFORE, after)).toEqual([
    { what: "answer", tongue: "en" },
    { what: "title", tongue: "zh" },
    { what: "answer", tongue: "zh" },
    { what: "phrasings", tongue: "en", added: 2, removed: 1 },
    { what: "switch" },
    { what: "audience" },
    { what: "time" },
  ]);
});
