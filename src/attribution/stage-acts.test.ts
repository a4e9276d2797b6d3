import { expect, test } from "vitest";
import { attributionWorld, wrote, type AttributionWorld, type Person } from "../../tests/support/attribution.ts";
import type { Outbox, Utterance } from "../corridor/index.ts";
import { newId } from "../lib/ids.ts";

interface Speaking {
  said: Utterance[];
  assigned: string[][];
  act(): Promise<number>;
}

/** Speakers that write down what is said; the outbox itself is the corridor's to test. */
function speaking(world: AttributionWorld): Speaking {
  const said: Utterance[] = [];
  const assigned: string[][] = [];
  const outbox: Outbox = {
    say: async (utterance) => (said.push(utterance), [newId()]),
    note: () => Promise.reject(new Error("nothing to note")),
    wake: () => undefined,
  };
  const assign = async (...both: string[]) => void assigned.push(both);
  return { said, assigned, act: () => world.actOnStages({ outbox, assign }) };
}

const GREETING = { en: "Shall we send you an offer?", zh: "需要我们给您报价吗？" };

async function priceRule(world: AttributionWorld, act: object): Promise<string> {
  const { items } = await world.call<{ items: { id: string; trigger: string }[] }>("get", "/stage-rules");
  const { id } = items.find(({ trigger }) => trigger === "price-asked")!;
  await world.call("patch", `/stage-rules/${id}`, { act });
  return id;
}

async function all({ act }: Speaking): Promise<void> {
  while ((await act()) === 0);
}

const askPrice = (world: AttributionWorld, person: Person) => world.observe(wrote(person, "how much is it?"));
const outcomes = async (world: AttributionWorld) =>
  (await world.db.prisma.stageAct.findMany()).map(({ outcome }) => outcome);

test("a rule speaks and assigns once per person, in their language, in their own chat", async () => {
  const world = await attributionWorld();
  const mei = newId();
  await world.db.query("INSERT INTO staff (id, name, email, role) VALUES ($1, 'Mei', 'mei@shop.example', 'agent')", [
    mei,
  ]);
  const ruleId = await priceRule(world, { greeting: GREETING, assignTo: mei });
  const [ana, bo] = [await world.person(), await world.person()];
  await world.db.query("UPDATE conversation SET language = 'zh' WHERE id = $1", [ana.conversationId]);
  const speakers = speaking(world);
  await askPrice(world, ana);
  await askPrice(world, bo);
  await Promise.all([all(speakers), all(speakers), all(speakers)]);
  const both = `${GREETING.en}\n\n${GREETING.zh}`;
  expect(speakers.said.map(({ conversationId, parts }) => [conversationId, parts[0]]).sort()).toEqual(
    [
      [ana.conversationId, { type: "text", text: GREETING.zh }],
      [bo.conversationId, { type: "text", text: both }],
    ].sort(),
  );
  expect(speakers.assigned.sort()).toEqual(
    [
      [ana.conversationId, mei],
      [bo.conversationId, mei],
    ].sort(),
  );

  await world.call("post", `/contacts/${ana.contactId}/stage`, { stage: "contact", cause: "a test" });
  world.clock.elapsedMs += 3_600_000;
  await askPrice(world, ana);
  await all(speakers);
  expect(speakers.said).toHaveLength(2);
  expect(await world.db.prisma.stageAct.findMany()).toMatchObject([{ ruleId, outcome: "done" }, { outcome: "done" }]);
});

test.each([
  ["UPDATE conversation SET owner = 'agent'", "an agent has the conversation"],
  ["UPDATE identity SET blocked_at = now()", "they blocked us"],
  ["UPDATE channel SET enabled = false", "the channel is switched off"],
  [
    "INSERT INTO reply_window (conversation_id, grants, heard_at) SELECT id, '[]', now() FROM conversation",
    "reply window is closed",
  ],
  ["UPDATE conversation SET contact_id = NULL", "no chat with them"],
  ["UPDATE stage_rule SET enabled = false", "switched off or gone"],
])("it keeps silent after %s, and says why", async (change, reason) => {
  const world = await attributionWorld();
  await priceRule(world, { offer: GREETING });
  await askPrice(world, await world.person());
  await world.db.query(change);
  world.clock.elapsedMs += 10_000;
  const speakers = speaking(world);
  await all(speakers);
  expect(speakers.said).toEqual([]);
  expect(await outcomes(world)).toEqual([expect.stringContaining(reason)]);
});

test("what could not be said is tried again, not lost", async () => {
  const world = await attributionWorld();
  await priceRule(world, { offer: GREETING });
  await askPrice(world, await world.person());
  const failing = {
    say: () => Promise.reject(new Error("the database is away")),
    note: undefined!,
    wake: () => undefined,
  };
  await expect(world.actOnStages({ outbox: failing, assign: async () => undefined })).rejects.toThrow("away");
  const speakers = speaking(world);
  await all(speakers);
  expect(speakers.said).toHaveLength(1);
});

test("rules are data: made, changed, refused with reasons, and the hub's own are not removed", async () => {
  const world = await attributionWorld();
  const rule = { trigger: "message", to: "lead", from: ["visitor"], position: 1 };
  const made = await world.call<{ id: string }>("post", "/stage-rules", rule);
  const ana = await world.person();
  await world.observe(wrote(ana, "hello"));
  expect(await world.db.prisma.contact.findFirst({ where: { id: ana.contactId } })).toMatchObject({ stage: "lead" });
  await expect(world.call("post", "/stage-rules", { ...rule, to: "lapsed" })).rejects.toThrow(
    "Silence leads to lapsed",
  );
  await expect(world.call("post", "/stage-rules", { ...rule, act: { assignTo: newId() } })).rejects.toThrow(
    "no such agent",
  );
  expect(await world.call("delete", `/stage-rules/${made.id}`)).toMatchObject({ id: made.id });
  const { items } = await world.call<{ items: { id: string; isDefault: boolean }[] }>("get", "/stage-rules");
  expect(items).toHaveLength(7);
  await expect(world.call("delete", `/stage-rules/${items[0]!.id}`)).rejects.toThrow("Switch it off instead");
});
