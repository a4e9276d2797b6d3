import { expect, test } from "vitest";
import { isAngry } from "./anger.ts";
import { wantsPerson } from "./wish.ts";

test.each([
  "a person please",
  "Human!",
  "Can I talk to a real person?",
  "I want to speak with an agent",
  "i'd like to speak to someone real please",
  "connect me to customer service",
  "Transfer me to a human agent, please",
  "Is there a real person here?",
  "I need a human",
  "Could I get a manager please",
  "put me through to your support team",
  "live agent",
  "I don't want a bot, let me talk to a human",
  "转人工",
  "請轉人工客服",
  "人工客服",
  "我要找客服",
  "能不能帮我接人工",
  "有没有真人啊",
  "我想和真人说话",
  "我不想跟机器人聊",
  "ｈｕｍａｎ",
  "客服在吗？",
  "找你们经理",
])("asks for a person: %s", (text) => {
  expect(wantsPerson(text)).toBe(true);
});

test.each([
  "I don't need to talk to a person",
  "No need to connect me to an agent",
  "I spoke to an agent yesterday and he was nice",
  "How much is it per person?",
  "Can I pay in person?",
  "Is the room for one person or two?",
  "Do you work with an estate agent?",
  "What is the agent discount?",
  "Does someone live at this address?",
  "Who is your manager of sales in Hamburg?",
  "Is this dress made of human hair?",
  "不用转人工",
  "不需要找客服，谢谢",
  "我已经联系过了",
  "人工费多少钱？",
  "人工智能怎么用",
  "你们客服几点上班",
  "几个人可以一起用？",
  "",
])("does not: %s", (text) => {
  expect(wantsPerson(text)).toBe(false);
});

test.each([
  "This is the third time I write and STILL NOTHING!!!",
  "You are scammers",
  "I am really fed up with this",
  "Unacceptable. I will complain to my lawyer",
  "垃圾客服",
  "我要投诉！！！都等了这么久",
  "太差了，第三次了还没解决",
])("is angry: %s", (text) => {
  expect(isAngry(text)).toBe(true);
});

test.each([
  "Where is my parcel?",
  "How do I complain about a neighbour?",
  "Thanks!!!",
  "It is not terrible",
  "DO YOU DELIVER TO HAMBURG",
  "我想投诉，流程是什么？",
  "你好！！！",
  "东西不差",
])("is not: %s", (text) => {
  expect(isAngry(text)).toBe(false);
});

test("a very long text takes no time", () => {
  const from = performance.now();
  wantsPerson("talk to a ".repeat(100));
  isAngry("不".repeat(100_000));
  expect(performance.now() - from).toBeLessThan(200);
});
