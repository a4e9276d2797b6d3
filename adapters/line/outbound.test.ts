import { describe, expect, test } from "vitest";
import type { AdapterTools, Clock, MessageEvent, OutboundMessage, Part } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { memoryCache } from "../../src/lib/memory-tools.ts";
import { afterwards, faultOf, never, quickClock, serve } from "../../tests/contract/small-hub.ts";
import { open } from "../../tests/contract/tools.ts";
import { createLineEmulator, type EmulatorOptions, type Person } from "./emulator.ts";
import line from "./index.ts";

const text = (words: string): Part[] => [{ type: "text", text: words }];

/** The time of both the hub and LINE, to be moved by hand. */
function handClock(): Clock & { forward(ms: number): void } {
  let offset = 0;
  const now = () => new Date(Date.now() + offset);
  return { ...systemClock, now, forward: (ms) => void (offset += ms) };
}

async function meet(options: EmulatorOptions = {}, tools: Partial<AdapterTools> = {}) {
  const clock = handClock();
  const emulator = await createLineEmulator({ now: clock.now, ...options });
  afterwards(() => emulator.close());
  const { channelSecret, token: channelAccessToken, base } = emulator;
  const given = { channelSecret, channelAccessToken, apiBase: base, dataBase: base };
  const all = { clock, cache: memoryCache(), ...tools };
  const connection = open(line, given, all);
  const door = await serve(connection);
  emulator.attach(door.url);

  /** A question as it was stored, and the answer to it. */
  async function asks(person: Person, words: string): Promise<MessageEvent> {
    const before = door.arrivals.length;
    person.says(words);
    await emulator.settle();
    const events = door.arrivals.slice(before).flatMap(({ payload }) => connection.decode(payload));
    return events.find((event) => event.type === "message")!;
  }
  const answer = (
    { place, referrer }: MessageEvent,
    words: string,
    idempotencyKey: string,
    more: Partial<OutboundMessage> = {},
  ) => {
    const alive = referrer && referrer.expiresAt > clock.now();
    return { place, parts: text(words), idempotencyKey, ...(alive && { referrer }), ...more };
  };
  const send = (message: OutboundMessage) => connection.send(message, never);
  const how = () => emulator.sent.map((sent) => sent.how);
  return {
    emulator,
    connection,
    clock,
    asks,
    answer,
    send,
    how,
    again: (more: Partial<AdapterTools> = {}) => open(line, given, { ...all, ...more }),
  };
}

