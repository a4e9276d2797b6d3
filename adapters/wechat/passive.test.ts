import { describe, expect, test } from "vitest";
import type { Clock, Connection, HubEvent, Part } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { memoryFiles } from "../../src/lib/memory-tools.ts";
import { afterwards, never } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { createSharedCache } from "../../tests/support/shared-cache.ts";
import { openDoor } from "../../tests/support/webhook-door.ts";
import { createWechatEmulator, type EmulatorOptions } from "./emulator.ts";
import wechat from "./index.ts";
import { compose, languageOf, type Kept } from "./passive-reply.ts";
import { standingOf, type Question } from "./passive.ts";

/** Ten times as fast as the real time, so that WeChat's five seconds are half of one. */
const FAST = 10;
const fastClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now() * FAST,
  sleep: (ms, signal) => systemClock.sleep(ms / FAST, signal),
};
/** WeChat's five seconds, and some for a busy machine. */
const TIMEOUT_MS = 600;
const real = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms / FAST));

/** What the bot says to an event, and after how long. */
type Bot = (event: HubEvent, say: (words: string | Part) => Promise<void>) => void;

/** An unverified account, its hub in one or more processes, and a bot. */
async function start(bot: Bot = () => undefined, options: EmulatorOptions & { hubs?: number } = {}) {
  const account = await createWechatEmulator({ timeoutMs: TIMEOUT_MS, verified: false, ...options });
  afterwards(() => account.close());
  const tools = { clock: fastClock, cache: createSharedCache(), files: memoryFiles() };
  const hubs = Array.from({ length: options.hubs ?? 1 }, () =>
    open(wechat, { ...account.settings, replies: "passive" }, tools),
  );
  let number = 0;
  const say = async (place: string, words: string | Part, asked?: HubEvent, connection: Connection = hubs.at(-1)!) => {
    const part: Part = typeof words === "string" ? { type: "text", text: words } : words;
    const referrer = asked?.referrer;
    const message = { place, parts: [part], idempotencyKey: `answer-${++number}`, ...(referrer && { referrer }) };
    return connection.send(message, never);
  };
  const door = await openDoor(hubs, (event) => {
    bot(event, async (words) => void (await say(event.place, words, event)));
  });
  afterwards(() => door.close());
  account.attach(door.url);
  const receipts = () => door.events().flatMap((event) => (event.type === "receipt" ? [event.messageId] : []));
  return { account, door, say, receipts, li: account.person("Li") };
}

const fromHub = (screen: readonly { from: string; text: string }[]) =>
  screen.filter(({ from }) => from === "hub").map(({ text }) => text);
const STILL_LOOKING = /正在为您查询/;

describe("an answer in time", () => {
  test.each(["safe", "compatible", "plain"] as const)("goes out inside the request, in %s mode", async (encryption) => {
    const { account, li, receipts } = await start(
      (event, say) => event.type === "message" && void say("九点到六点。"),
      { encryption },
    );
    li.says("几点营业？");
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["九点到六点。"]);
    expect(receipts()).toEqual(["answer-1"]);
    expect(account.calls).toEqual([]);
  });

  test("of several bubbles is one message", async () => {
    const bot: Bot = (event, say) => {
      if (event.type === "message")
        void say("一。")
          .then(() => say("二。"))
          .then(() => real(100))
          .then(() => say("三。"));
    };
    const { account, li, receipts } = await start(bot);
    li.says("说三句");
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["一。\n\n二。\n\n三。"]);
    expect(receipts()).toEqual(["answer-1", "answer-2", "answer-3"]);
  });

  test("of a choice has links, and pressing one arrives as a press", async () => {
    const choice: Part = {
      type: "choice",
      prompt: "哪一种？",
      options: [
        { id: "red", label: "红" },
        { id: "blue", label: "蓝" },
      ],
    };
    const { account, li, door } = await start((event, say) => {
      if (event.type === "message") void say(choice);
      if (event.type === "pressed") void say(`您选了 ${event.choice}`);
    });
    li.says("颜色");
    await account.settle();
    expect(li.screen.at(-1)).toMatchObject({ text: "哪一种？\n红\n蓝", options: choice.options });
    li.picks("蓝");
    await account.settle();
    expect(fromHub(li.screen).at(-1)).toBe("您选了 blue");
    expect(door.events().filter(({ type }) => type === "pressed")).toMatchObject([{ choice: "blue" }]);
  });

  test("to a new follower goes out as well; without one there is silence, not a hint", async () => {
    const { account, li } = await start((event, say) => event.type === "entered" && event.entry && void say("欢迎！"));
    li.follows("K7mQ2xVb9c");
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["欢迎！"]);
    li.follows();
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["欢迎！"]);
    expect(account.pushes.failures).toBe(0);
  });

  test("of a picture or a card is one message of its own kind", async () => {
    const { account, li } = await start((event, say) => {
      if (event.type === "message") void say({ type: "card", title: "鞋", text: "红", url: "https://shop.example/1" });
    });
    li.says("鞋");
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["鞋\n红\nhttps://shop.example/1"]);
  });
});

