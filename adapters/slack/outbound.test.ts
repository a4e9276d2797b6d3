import { describe, expect, test } from "vitest";
import type { Part } from "../../src/contract/index.ts";
import { faultOf, never } from "../../tests/contract/small-hub.ts";
import { connect, emulate, text, to } from "../../tests/support/slack.ts";
import type { EmulatorOptions, Person } from "./emulator.ts";

const tsOf = ({ externalId }: { externalId: string }) => externalId.split(":")[1] ?? "";

describe("sending", () => {
  test("into a channel, a thread, a direct chat, and to a person whose chat is not known yet", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const [ana, channel] = [emulator.person("Ana"), emulator.channel("general")];
    const ts = ana.says("Lunch?", { channel });
    await connection.send(to(channel.id, text("a")), never);
    await connection.send(to(channel.id, text("b"), { replyTo: `${channel.id}:${ts}` }), never);
    await connection.send(to(`${channel.id}:${ts}`, text("c"), { replyTo: `${channel.id}:${ts}` }), never);
    const sent = await connection.send(to(ana.user.id, text("d"), { replyTo: "command:1" }), never);
    expect(emulator.sent.map(({ args }) => args)).toMatchObject([
      { channel: channel.id, text: "a" },
      { channel: channel.id, thread_ts: ts },
      { channel: channel.id, thread_ts: ts },
      { channel: ana.user.id },
    ]);
    expect(emulator.sent[0]?.args).not.toHaveProperty("thread_ts");
    expect(sent.externalId).toBe(`${ana.chat.id}:${emulator.sent[3]?.ts}`);
  });

  test("edits, deletes and reacts, and takes back what is its own", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const ana = emulator.person("Ana");
    const place = ana.chat.id;
    const { externalId: messageId } = await connection.send(to(place, text("We are opne.")), never);
    const message = () => ana.chat.messages.get(tsOf({ externalId: messageId }));
    await connection.act?.({ type: "edit", place, messageId, parts: text("We are *open*.") }, never);
    expect(message()).toMatchObject({ text: "We are *open*.", blocks: [{ type: "rich_text" }] });
    const react = (emoji: string | null) => connection.act?.({ type: "react", place, messageId, emoji }, never);
    await react("👍");
    await react("👍"); // already there
    await react("🎉");
    expect(message()?.reactions?.map(({ name }) => name)).toEqual(["+1", "tada"]);
    await react(null);
    expect(message()?.reactions).toEqual([]);
    await connection.act?.({ type: "delete", place, messageId }, never);
    await connection.act?.({ type: "delete", place, messageId }, never); // already gone
    expect(message()).toBeUndefined();
    const theirs = `${place}:${ana.says("Mine")}`;
    const refused = await faultOf(
      connection.act?.({ type: "edit", place, messageId: theirs, parts: text("x") }, never),
    );
    expect([refused.fault, refused.message]).toEqual(["refused", "Slack refused: cant_update_message."]);
    expect((await faultOf(react("三"))).fault).toBe("refused");
  });

  test("a choice, cards and formatting are blocks that Slack takes", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const place = emulator.person("Ana").chat.id;
    const options = Array.from({ length: 100 }, (_, at) => ({
      id: `${at}${"x".repeat(60)}`,
      label: `Option ${at} ${"y".repeat(60)}`,
    }));
    const card: Part = {
      type: "card",
      title: "Shoe",
      text: "Red *shoe*",
      url: "https://shop.example/1",
      image: "https://shop.example/1.jpg",
      options: options.slice(0, 5),
    };
    const mdast = {
      type: "root" as const,
      children: [
        {
          type: "paragraph" as const,
          children: [{ type: "strong" as const, children: [{ type: "text" as const, value: "Hi" }] }],
        },
      ],
    };
    await connection.send(
      to(place, [
        { type: "text", text: "Hi", mdast },
        { type: "choice", prompt: "Which?", options },
      ]),
      never,
    );
    await connection.send(
      to(
        place,
        Array.from({ length: 10 }, () => card),
      ),
      never,
    );
    expect(emulator.sent.map(({ args }) => (args.blocks as unknown[]).length)).toEqual([3, 39]);
  });

  test.each<[string, (ana: Person) => string, Part[], string, RegExp]>([
    ["an unknown channel", () => "C0NOWHERE", text("a"), "recipient-gone", /channel_not_found/],
    ["no place at all", () => "somewhere", text("a"), "refused", /not a place/],
    ["empty words", (ana) => ana.chat.id, text(" "), "refused", /no_text/],
  ])("refuses %s like the real one", async (_what, placeOf, parts, fault, words) => {
    const emulator = await emulate();
    const error = await faultOf(connect(emulator).send(to(placeOf(emulator.person("Ana")), parts), never));
    expect(error.fault).toBe(fault);
    expect(error.message).toMatch(words);
  });

  test("sends go side by side", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const place = emulator.person("Ana").chat.id;
    const from = performance.now();
    await Promise.all(Array.from({ length: 200 }, (_, i) => connection.send(to(place, text(String(i))), never)));
    expect(emulator.sent).toHaveLength(200);
    expect(200_000 / (performance.now() - from)).toBeGreaterThan(50); // some hundreds a second where this was written
  });
});

