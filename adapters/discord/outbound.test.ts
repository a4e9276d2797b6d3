import { describe, expect, test } from "vitest";
import { fit, type Connection, type OutboundMessage, type Part } from "../../src/contract/index.ts";
import { memoryCache, memoryFiles } from "../../src/lib/memory-tools.ts";
import { faultOf, never } from "../../tests/contract/small-hub.ts";
import { connect, emulate, online, text, to } from "../../tests/support/discord.ts";
import discord from "./index.ts";

const choice = (count: number): Part => ({
  type: "choice",
  prompt: "Which?",
  options: Array.from({ length: count }, (_, index) => ({ id: `id-${index}`, label: `Option ${index}` })),
});

describe("sending", () => {
  test("a message sent again under its key stands once", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const { direct } = emulator.person("Ana");
    emulator.faults.dropShare = 1;
    const message = to(direct, text("Hello"), { idempotencyKey: "0190a000-0000-7000-8000-00000000000a" });
    expect((await faultOf(connection.send(message, never))).fault).toBe("maybe-sent");
    emulator.faults.dropShare = 0;
    const { externalId } = await connection.send(message, never);
    expect(emulator.replies(direct).map(({ messageId }) => messageId)).toEqual([externalId]);
    await connection.send({ ...message, idempotencyKey: "another" }, never);
    expect(emulator.replies(direct)).toHaveLength(2);
  });

  test("pings nobody, whatever the text says", async () => {
    const emulator = await emulate();
    const { direct, user } = emulator.person("Ana");
    await connect(emulator).send(to(direct, text(`@everyone <@${user.id}> **hi**`)), never);
    expect(emulator.replies(direct)[0]).toMatchObject({
      text: `@everyone \\<@${user.id}> \\*\\*hi\\*\\*`,
      body: { allowed_mentions: { parse: [] } },
    });
  });

  test("few options are buttons, many are a menu; both come back as the option's id", async () => {
    const emulator = await emulate();
    const { connection, heard } = await online(emulator);
    const ana = emulator.person("Ana");
    for (const count of [2, 25]) {
      const { externalId } = await connection.send(
        to(ana.direct, [choice(count)], { idempotencyKey: `k${count}` }),
        never,
      );
      ana.presses(`Option ${count - 1}`);
      const pressed = await heard("pressed", count === 2 ? 1 : 2);
      expect(pressed.at(-1)).toMatchObject({ choice: `id-${count - 1}`, messageId: externalId, place: ana.direct.id });
    }
    const callbacks = () => [...emulator.interactions.all.values()].map(({ callback }) => callback?.type);
    await emulator.until(() => !callbacks().includes(undefined), "acknowledgements");
    expect(callbacks()).toEqual([6, 6]);
  });

  test("cards are embeds, each with a row of buttons of its own", async () => {
    const emulator = await emulate();
    const { connection, heard } = await online(emulator);
    const ana = emulator.person("Ana");
    const cards = ["Red *shoes*", "Blue shoes"].map((title): Part => ({
      type: "card",
      title,
      text: "Size 42",
      url: "https://shop.example/1",
      image: "https://shop.example/1.png",
      options: [{ id: "buy", label: `Buy ${title.slice(0, 4).trim()}` }],
    }));
    const messages = fit(cards, discord.capabilities);
    expect(messages).toHaveLength(1);
    await connection.send(to(ana.direct, messages[0] ?? []), never);
    expect(emulator.replies(ana.direct)[0]?.body).toMatchObject({
      embeds: [{ title: "Red \\*shoes\\*", description: "Size 42", image: { url: "https://shop.example/1.png" } }, {}],
    });
    ana.presses("Buy Blue");
    expect((await heard("pressed"))[0]?.choice).toBe("buy");
  });

  test("what its marks make too long for a message stands in an embed", async () => {
    const emulator = await emulate();
    const { direct } = emulator.person("Ana");
    const connection = connect(emulator);
    await connection.send(to(direct, text("*".repeat(2_000))), never);
    expect(emulator.replies(direct)[0]?.body).toMatchObject({
      content: "",
      embeds: [{ description: "\\*".repeat(2_000) }],
    });
  });

  test("quotes what it answers, and sends all the same when that is gone", async () => {
    const emulator = await emulate();
    const ana = emulator.person("Ana");
    const connection = connect(emulator);
    const id = ana.says("Hello?");
    await connection.send(to(ana.direct, text("Yes"), { replyTo: id, idempotencyKey: "1" }), never);
    ana.deletes(id);
    await connection.send(to(ana.direct, text("Yes"), { replyTo: id, idempotencyKey: "2" }), never);
    const [first, second] = emulator.replies(ana.direct).map(({ messageId }) => ana.direct.messages.get(messageId));
    expect([first?.type, second?.type]).toEqual([19, 0]);
  });

  test("uploads the hub's own bytes, Discord's own files and public addresses", async () => {
    const emulator = await emulate();
    const files = memoryFiles();
    const asked: string[] = [];
    const fetchAll: typeof fetch = async (input, init) => {
      const url = String(input instanceof Request ? input.url : input);
      if (!url.startsWith("https://shop.example/")) return fetch(input, init);
      asked.push(url);
      return url.endsWith("huge")
        ? new Response(Buffer.alloc(11_000_000))
        : new Response("jpeg", { headers: { "content-type": "image/jpeg" } });
    };
    const { connection, heard } = await online(emulator, { tools: { files, fetch: fetchAll } });
    const ana = emulator.person("Ana");
    const kept = await files.put({
      name: "price list.pdf",
      mimeType: "application/pdf",
      bytes: Buffer.from("%PDF \0\r\n--"),
    });
    ana.sendsFile("shoe.png", "image/png", Buffer.from("png"));
    const [message] = await heard("message");
    const theirs = message?.parts[0];
    if (theirs?.type !== "file") throw new Error("No file came.");
    const parts: Part[] = [
      { type: "file", kind: "document", ref: kept, alt: "Our prices" },
      theirs,
      { type: "file", kind: "image", ref: "https://shop.example/shoe.jpg" },
    ];
    for (const [index, part] of parts.entries())
      await connection.send(to(ana.direct, [part], { idempotencyKey: String(index) }), never);
    expect(
      emulator
        .replies(ana.direct)
        .flatMap((sent) => sent.files.map(({ name, type, bytes }) => [name, type, String(bytes)])),
    ).toEqual([
      ["price list.pdf", "application/pdf", "%PDF \0\r\n--"],
      ["shoe.png", "image/png", "png"],
      ["shoe.jpg", "image/jpeg", "jpeg"],
    ]);
    expect(emulator.replies(ana.direct)[0]?.body).toMatchObject({
      attachments: [{ id: 0, description: "Our prices" }],
    });
    for (const ref of ["0190a000-0000-7000-8000-00000000000b", "file:///etc/passwd", "https://shop.example/huge"]) {
      const fault = await faultOf(connection.send(to(ana.direct, [{ type: "file", kind: "image", ref }]), never));
      expect(fault.fault).toBe("refused");
    }
  });

  test("acts: edits, deletes once or twice, reacts and takes it back, types", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const ana = emulator.person("Ana");
    const hello = ana.says("Hello");
    const place = ana.direct.id;
    const { externalId: messageId } = await connection.send(to(ana.direct, [choice(2)]), never);
    const act = async (action: Parameters<NonNullable<Connection["act"]>>[0]) => connection.act?.(action, never);
    await act({ type: "edit", place, messageId, parts: text("Option 0 it is.") });
    expect(ana.direct.messages.get(messageId)).toMatchObject({ content: "Option 0 it is.", components: [] });
    await act({ type: "react", place, messageId: hello, emoji: "👍" });
    await act({ type: "react", place, messageId: hello, emoji: "wave:123456789012345678" });
    expect([...(ana.direct.reactions.get(hello)?.keys() ?? [])]).toEqual(["👍", "wave:123456789012345678"]);
    await act({ type: "react", place, messageId: hello, emoji: null });
    expect(ana.direct.reactions.get(hello)?.size).toBe(0);
    await act({ type: "typing", place });
    await act({ type: "delete", place, messageId });
    await act({ type: "delete", place, messageId }); // gone already
    const gone = act({ type: "edit", place, messageId, parts: text("x") });
    expect((await faultOf(gone)).fault).toBe("refused");
    expect((await faultOf(act({ type: "typing", place: "somewhere" }))).message).toMatch(/not a place/);
    expect((await faultOf(act({ type: "delete", place, messageId: "../x" }))).message).toMatch(/not the id/);
  });

  test("greets in the server's own channel", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const connection = connect(emulator, {}, { cache: memoryCache() });
    await connection.send({ place: `guild:${guild.id}`, parts: text("Welcome"), idempotencyKey: "k" }, never);
    expect(emulator.history.sent[0]?.channelId).toBe(guild.systemChannelId);
  });
});