describe("thinking that takes longer", () => {
  test("than five seconds is answered at WeChat's second or third asking, as one arrival", async () => {
    const { account, li, door, receipts } = await start(
      (event, say) => event.type === "message" && void real(7_000).then(() => say("想好了。")),
    );
    li.says("难题");
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["想好了。"]);
    expect(account.pushes.deliveries).toBe(2);
    expect(door.events().filter(({ type }) => type === "message")).toHaveLength(1);
    expect(receipts()).toEqual(["answer-1"]);
  });

  test("than all three is told politely, and the answer comes with the person's next message", async () => {
    const { account, li, receipts } = await start((event, say) => {
      if (event.type === "message" && event.parts[0]?.type === "text" && event.parts[0].text === "很难的问题")
        void real(20_000).then(() => say("终于想好了。"));
    });
    li.says("很难的问题");
    await account.settle();
    expect(account.pushes.deliveries).toBe(3);
    expect(fromHub(li.screen)).toEqual([expect.stringMatching(STILL_LOOKING)]);
    expect(receipts()).toEqual([]);
    await real(8_000);
    li.says("好了吗");
    await account.settle();
    expect(fromHub(li.screen).at(-1)).toMatch(/^终于想好了。\n\n.*正在为您查询/);
    expect(receipts()).toEqual(["answer-1"]);
    expect(account.pushes.failures).toBe(0);
  });

  test("the hint is in the person's language", async () => {
    const { account, li } = await start();
    li.says("Where is my order?");
    await account.settle();
    expect(fromHub(li.screen)).toEqual([expect.stringContaining("Send any message to read the answer.")]);
  });

  test("a kept answer and a quick new one come together", async () => {
    const { account, li, say, receipts } = await start(
      (event, reply) => event.type === "message" && void real(500).then(() => reply("新的。")),
    );
    await say(li.openid, "旧的。", { referrer: { data: { key: "9", at: 1 } } } as unknown as HubEvent);
    li.says("在吗");
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["旧的。\n\n新的。"]);
    expect(receipts()).toEqual(["answer-1", "answer-2"]);
  });
});

describe("people of ours", () => {
  test("who write while a request is open are heard at once", async () => {
    const { account, li, say } = await start();
    li.says("找人工");
    await real(2_000);
    await say(li.openid, "您好，我是小王。");
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["您好，我是小王。"]);
    expect(account.pushes.deliveries).toBe(1);
  });

  test("more than fits is cut between messages, and says that there is more", async () => {
    const { account, li, say, receipts } = await start();
    const long = "很长的回答。".repeat(100); // 1,800 bytes
    for (const words of [`一${long}`, `二${long}`]) await say(li.openid, words);
    await say(li.openid, { type: "card", title: "卡", url: "https://shop.example/1" });
    await real(2_000);
    li.says("1");
    await account.settle();
    expect(fromHub(li.screen).at(-1)).toMatch(/^一很长[^]*发送任意内容继续查看。）$/);
    expect(Buffer.byteLength(fromHub(li.screen).at(-1) ?? "")).toBeLessThanOrEqual(2_048);
    li.says("2");
    await account.settle();
    li.says("3");
    await account.settle();
    expect(fromHub(li.screen)).toEqual([
      expect.stringMatching(/^一/),
      expect.stringMatching(/^二/),
      "卡\nhttps://shop.example/1",
    ]);
    expect(receipts()).toEqual(["answer-1", "answer-2", "answer-3"]);
  });
});