describe("reply and push", () => {
  test("the first answer is a free reply, the second a push; an old question gets a push", async () => {
    const { emulator, asks, answer, send, how, clock } = await meet();
    const ana = emulator.person("Ana");
    const question = await asks(ana, "Open?");
    const first = await send(answer(question, "Yes.", "k1"));
    await send(answer(question, "Until six.", "k2"));
    clock.forward(31_000);
    await send(answer(question, "Anything else?", "k3"));
    expect(how()).toEqual(["reply", "push", "push"]);
    expect(first.externalId).toBe(emulator.sent[0]?.id);
    expect(emulator.calls.filter(({ path }) => path.endsWith("/reply"))).toHaveLength(1);
  });

  test("another hub sees that a token is taken; where it cannot, LINE tells it, and the answer is pushed", async () => {
    const { emulator, asks, answer, send, how, again } = await meet();
    const question = await asks(emulator.person("Ana"), "Open?");
    await send(answer(question, "Yes.", "k1"));
    await again().send(answer(question, "Until six.", "k2"), never);
    await again({ cache: memoryCache() }).send(answer(question, "Bye.", "k3"), never);
    expect(how()).toEqual(["reply", "push", "push"]);
    expect(emulator.calls.filter(({ path }) => path.endsWith("/reply")).map(({ status }) => status)).toEqual([
      200, 400,
    ]);
  });

  test("a reply whose answer was lost is not said twice: LINE says that its token is used", async () => {
    const { emulator, asks, answer, send, how, again, clock } = await meet({ faults: { dropShare: 1 } });
    const question = await asks(emulator.person("Ana"), "Open?");
    expect((await faultOf(send(answer(question, "Yes.", "k1")))).fault).toBe("maybe-sent");
    emulator.faults.dropShare = 0;
    clock.forward(31_000); // the corridor gives no referrer any more
    const sent = await again().send(answer(question, "Yes.", "k1"), never);
    expect(sent.externalId).toMatch(/^replied:/);
    expect(how()).toEqual(["reply"]);
  });

  test("where nobody can know any more, it says so instead of sending twice", async () => {
    const { emulator, asks, answer, send, how, clock } = await meet({ faults: { acceptedErrorShare: 1 } });
    const question = await asks(emulator.person("Ana"), "Open?");
    expect((await faultOf(send(answer(question, "Yes.", "k1")))).fault).toBe("unreachable");
    emulator.faults.acceptedErrorShare = 0;
    clock.forward(90_000);
    expect((await faultOf(send(answer(question, "Yes.", "k1")))).fault).toBe("maybe-sent");
    expect(how()).toEqual(["reply"]);
  });

  test("a reply that LINE surely did not take is pushed when its time is over", async () => {
    const { emulator, asks, answer, send, how, clock } = await meet();
    const question = await asks(emulator.person("Ana"), "Open?");
    emulator.refuseSends(1, 200);
    expect(await faultOf(send(answer(question, "Yes.", "k1")))).toMatchObject({
      fault: "retry-after",
      retryAfterMs: 200,
    });
    await new Promise((resolve) => setTimeout(resolve, 210));
    clock.forward(90_000);
    await send(answer(question, "Yes.", "k1"));
    expect(how()).toEqual(["push"]);
    expect(emulator.insideRetryAfter).toBe(0);
  });

  test.each(["dropShare", "truncateShare", "wrongTypeShare", "acceptedErrorShare"] as const)(
    "a push after %s is taken once, by its retry key",
    async (fault) => {
      const { emulator, send } = await meet({ faults: { [fault]: 1 } });
      const ana = emulator.person("Ana", { friend: true });
      const message = { place: ana.userId, parts: text("Hello"), idempotencyKey: "k1" };
      await faultOf(send(message));
      emulator.faults[fault] = 0;
      expect(await send(message)).toEqual({ externalId: emulator.sent[0]?.id });
      expect(emulator.sent).toHaveLength(1);
    },
  );

  test("many answers under all faults: none is lost, none comes twice", async () => {
    const faults = { dropShare: 0.1, truncateShare: 0.1, serverErrorShare: 0.1, acceptedErrorShare: 0.1 };
    const { emulator, asks, answer, send } = await meet({ seed: 5, faults });
    for (let i = 0; i < 60; i++) {
      const question = await asks(emulator.person(`P${i}`), "Open?");
      for (let attempt = 0, done = false; !done && attempt < 12; attempt++) {
        done = await send(answer(question, `Yes ${i}.`, `k${i}`)).then(
          () => true,
          () => false,
        );
      }
    }
    const texts = emulator.sent.map(({ message }) => message.text);
    expect(new Set(texts).size).toBe(60);
    expect(texts).toHaveLength(60);
  });
});

describe("refusals", () => {
  test("the used-up plan stops pushes with a sentence, and replies go on", async () => {
    const { emulator, asks, answer, send, how } = await meet({ faults: { quotaUsedUp: true } });
    const question = await asks(emulator.person("Ana"), "Open?");
    await send(answer(question, "Yes.", "k1"));
    const fault = await faultOf(send(answer(question, "Until six.", "k2")));
    expect(fault).toMatchObject({ fault: "refused", mayRetry: false });
    expect(fault.message).toMatch(/month's plan/);
    expect(how()).toEqual(["reply"]);
  });

  test("nothing is sent inside a Retry-After that is waited for", async () => {
    const { emulator, send } = await meet();
    const ana = emulator.person("Ana", { friend: true });
    emulator.refuseSends(3, 80);
    for (let i = 0; i < 4; i++) {
      await send({ place: ana.userId, parts: text("Hi"), idempotencyKey: "k" }).catch(
        async (error: { retryAfterMs: number }) => {
          await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs + 5));
        },
      );
    }
    expect(emulator.sent).toHaveLength(1);
    expect(emulator.insideRetryAfter).toBe(0);
  });

  test("who blocked the account is gone; a place that is none is refused", async () => {
    const { emulator, send } = await meet();
    const ana = emulator.person("Ana", { friend: true });
    ana.blocks();
    await emulator.settle();
    expect((await faultOf(send({ place: ana.userId, parts: text("Hi"), idempotencyKey: "k" }))).fault).toBe(
      "recipient-gone",
    );
    for (const place of ["somewhere", "", "../x", "U1/../2"])
      expect(await faultOf(send({ place, parts: text("Hi"), idempotencyKey: "k" }))).toMatchObject({
        fault: "refused",
        message: "This is not a place on LINE.",
      });
  });
});