describe("the emulator's faults reach the hub as they should", () => {
  const knobs: [string, EmulatorOptions["faults"], string, number][] = [
    ["429 for a channel", { tooMany: { share: 1, seconds: 3, scope: "channel" } }, "retry-after", 0],
    ["429 for the workspace", { tooMany: { share: 1, seconds: 3, scope: "workspace" } }, "retry-after", 0],
    ["429 without a time", { tooManyUnsaid: true }, "retry-after", 0],
    ["503", { serverErrorShare: 1 }, "unreachable", 0],
    ["internal_error", { internalErrorShare: 1 }, "maybe-sent", 1],
    ["accepted, then dropped", { dropShare: 1 }, "maybe-sent", 1],
    ["truncated JSON", { truncateShare: 1 }, "maybe-sent", 1],
    ["wrong content type", { wrongTypeShare: 1 }, "maybe-sent", 1],
  ];
  test.each(knobs)("%s", async (name, faults, fault, accepted) => {
    const emulator = await emulate({ faults });
    const from = performance.now();
    const error = await faultOf(connect(emulator).send(to(emulator.person("Ana").chat.id, text("Hello")), never));
    expect(performance.now() - from, "nobody waits inside the library").toBeLessThan(900);
    expect(error.fault).toBe(fault);
    if (fault === "retry-after")
      expect([error.retryAfterMs, error.scope]).toEqual([name.endsWith("time") ? 1_000 : 3_000, "channel"]);
    expect(emulator.sent).toHaveLength(accepted);
    expect(
      emulator.calls.filter(({ method }) => method === "chat.postMessage"),
      "tried once",
    ).toHaveLength(1);
  });

  test("slow: an abort while waiting is honoured, and honest", async () => {
    const emulator = await emulate({ faults: { slowMs: 3_000 } });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const from = performance.now();
    const send = connect(emulator).send(to(emulator.person("Ana").chat.id, text("Hello")), stop.signal);
    expect((await faultOf(send)).fault).toBe("maybe-sent");
    expect(performance.now() - from).toBeLessThan(2_000);
  });

  test("counts the sends that came inside a 429", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const place = emulator.person("Ana").chat.id;
    emulator.limitNext(1, 1_000);
    const { retryAfterMs = 0 } = await faultOf(connection.send(to(place, text("a")), never));
    await new Promise((resolve) => setTimeout(resolve, 80));
    await faultOf(connection.send(to(place, text("too early")), never));
    expect(emulator.insideRetryAfter).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs + 50));
    await connection.send(to(place, text("in time")), never);
    expect(emulator.insideRetryAfter).toBe(1);
  });
});

test("the link opens the app's chat; no link of Slack's carries a code", async () => {
  const emulator = await emulate();
  const link = await connect(emulator).entryLink?.("K7mQ2xVb9c", never);
  expect(link).toEqual({ url: "https://slack.com/app_redirect?app=A0EMULATED&team=T0EMULATED" });
});