describe("limits", () => {
  const message = (direct: { id: string }, n: number): OutboundMessage =>
    to(direct, text(String(n)), { idempotencyKey: String(n) });

  /** Sends like the outbox: one after the other per place, waiting exactly as long as it is told. */
  async function sendAll(connection: Connection, direct: { id: string }, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      for (;;) {
        const error: unknown = await connection.send(message(direct, n), never).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error === undefined) break;
        const { fault, retryAfterMs } = error as { fault: string; retryAfterMs?: number };
        expect(fault).toBe("retry-after");
        await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
      }
    }
  }

  test("nothing is sent inside a Retry-After, though Discord speaks in fractions of a second", async () => {
    const emulator = await emulate({ faults: { tooMany: { share: 0.3, seconds: 0.03, scope: "user" } } });
    const { direct } = emulator.person("Ana");
    await sendAll(connect(emulator), direct, 40);
    expect(emulator.replies(direct)).toHaveLength(40);
    expect(emulator.history.requests.some(({ status }) => status === 429)).toBe(true);
    expect(emulator.history.insideRetryAfter).toBe(0);
  });

  test("a bucket that is empty is not asked: the headers said so", async () => {
    const emulator = await emulate({ faults: { bucket: { limit: 5, perMs: 120 } } });
    const { direct } = emulator.person("Ana");
    await sendAll(connect(emulator), direct, 17);
    expect(emulator.history.requests.filter(({ status }) => status === 429)).toHaveLength(0);
  });

  test("a limit of one channel leaves the others alone, a global one is the whole bot's", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const [ana, li] = [emulator.person("Ana"), emulator.person("Li")];
    emulator.limitNext(1, 5_000);
    expect(await faultOf(connection.send(message(ana.direct, 1), never))).toMatchObject({
      scope: "place",
      retryAfterMs: 5_050,
    });
    await connection.send(message(li.direct, 2), never);
    emulator.faults.tooMany = { share: 1, seconds: 1.5, scope: "global" };
    expect(await faultOf(connection.send(message(li.direct, 3), never))).toMatchObject({
      scope: "channel",
      retryAfterMs: 1_550,
    });
  });

  test("after a 401 nothing more is asked: ten thousand of them ban the address", async () => {
    const emulator = await emulate();
    const connection = connect(emulator);
    const { direct } = emulator.person("Ana");
    emulator.world.isRevoked = true;
    for (let n = 0; n < 20; n++)
      expect((await faultOf(connection.send(message(direct, n), never))).fault).toBe("unauthorized");
    expect(emulator.history.requests).toHaveLength(1);
  });

  test.each<
    [
      string,
      (
        emulator: Awaited<ReturnType<typeof emulate>>,
        person: ReturnType<Awaited<ReturnType<typeof emulate>>["person"]>,
      ) => void,
      string,
    ]
  >([
    ["somebody who closed direct messages", (_emulator, person) => person.closesDirect(), "recipient-gone"],
    [
      "a channel that the bot no longer sees",
      (_emulator, person) => void (person.direct.canSee = false),
      "recipient-gone",
    ],
    ["a channel where the bot may not write", (_emulator, person) => void (person.direct.canWrite = false), "refused"],
    [
      "a channel that is gone",
      (emulator, person) => void emulator.world.channels.delete(person.direct.id),
      "recipient-gone",
    ],
    ["a server out of order", (emulator) => void (emulator.faults.serverErrorShare = 1), "unreachable"],
    ["half an answer", (emulator) => void (emulator.faults.truncateShare = 1), "maybe-sent"],
    ["a page instead of an answer", (emulator) => void (emulator.faults.wrongTypeShare = 1), "maybe-sent"],
  ])("says what is wrong with %s", async (_what, spoil, fault) => {
    const emulator = await emulate();
    const person = emulator.person("Ana");
    spoil(emulator, person);
    expect((await faultOf(connect(emulator).send(message(person.direct, 1), never))).fault).toBe(fault);
  });

  test("a send that waits in line and is called off has not left", async () => {
    const emulator = await emulate({ faults: { slowMs: 100 } });
    const connection = connect(emulator);
    const { direct } = emulator.person("Ana");
    const abort = new AbortController();
    const first = connection.send(message(direct, 1), never);
    const second = connection.send(message(direct, 2), abort.signal);
    setTimeout(() => abort.abort(), 30);
    expect((await faultOf(second)).fault).toBe("unreachable");
    await first;
    expect(emulator.replies(direct)).toHaveLength(1);
  });
});