describe("other calls", () => {
  test("quotes the question in its answer, and later by what was remembered", async () => {
    const { emulator, connection, asks, answer, send, again } = await meet();
    const question = await asks(emulator.person("Ana"), "Open?");
    await send(answer(question, "Yes.", "k1", { replyTo: question.id }));
    const { referrer: _, ...late } = answer(question, "As I said.", "k2", { replyTo: question.id });
    await connection.send(late, never);
    await again().send({ ...late, idempotencyKey: "k3" }, never);
    await send({ ...late, idempotencyKey: "k4", replyTo: "999" });
    expect(emulator.sent.map(({ message }) => message.quoteToken)).toEqual([
      ...Array<string>(3).fill(`quote-${question.id}`),
      undefined,
    ]);
  });

  test("shows dots to a person and not in a group, and marks as read", async () => {
    const { emulator, connection, asks } = await meet();
    const question = await asks(emulator.person("Ana"), "Open?");
    await connection.act?.({ type: "typing", place: question.place }, never);
    await connection.act?.({ type: "typing", place: "C4af49806290000000000000000000001" }, never);
    await connection.act?.({ type: "acknowledge", referrer: question.referrer! }, never);
    expect(emulator.world.signs).toEqual([
      { what: "loading", about: question.place },
      { what: "read", about: `read-${question.id}` },
    ]);
  });

  test("waits for a video that LINE is still preparing, and says what is gone", async () => {
    const { emulator, connection } = await meet({ faults: { preparingLooks: 3 } }, { clock: { ...quickClock } });
    const ana = emulator.person("Ana", { friend: true });
    const bytes = new Uint8Array([1, 2, 3]);
    const id = ana.sends("video", { name: "a.mp4", bytes, type: "video/mp4" });
    const response = await connection.fetchFile!(`message:${id}`, never);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    emulator.faults.contentGone = true;
    expect((await faultOf(connection.fetchFile!(`message:${id}`, never))).message).toMatch(/no longer keeps/);
    emulator.faults.tokenRevoked = true;
    expect((await faultOf(connection.fetchFile!(`message:${id}`, never))).fault).toBe("unauthorized");
    for (const ref of ["message:../../x", "nothing", "external:file:///etc/passwd", "sticker:1:x"])
      expect((await faultOf(connection.fetchFile!(ref, never))).fault).toBe("refused");
  });

  test("a video that is never prepared is asked for again later", async () => {
    const { emulator, connection } = await meet({ faults: { preparingLooks: Infinity } }, { clock: quickClock });
    const id = emulator
      .person("Ana", { friend: true })
      .sends("video", { name: "a.mp4", bytes: new Uint8Array(1), type: "video/mp4" });
    expect(await faultOf(connection.fetchFile!(`message:${id}`, never))).toMatchObject({
      fault: "retry-after",
      scope: "place",
    });
  });

  test("sets a rich menu in place of the one before", async () => {
    const { emulator, connection } = await meet();
    const [setup] = connection.setups ?? [];
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]).toString("base64");
    const menu = {
      chatBarText: "Menu",
      size: { width: 2500, height: 843 },
      areas: [{ bounds: { x: 0, y: 0, width: 2500, height: 843 }, action: { type: "postback", data: "e=K7mQ2xVb9c" } }],
      image: `data:image/png;base64,${png}`,
    };
    const run = (given: object) => setup!.run(setup!.input.parse(given), never);
    expect(await run(menu)).toMatch(/Everybody.*"Menu"/);
    await run({ ...menu, chatBarText: "New" });
    expect([...emulator.world.menus.values()].map(({ menu: made }) => made.chatBarText)).toEqual(["New"]);
    expect(emulator.world.defaultMenu).toBe([...emulator.world.menus.keys()][0]);
    expect((await faultOf(run({ ...menu, image: "data:image/png;base64,AAAA" }))).message).toMatch(
      /neither PNG nor JPEG/,
    );
    expect(emulator.world.menus.size).toBe(1);
    expect(setup!.input.safeParse({ ...menu, areas: [] }).success).toBe(false);
  });
});
