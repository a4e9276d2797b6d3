import { expect, test } from "vitest";
import { noDatabase } from "../../tests/support/database.ts";
import { manualClock } from "../../tests/support/manual-clock.ts";
import type { Turn, TurnMessage } from "../corridor/index.ts";
import { createLastWord } from "./responders.ts";

const said = (text: string): TurnMessage => ({
  ...{ type: "message", seq: 1, messageId: null, externalId: null, parts: [{ type: "text", text }], text },
  ...{ pressed: null, addressed: true, authorIsBot: false, sentAt: new Date(0) },
});

function turn(
  messages: TurnMessage[],
  more: { kind?: "direct" | "group" | "thread"; language?: string; locale?: string } = {},
): Turn {
  const { kind = "direct", language = null, locale = null } = more;
  return {
    conversation: { id: "c", channelId: "ch", place: "p", kind, owner: "bot", language },
    contact: { id: "a", name: null, locale },
    adapter: "web",
    capabilities: {} as Turn["capabilities"],
    messages,
  };
}

/** Where nobody has made a team or a rule. */
function answer(given: Turn) {
  const settings = { onWish: true, onAnger: true, resumeAfterHours: null };
  const known = { current: async () => ({ settings, rules: [], hasTeams: false }), forget: () => undefined };
  const responder = createLastWord({ db: noDatabase(), clock: manualClock(), known, resumeDue: () => new Set() });
  return responder.respond(given, new AbortController().signal);
}
const CHINESE = /[\u4e00-\u9fff]/;
const ENGLISH = /colleague/;

test.each([
  ["Do you deliver on Sundays?", "en"],
  ["你们周日送货吗？", "zh"],
  ["我想买 iPhone 15 Pro Max，有货吗？", "zh"],
  ["What does 花 mean on the label of this vase?", "en"],
  ["¿Dónde están?", "en"],
])("answers %j in %s", async (text, language) => {
  const given = await answer(turn([said(text)]));
  expect(given).toMatchObject({ language, handover: "no answer found" });
  const words = JSON.stringify(given?.parts);
  expect(CHINESE.test(words)).toBe(language === "zh");
  expect(ENGLISH.test(words)).toBe(language === "en");
});

test("an emoji is answered in the language spoken before, then in the device's, then in both", async () => {
  expect(await answer(turn([said("🙏")], { language: "zh" }))).toMatchObject({ language: "zh" });
  expect(await answer(turn([said("🙏")], { locale: "zh-Hans-CN" }))).toMatchObject({ language: "zh" });
  const both = JSON.stringify((await answer(turn([said("🙏")])))?.parts);
  expect(both).toMatch(CHINESE);
  expect(both).toMatch(ENGLISH);
});

test("keeps silent in groups and threads, and when nothing was asked", async () => {
  expect(await answer(turn([said("Hello?")], { kind: "group" }))).toBeUndefined();
  expect(await answer(turn([said("Hello?")], { kind: "thread" }))).toBeUndefined();
  expect(await answer(turn([{ ...said(""), type: "entered" }]))).toBeUndefined();
});
