import { describe, expect, test } from "vitest";
import { never } from "../../tests/contract/small-hub.ts";
import { emulate, online, text, to } from "../../tests/support/discord.ts";

describe("the gateway", () => {
  test("carries a direct question and its answer, and leaves the bot's own echo", async () => {
    const emulator = await emulate();
    const ana = emulator.person("Ana");
    const { connection, events, heard } = await online(emulator);
    ana.says("Are you open today?");
    const [question] = await heard("message");
    expect(question).toMatchObject({
      place: ana.direct.id,
      placeKind: "direct",
      actor: { id: ana.user.id, name: "Ana" },
      parts: text("Are you open today?"),
      addressed: true,
    });
    const sent = await connection.send(to(ana.direct, text("Yes, until six.")), never);
    expect(emulator.replies(ana.direct)).toMatchObject([{ messageId: sent.externalId, text: "Yes, until six." }]);
    const [echo] = await heard("unknown");
    expect(echo).toMatchObject({ id: sent.externalId, reason: expect.stringMatching(/own echo/) as string });
    expect(events().filter(({ type }) => type === "message")).toHaveLength(1);
  });

  test("tells channels, threads and direct chats apart, and who is meant", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shoe Shop");
    const help = emulator.channel(guild, "help");
    const { connection, heard } = await online(emulator);
    const ana = emulator.person("Ana");
    const thread = emulator.thread(help, "Size 42");
    ana.says("See you", { in: help });
    ana.says("do you have 42?", { in: help, mention: true });
    ana.says("In here", { in: thread });
    await connection.send(to(thread, text("Yes?")), never);
    ana.says("I mean you", { in: thread, replyTo: emulator.replies(thread)[0]?.messageId ?? "" });
    const events = (await heard("message", 4)).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
    expect(events.map(({ placeKind, placeTitle, addressed }) => [placeKind, placeTitle, addressed])).toEqual([
      ["group", "#help", false],
      ["group", "#help", true],
      ["thread", "Size 42", false],
      ["thread", "Size 42", true],
    ]);
  });

  test("asks once for a channel that it was never told of", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shoe Shop");
    const help = emulator.channel(guild, "help");
    const { heard } = await online(emulator);
    const hidden = { ...emulator.thread(help, "Quiet") };
    const ana = emulator.person("Ana");
    emulator.push("THREAD_DELETE", { id: hidden.id });
    for (let i = 0; i < 3; i++) ana.says("Hi", { in: hidden });
    expect((await heard("message", 3)).map(({ placeKind }) => placeKind)).toEqual(["thread", "thread", "thread"]);
    expect(emulator.history.requests.filter(({ path }) => path === `/channels/${hidden.id}`)).toHaveLength(1);
  });

  test("carries edits, deletes, bulk deletes, reactions, files, stickers and forwards", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shoe Shop");
    const help = emulator.channel(guild, "help");
    const { heard, connection } = await online(emulator);
    const ana = emulator.person("Ana");
    const first = ana.says("Helo", { in: help });
    ana.edits(first, "Hello");
    ana.reacts(first, "👍");
    ana.takesBack(first, "👍");
    ana.sendsFile("shoe.png", "image/png", Buffer.from("png"), { in: help, text: "This one" });
    ana.sendsSticker("Wave", { in: help });
    const original = help.messages.get(first);
    if (original) ana.forwards(original, { in: help });
    ana.deletes(first);
    emulator.push("MESSAGE_DELETE_BULK", { ids: ["1", "2"], channel_id: help.id, guild_id: guild.id });
    const [edited] = await heard("edited");
    expect(edited).toMatchObject({ messageId: first, parts: text("Hello") });
    expect((await heard("reaction", 2)).map(({ added, removed }) => [added, removed])).toEqual([
      [["👍"], []],
      [[], ["👍"]],
    ]);
    expect((await heard("deleted", 3)).map(({ messageId }) => messageId)).toEqual([first, "1", "2"]);
    const messages = await heard("message", 4);
    expect(messages[3]?.parts).toEqual(text("Hello"));
    const file = messages[1]?.parts[1];
    if (file?.type !== "file") throw new Error("No file came.");
    const response = await connection.fetchFile?.(file.ref, never);
    expect(Buffer.from((await response?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(Buffer.from("png"));
  });

  test("fetches a file whose address has ended since, and refuses one whose message is gone", async () => {
    const emulator = await emulate();
    const { heard, connection } = await online(emulator);
    const ana = emulator.person("Ana");
    emulator.world.cdnLifeMs = -1_000;
    const id = ana.sendsFile("shoe.png", "image/png", Buffer.from("png"));
    const [message] = await heard("message");
    const file = message?.parts[0];
    if (file?.type !== "file") throw new Error("No file came.");
    expect(file.ref).not.toContain("http");
    await expect(connection.fetchFile?.(file.ref, never)).rejects.toThrow(/did not give out the file/);
    emulator.world.cdnLifeMs = 60_000; // asking again gives an address that lives
    expect((await connection.fetchFile?.(file.ref, never))?.status).toBe(200);
    ana.deletes(id);
    await expect(connection.fetchFile?.(file.ref, never)).rejects.toThrow(/Unknown Message/);
    await expect(connection.fetchFile?.("http://127.0.0.1:1/etc", never)).rejects.toThrow(/not a reference/);
  });

  test("asks for the message where an edit comes without it", async () => {
    const emulator = await emulate({ faults: { partialEdits: true } });
    const { heard } = await online(emulator);
    const ana = emulator.person("Ana");
    ana.edits(ana.says("Helo"), "Hello");
    expect((await heard("edited"))[0]).toMatchObject({ parts: text("Hello"), placeKind: "direct" });
  });

  test("reports what it does not carry, and that previews are no edits", async () => {
    const emulator = await emulate();
    const { heard, events } = await online(emulator);
    const ana = emulator.person("Ana");
    const id = ana.says("https://shop.example");
    const ids = { id, channel_id: ana.direct.id };
    emulator.push("MESSAGE_UPDATE", { ...ids, embeds: [{ type: "link" }] });
    emulator.push("MESSAGE_CREATE", { ...ids, id: "1", type: 6, content: "" });
    emulator.push("SOMETHING_NEW", { ...ids });
    await heard("unknown", 2);
    expect(events().filter(({ type }) => type === "edited")).toHaveLength(0);
  });

  test("waits for the store, keeps each channel's order, and stores nothing twice under another key", async () => {
    const emulator = await emulate({ faults: { duplicateShare: 0.3 } });
    let failures = 3;
    const { arrivals } = await online(emulator, {
      async store({ key }) {
        await new Promise((resolve) => setTimeout(resolve, Number(key.slice(-1)) % 3));
        if (key.endsWith("7") && failures-- > 0) throw new Error("The database is away.");
      },
    });
    const people = [emulator.person("Ana"), emulator.person("Li")];
    const ids = people.map((person) => Array.from({ length: 20 }, (_, i) => person.says(String(i))));
    await emulator.until(() => new Set(arrivals.map(({ key }) => key)).size === 40, "40 arrivals");
    const firsts = [...new Map([...arrivals].reverse().map((arrival) => [arrival.key, arrival])).values()].reverse();
    people.forEach(({ direct }, index) => {
      const keys = firsts.filter(({ lane }) => lane === direct.id).map(({ key }) => key);
      expect(keys).toEqual(ids[index]?.map((id) => `MESSAGE_CREATE:${id}`));
    });
  });
});