describe("several at the same time", () => {
  test("two questions answered together: the later request carries the answer, the earlier is silent", async () => {
    const asked: HubEvent[] = [];
    const { account, li, say } = await start((event) => event.type === "message" && void asked.push(event));
    li.says("第一问");
    await real(1_200);
    li.says("第二问");
    await real(1_200);
    await say(li.openid, "两问一答。", asked.at(-1));
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["两问一答。"]);
    expect(account.pushes.failures).toBe(0);
  });

  test.each([1, 3])("with %i hub processes every question gets its answer once", async (hubs) => {
    const { account, receipts } = await start(
      (event, say) =>
        event.type === "message" &&
        void real(300 + (Number(event.id) % 7) * 900).then(() =>
          say(`答 ${event.parts[0]?.type === "text" ? event.parts[0].text : ""}`),
        ),
      { hubs, seed: 5, faults: { duplicateShare: 0.3 } },
    );
    const people = Array.from({ length: 12 }, (_, index) => account.person(`P${index}`));
    for (const [index, person] of people.entries()) person.says(`问 ${index}`);
    await account.settle();
    for (const [index, person] of people.entries()) expect(fromHub(person.screen)).toEqual([`答 问 ${index}`]);
    expect(new Set(receipts()).size).toBe(12);
    expect(account.pushes.failures).toBe(0);
  });

  test("an answer whose request broke off is given again at WeChat's next asking", async () => {
    const { account, li } = await start((event, say) => event.type === "message" && void say("答。"), {
      timeoutMs: 20,
      attempts: 30,
    });
    li.says("问");
    await account.settle();
    expect(fromHub(li.screen)).toEqual(["答。"]);
    expect(account.pushes.deliveries).toBeGreaterThan(1);
  });

  test("no request is held beyond WeChat's patience, and reports are answered at once", async () => {
    const { account, li, door } = await start();
    li.says("问");
    li.views("https://shop.example/");
    li.unfollows();
    await account.settle();
    const last = door.answers.at(-1);
    expect(last?.afterMs).toBeLessThan(TIMEOUT_MS);
    expect(last?.body).not.toBe("success");
    expect(door.answers.filter(({ afterMs }) => afterMs < 100)).toHaveLength(2);
  });
});

describe("in words", () => {
  const kept = (id: string, text: string, to: Kept["for"] = { at: 5 }): Kept => ({
    id,
    reply: { type: "text", text },
    for: to,
  });
  const question: Question = { person: "oLi", key: "100", at: 10, asks: true, text: "" };
  const standing = (...all: Kept["for"][]) =>
    standingOf(question, {
      from: 0,
      end: all.length,
      kept: all.map((to, slot) => ({ slot, kept: kept(String(slot), "x", to) })),
    });

  test.each([
    ["nothing kept", [], "nothing"],
    ["its own answer", [{ key: "100", at: 10 }], "answered"],
    ["an older question's answer", [{ key: "99", at: 9 }], "kept"],
    ["a later question's answer", [{ key: "101", at: 11 }], "overtaken"],
    ["a later one of the same second", [{ key: "101", at: 10 }], "overtaken"],
    ["an earlier one of the same second", [{ key: "99", at: 10 }], "kept"],
    ["a word of ours since", [{ at: 12 }], "answered"],
    ["a word of ours from before", [{ at: 3 }], "kept"],
    [
      "its own behind a later one's",
      [
        { key: "101", at: 11 },
        { key: "100", at: 10 },
      ],
      "answered",
    ],
  ])("%s", (_what, all, expected) => expect(standing(...all)).toBe(expected));

  test("no composed text goes beyond 2,048 bytes, and nothing is lost", () => {
    for (const size of [10, 600, 1_000, 1_990, 2_048]) {
      let rest = Array.from({ length: 7 }, (_, index) => kept(String(index), "x".repeat(size)));
      const ids: string[] = [];
      while (rest.length > 0) {
        const { reply, count } = compose(rest, { language: "zh", stillLooking: true });
        expect(reply.type === "text" && Buffer.byteLength(reply.text) <= 2_048).toBe(true);
        ids.push(...rest.slice(0, count).map(({ id }) => id));
        rest = rest.slice(count);
      }
      expect(ids).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
    }
  });

  test("languages", () => {
    expect([languageOf("你好 hello"), languageOf("hello"), languageOf("👍 1")]).toEqual(["zh", "en", undefined]);
  });
});
