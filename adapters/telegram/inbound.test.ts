import { describe, expect, test } from "vitest";
import type { Arrival } from "../../src/contract/index.ts";
import { faultOf, listen, never, quickClock, serve } from "../../tests/contract/small-hub.ts";
import { connect, emulate, secret, text, to } from "../../tests/support/telegram.ts";
import type { TelegramEmulator } from "./emulator.ts";

describe("polling", () => {
  test("carries a scanned code, a question and its answer", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const { events } = listen(connection);
    const ana = emulator.person(5001, "Ana");
    ana.scans("K7mQ2xVb9c");
    ana.says("Are you open today?");
    await emulator.settle();
    expect(events()).toMatchObject([
      { type: "entered", place: "5001", entry: { code: "K7mQ2xVb9c", method: "start-param" } },
      { type: "message", actor: { id: "5001", name: "Ana" }, parts: text("Are you open today?"), addressed: true },
    ]);
    const sent = await connection.send(to(5001, text("Yes, until six.")), never);
    expect(await emulator.waitForReply(5001)).toMatchObject({ text: "Yes, until six.", messageId: 3 });
    expect(sent).toEqual({ externalId: "5001:3" });
  });

  test("takes the webhook away without dropping what waits", async () => {
    const emulator = await emulate();
    const server = await serve(connect(emulator, { mode: "webhook", secret }), () => 503);
    const webhook = connect(emulator, { mode: "webhook", secret }).inbound;
    if (webhook.type === "webhook") await webhook.register?.(server.url, never);
    emulator.person(5001, "Ana").says("Hello?");
    const { arrivals } = listen(connect(emulator));
    await emulator.settle();
    expect(arrivals).toHaveLength(1);
  });

  test("confirms only what is stored: a failing store sees everything again, in order per chat", async () => {
    const emulator = await emulate();
    const [ana, li] = [emulator.person(1, "Ana"), emulator.person(2, "Li")];
    for (let i = 0; i < 20; i++) [ana, li].forEach((person) => person.says(String(i)));
    let failures = 3;
    const connection = connect(emulator, {}, { clock: quickClock });
    const { arrivals } = listen(connection, async ({ key }) => {
      if (key.endsWith("7") && failures-- > 0) throw new Error("The database is away.");
    });
    await emulator.settle();
    const firsts = [...new Map(arrivals.map((arrival) => [arrival.key, arrival])).values()];
    expect(firsts).toHaveLength(40);
    for (const lane of ["1", "2"]) {
      const numbers = firsts.filter((arrival) => arrival.lane === lane).map(({ key }) => Number(key));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  });

  test("stops at once when aborted, also in the middle of a long poll", async () => {
    const { stop } = listen(connect(await emulate()));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const from = performance.now();
    await stop();
    expect(performance.now() - from).toBeLessThan(2_000);
  });

  test("says in the log that another program reads the bot's updates, and goes on", async () => {
    const emulator = await emulate();
    emulator.refuseNext(
      "getUpdates",
      409,
      "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    );
    const said: string[] = [];
    const log = { debug: note, info: note, warn: note, error: note };
    function note(_fields: object, words: string): void {
      said.push(words);
    }
    const { arrivals } = listen(connect(emulator, {}, { log, clock: quickClock }));
    emulator.person(1, "Ana").says("Hello");
    await emulator.settle();
    expect(arrivals).toHaveLength(1);
    expect(said).toEqual([expect.stringMatching(/Another program reads this bot's updates/)]);
  });

  test("hears what people do besides writing", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const { events } = listen(connection);
    const ana = emulator.person(1, "Ana");
    const number = ana.says("Helo");
    await emulator.settle(); // by now the opt-in kinds are asked for
    ana.edits("Hello");
    await connection.send(to(1, [{ type: "choice", prompt: "Which?", options: [{ id: "red", label: "Red" }] }]), never);
    ana.presses("Red");
    ana.reacts("👍");
    ana.blocks();
    await emulator.settle();
    expect(events().slice(1)).toMatchObject([
      { type: "edited", messageId: `1:${number}`, parts: text("Hello") },
      { type: "pressed", choice: "red", messageId: "1:2" },
      { type: "reaction", added: ["👍"], removed: [], messageId: "1:2" },
      { type: "left", blocked: true, member: { id: "1" } },
    ]);
    expect((await faultOf(connection.send(to(1, text("Bye")), never))).fault).toBe("recipient-gone");
  });

  test("hears a group: joins by invite, mentions, topics; both tellings of a join are one event", async () => {
    const emulator = await emulate();
    const { events } = listen(connect(emulator));
    const shop = emulator.group(-1001, "Shop friends", { forum: true });
    const ana = emulator.person(1, "Ana");
    ana.says("Hi");
    await emulator.settle();
    shop.joins(ana, "K7mQ2xVb9c");
    ana.in(shop).says("@emulated_bot open?");
    emulator.inTopic(ana, shop, 7).says("In a topic");
    ana.in(shop).scans("K7mQ2xVb9c");
    await emulator.settle();
    const [, joined, again, ...rest] = events();
    expect(joined).toMatchObject({
      type: "joined",
      member: { id: "1" },
      entry: { code: "K7mQ2xVb9c", method: "invite" },
    });
    expect(again).toMatchObject({ type: "joined", id: joined?.id, place: joined?.place });
    expect(rest).toMatchObject([
      { type: "message", addressed: true, placeKind: "group" },
      { type: "message", addressed: false, place: "-1001:7", placeKind: "thread" },
      { type: "entered", entry: { method: "group-start-param" } },
    ]);
  });
});

describe("webhook", () => {
  async function registered(emulator: TelegramEmulator, answer?: (arrivals: Arrival[]) => number) {
    const connection = connect(emulator, { mode: "webhook", secret });
    const door = await serve(connection, answer);
    if (connection.inbound.type === "webhook") await connection.inbound.register?.(door.url, never);
    return { connection, ...door };
  }

  test("takes updates with the secret, and asks for the kinds that are opt-in", async () => {
    const emulator = await emulate();
    const { arrivals } = await registered(emulator);
    const ana = emulator.person(1, "Ana");
    emulator.group(-5, "G").joins(ana, "K7mQ2xVb9c");
    ana.says("Hello");
    await emulator.settle();
    expect(arrivals.map(({ lane }) => lane).sort()).toEqual(["-5", "-5", "1"]);
    expect(emulator.history.refusedDeliveries).toBe(0);
  });

  test("comes again until it is taken", async () => {
    const emulator = await emulate({ faults: { redeliverMs: 5 } });
    let refusals = 3;
    const { arrivals } = await registered(emulator, () => (refusals-- > 0 ? 503 : 200));
    emulator.person(1, "Ana").says("Hello");
    await emulator.settle();
    expect(arrivals).toHaveLength(1);
    expect(emulator.history.deliveries).toBe(4);
  });

  test("survives duplicates and a shuffled order: every update comes, each under its one key", async () => {
    const emulator = await emulate({ faults: { duplicateShare: 0.3, reorderShare: 0.3, reorderMs: 30 }, seed: 5 });
    const { arrivals } = await registered(emulator);
    const ana = emulator.person(1, "Ana");
    for (let i = 0; i < 200; i++) ana.says(String(i));
    await emulator.settle();
    expect(new Set(arrivals.map(({ key }) => key)).size).toBe(200);
    expect(arrivals.length).toBeGreaterThan(200);
    const keys = arrivals.map(({ key }) => Number(key));
    expect(keys).not.toEqual([...keys].sort((a, b) => a - b));
  });
});
