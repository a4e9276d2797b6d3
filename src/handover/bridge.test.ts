import { expect, test } from "vitest";
import { handoverWorld, type HandoverWorld } from "../../tests/support/handover.ts";
import type { PlaceView } from "../contract/api-handover.ts";

/** Eva knows about paint and answers from her own chat. */
async function withExpert(language = "en") {
  const world = await handoverWorld();
  const eva = await world.person("Eva", { language });
  const expert = { topics: ["paint", "油漆"], answersAt: "place", capacity: 5 };
  await world.call("put", `/experts/${eva.staffId}`, expert);
  await world.register(eva, "eva-chat");
  world.platform.sent.length = 0;
  return { world, eva };
}

const waits = async ({ db }: HandoverWorld) => db.query("SELECT 1 FROM relay WHERE state = 'waiting'");
const texts = (sent: string[]) => sent.map((text) => text.split("\n")[0]);

test("a code makes a chat a place, once and in time, and the place is known to its person", async () => {
  const world = await handoverWorld();
  const [eva, ben] = [await world.person("Eva"), await world.person("Ben")];
  const { code } = await world.call<{ code: string }>("post", "/me/places", undefined, eva);
  expect(code).toMatch(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
  await world.hears("eva-chat", code.toLowerCase());
  await world.settle();
  expect(world.said("eva-chat")).toEqual([expect.stringMatching(/^Welcome, Eva\./)]);
  await world.hears("thief", code);
  await world.settle();
  expect(world.said("thief")).toEqual([expect.stringMatching(/colleague/)]); // a code that was used says nothing
  const { items } = await world.call<{ items: PlaceView[] }>("get", "/me/places", undefined, eva);
  expect(items).toMatchObject([{ adapter: "loopback", name: "eva-chat" }]);
  const late = await world.call<{ code: string }>("post", "/me/places", undefined, ben);
  world.pass(11 * 60_000);
  await world.hears("ben-chat", late.code);
  await world.settle();
  expect(world.said("ben-chat")).not.toContainEqual(expect.stringMatching(/^Welcome/));
  await expect(world.call("post", "/me/places")).rejects.toThrow(/Sign in/);
});

test("a customer and an expert talk across the bridge until it is done", async () => {
  const { world, eva } = await withExpert();
  const id = await world.hears("ana", "Which paint is right for wood?");
  await world.settle();
  expect(await world.conversation(id)).toMatchObject({ assigneeId: eva.staffId, owner: "agent" });
  const opened = world.said("eva-chat")[0]!;
  expect(opened).toMatch(/^#1 ana \(Test\)/);
  expect(opened).toContain("> Which paint is right for wood?");
  expect(opened).toContain("/done ends it");

  await world.hears("ana", "It is for a door.");
  await world.settle();
  expect(world.said("eva-chat").at(-1)).toBe("#1 ana: It is for a door.");

  world.seen.length = 0;
  await world.hears("eva-chat", "Take the blue one.");
  await world.settle();
  expect(world.said("ana").at(-1)).toBe("Take the blue one.");
  expect(world.seen.map(({ event }) => event.type)).toEqual(["replied"]); // what she wrote is nobody's business but hers
  const [message] = await world.db.query(
    "SELECT author, staff_id FROM message WHERE text = 'Take the blue one.' AND direction = 'out'",
  );
  expect(message).toEqual({ author: "agent", staff_id: eva.staffId });

  await world.hears("eva-chat", "/done");
  await world.settle();
  expect(await world.conversation(id)).toMatchObject({ status: "resolved" });
  expect(world.said("eva-chat").at(-1)).toBe("#1 is done.");
  await world.hears("eva-chat", "Hello?");
  await world.settle();
  expect(world.said("eva-chat").at(-1)).toMatch(/no open conversation/);
  expect(world.said("ana").at(-1)).toBe("Take the blue one.");

  await world.hears("ana", "And which brush?");
  await world.settle();
  expect(world.said("eva-chat").at(-1)).toMatch(/^#2 ana/); // she is hers again, under a new number
});

test("with several open, a quote or a number says for whom it is; without, nobody gets it", async () => {
  const { world } = await withExpert();
  await world.hears("ana", "paint for wood?");
  await world.settle();
  await world.hears("ben", "paint for iron?");
  await world.settle();
  expect(texts(world.said("eva-chat"))).toEqual(["#1 ana (Test) · visitor", "#2 ben (Test) · visitor"]);

  await world.hears("eva-chat", "Yes!");
  await world.settle();
  expect(world.said("eva-chat").at(-1)).toMatch(/^For whom is this\?[^]*#1 ana[^]*#2 ben/);
  await world.hears("eva-chat", "#2 For iron: red.");
  await world.settle();
  expect(world.said("ben").at(-1)).toBe("For iron: red.");

  const [quoted] = await world.db.query<{ id: string }>(
    "SELECT external_id AS id FROM message WHERE direction = 'out' AND text LIKE '#1 ana%'",
  );
  await world.hears("eva-chat", "For wood: blue.", { replyTo: quoted!.id });
  await world.settle();
  expect(world.said("ana").at(-1)).toBe("For wood: blue.");

  await world.hears("eva-chat", "/list");
  await world.settle();
  expect(world.said("eva-chat").at(-1)).toBe("Open conversations:\n#1 ana (Test)\n#2 ben (Test)");
  await world.hears("eva-chat", "#7 Hello");
  await world.settle();
  expect(world.said("eva-chat").at(-1)).toMatch(/^#7 is not open with you/);
});

test("in Chinese, and back to the bot", async () => {
  const { world } = await withExpert("zh");
  const id = await world.hears("李雷", "这种油漆防水吗？");
  await world.settle();
  expect(world.said("eva-chat")[0]).toMatch(/^#1 李雷[^]*问题[^]*> 这种油漆防水吗？[^]*\/完成/);
  await world.hears("eva-chat", "防水的。");
  await world.hears("eva-chat", "！交还");
  await world.settle();
  expect(await world.conversation(id)).toMatchObject({ owner: "bot", assigneeId: null });
  expect(world.said("eva-chat").at(-1)).toBe("#1 已交还给机器人。");
  expect(world.said("李雷").slice(-2)).toEqual(["防水的。", expect.stringMatching(/^我是智能助手/)]);
});

test("the bot never answers an expert, and their place is not in the inbox", async () => {
  const { world } = await withExpert();
  const place = await world.hears("eva-chat", "When are you open? Let me talk to a person!!!");
  await world.settle();
  expect(world.said("eva-chat")).toEqual([expect.stringMatching(/no open conversation/)]);
  expect(await world.conversation(place)).toMatchObject({ status: "resolved", owner: "bot" });
  const rows = await world.db.query(
    "SELECT 1 FROM message WHERE conversation_id = $1 AND direction = 'in' AND answered_at IS NULL",
    [place],
  );
  expect(rows).toEqual([]);
  expect(await world.db.query("SELECT 1 FROM handover WHERE conversation_id = $1", [place])).toEqual([]);
});

test(
  "delivered twice and carried by four at once, everything arrives once and in order",
  { timeout: 40_000 },
  async () => {
    const { world } = await withExpert();
    await world.hears("ana", "paint?", { key: "first" });
    await world.settle();
    for (let i = 0; i < 12; i++) {
      const update = { key: `again-${i}`, place: "ana", from: "ana", text: `line ${i}` };
      await world.stage.deliver(update);
      await world.stage.deliver(update);
    }
    for (let i = 0; i < 12; i++) await world.hears("eva-chat", `#1 answer ${i}`, { key: `said-${i}` });
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let i = 0; i < 40; i++) await world.room.carry(world.speakers);
      }),
    );
    await world.settle();
    expect(await waits(world)).toEqual([]);
    expect(world.said("eva-chat").slice(1)).toEqual(Array.from({ length: 12 }, (_, i) => `#1 ana: line ${i}`));
    expect(world.said("ana").slice(1)).toEqual(Array.from({ length: 12 }, (_, i) => `answer ${i}`));
  },
);

test("a hub that dies between saying and committing says it once, after its end", async () => {
  const { world } = await withExpert();
  await world.hears("ana", "paint?");
  await world.settle();
  await world.hears("eva-chat", "The blue one.");
  const dies = {
    ...world.speakers,
    reply: async (...given: Parameters<typeof world.speakers.reply>) => {
      await world.speakers.reply(...given);
      throw new Error("the process is gone");
    },
  };
  await expect(world.room.carry(dies)).rejects.toThrow(/gone/);
  expect(await waits(world)).toHaveLength(1);
  await world.settle();
  expect(world.said("ana").filter((text) => text === "The blue one.")).toHaveLength(1);
});

test("what the platform cannot carry is set aside, and the expert is told why", async () => {
  const { world } = await withExpert();
  await world.hears("ana", "paint?");
  await world.settle();
  const { Conflict } = await import("../contract/index.ts");
  await world.hears("eva-chat", "The blue one.");
  const closed = {
    ...world.speakers,
    reply: () => Promise.reject(new Conflict("Its channel is closed. Enable the channel first.")),
  };
  await world.room.carry(closed);
  await world.settle();
  expect(world.said("eva-chat").at(-1)).toBe(
    "This could not be passed on: Its channel is closed. Enable the channel first.",
  );
  expect(await waits(world)).toEqual([]);
});

test("a customer cannot pose as another in the expert's place", async () => {
  const { world } = await withExpert();
  await world.hears("eve", "paint?\n#2 Bank: send it all to me", { name: "#9 Boss:\n#3" });
  await world.settle();
  await world.hears("eve", "one\n#2 Bank: two", { name: "#9 Boss:\n#3" });
  await world.settle();
  for (const text of world.said("eva-chat")) {
    expect(text.split("\n").filter((line) => /^#\d/.test(line))).toEqual([expect.stringMatching(/^#1 9 Boss 3/)]);
  }
});

test("given to somebody else, the expert is told and hears no more; gone from us, they hear nothing", async () => {
  const { world, eva } = await withExpert();
  const mei = await world.person("Mei");
  const id = await world.hears("ana", "paint?");
  await world.settle();
  await world.call("post", `/conversations/${id}/assign`, { staffId: mei.staffId });
  await world.settle();
  expect(world.said("eva-chat").at(-1)).toBe("#1 has gone to somebody else.");
  await world.hears("ana", "for wood");
  await world.settle();
  expect(world.said("eva-chat").at(-1)).toBe("#1 has gone to somebody else.");

  await world.hears("ben", "paint?");
  await world.settle();
  await world.db.query("UPDATE staff SET ended_at = now() WHERE id = $1", [eva.staffId]);
  const before = world.said("eva-chat").length;
  await world.hears("ben", "my secret");
  await world.settle();
  expect(world.said("eva-chat")).toHaveLength(before);
  await world.hears("eva-chat", "#2 hello");
  await world.settle();
  expect(world.said("ben")).not.toContain("hello");
});

test("a place that is given up carries no more; the conversation stays theirs", async () => {
  const { world, eva } = await withExpert();
  const id = await world.hears("ana", "paint?");
  await world.settle();
  const { items } = await world.call<{ items: PlaceView[] }>("get", "/me/places", undefined, eva);
  await world.call("delete", `/me/places/${items[0]!.id}`, undefined, eva);
  const before = world.said("eva-chat").length;
  await world.hears("ana", "for wood");
  await world.settle();
  expect(world.said("eva-chat")).toHaveLength(before);
  expect(await world.conversation(id)).toMatchObject({ assigneeId: eva.staffId });
});
