import { expect, test } from "vitest";
import { asksForPerson, mayBePick, pickOf, smallTalkOf } from "./small-talk.ts";

test.each([
  ["Hi", "greeting"],
  ["hello hello!", "greeting"],
  ["Good morning 😊", "greeting"],
  ["您好，晚上好", "greeting"],
  ["👋", "greeting"],
  ["ok thanks", "thanks"],
  ["Thank you very much!!", "thanks"],
  ["好的，谢谢您", "thanks"],
  ["👍", "thanks"],
  ["thanks, bye", "thanks"],
  ["再见", "thanks"],
  ["hi, are you open?", undefined],
  ["你好，几点开门", undefined],
  ["thanks but where is my order", undefined],
  ["🐱", undefined],
  ["", undefined],
])("%s is %s", (text, expected) => {
  expect(smallTalkOf(text)).toBe(expected);
});

test.each([
  "I want to talk to a human",
  "can I speak with a real person please",
  "please connect me to someone from your staff",
  "put me through to an agent",
  "I need a human",
  "agent please",
  "human",
  "转人工",
  "人工客服",
  "我要找真人",
  "能不能换个人工",
  "客服",
])("asks for a person: %s", (text) => {
  expect(asksForPerson(text)).toBe(true);
});

test.each([
  "is this for one person",
  "how much is it per person",
  "are the leaves picked by humans?",
  "是人工采摘的吗",
  "客服电话是多少",
  "what does a tasting for two people cost",
])("does not ask for a person: %s", (text) => {
  expect(asksForPerson(text)).toBe(false);
});

test.each([
  ["1", 2, 0],
  ["２", 2, 1],
  ["3.", 2, "none"],
  ["4", 2, undefined],
  ["第一个", 3, 0],
  ["选二", 3, 1],
  ["the second one", 3, 1],
  ["option 3", 3, 2],
  ["yes", 1, 0],
  ["是的", 1, 0],
  ["yes", 2, undefined],
  ["都不是", 3, "none"],
  ["none of these", 2, "none"],
  ["one cup of tea", 3, undefined],
  ["15", 3, undefined],
])("%s to %d options picks %s", (text, options, expected) => {
  expect(pickOf(text, options)).toBe(expected);
});

test("only what may be a pick is looked up", () => {
  expect(["1", "第一个", "no", "yes", "4"].every(mayBePick)).toBe(true);
  expect(["Where are you?", "12", "几点开门"].some(mayBePick)).toBe(false);
});