describe("doctor and setups", () => {
  test("finds nothing wrong with a sound channel", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const checks = await connect(emulator, { inviteChannelId: guild.systemChannelId }).check(never);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual(["token", "application", "interactions", "message content intent", "server members intent", "session starts", "invites"]); // prettier-ignore
  });

  test("says what is wrong, and what to do", async () => {
    const emulator = await emulate({ granted: { members: false, content: false } });
    const guild = emulator.guild("Shop");
    guild.showsInvites = false;
    const settings = { inviteChannelId: guild.systemChannelId, applicationId: "1100000000000000002" };
    const checks = await connect(emulator, settings).check(never);
    const wrong = Object.fromEntries(checks.filter(({ ok }) => !ok).map(({ name, detail }) => [name, detail]));
    expect(wrong.application).toMatch(/Set "applicationId"/);
    expect(wrong["message content intent"]).toMatch(/Switch on the Message Content Intent/);
    expect(wrong.invites).toMatch(/Manage Server/);
    emulator.world.isRevoked = true;
    expect(await connect(emulator).check(never)).toMatchObject([{ name: "token", ok: false }]);
    expect(await connect(emulator, { apiRoot: "http://127.0.0.1:1/api" }).check(never)).toMatchObject([
      { name: "connection", ok: false },
    ]);
  });

  test("registers commands, and posts an entry button that opens a door", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Shop");
    const { connection, heard } = await online(emulator);
    const run = async (name: string, input: unknown) => {
      const setup = connection.setups?.find((each) => each.name === name);
      return setup?.run(setup.input.parse(input), never);
    };
    expect(await run("commands", {})).toBe("These commands stand now: /start, /ask.");
    expect(emulator.commands.map(({ name }) => name)).toEqual(["start", "ask"]);
    const channel = emulator.channel(guild, "welcome");
    await run("entry-button", { channelId: channel.id, code: "K7mQ2xVb9c", text: "Talk to us", label: "Say hello" });
    const ana = emulator.person("Ana");
    const pressed = ana.presses("Say hello", { in: channel });
    expect((await heard("entered"))[0]).toMatchObject({
      actor: { id: ana.user.id },
      entry: { code: "K7mQ2xVb9c", method: "start-param" },
    });
    await emulator.until(() => pressed.whispers.length === 1, "a word of welcome");
  });
});
