import { describe, expect, test } from "vitest";
import { memoryCache } from "../../src/lib/memory-tools.ts";
import { afterwards, never } from "../../tests/contract/small-hub.ts";
import { connect, emulate, online, text, to } from "../../tests/support/discord.ts";
import type { Connection, HubEvent, Received, Webhook } from "../../src/contract/index.ts";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Message = Extract<HubEvent, { type: "message" }>;
const answerTo = ({ referrer }: Message) => (referrer ? { referrer } : {});

describe("commands over the gateway", () => {
  test('are deferred once stored, and answered in place of "is thinking ..."', async () => {
    const emulator = await emulate();
    const stored: string[] = [];
    const { connection, heard } = await online(emulator, {
      async store({ key }) {
        await new Promise((resolve) => setTimeout(resolve, 40));
        stored.push(key);
        expect(emulator.history.requests.filter(({ path }) => path.endsWith("/callback"))).toHaveLength(0);
      },
    });
    const ana = emulator.person("Ana");
    const asked = ana.runs("ask", { question: "Are you open today?" });
    const [question] = await heard("message");
    if (!question) throw new Error("No question came.");
    expect(question).toMatchObject({ id: asked.id, parts: text("Are you open today?"), addressed: true });
    await emulator.until(() => asked.state === "deferred", "a deferral");
    expect(asked.tookMs).toBeLessThan(3_000);
    const { externalId } = await connection.send(to(ana.direct, text("Yes."), answerTo(question)), never);
    expect(emulator.replies(ana.direct)).toMatchObject([{ how: "original", messageId: externalId, text: "Yes." }]);
    expect(asked.original?.id).toBe(externalId);
  });

  test("the first message takes the place, the second stands below; doing either twice changes nothing", async () => {
    const emulator = await emulate();
    const { connection, heard } = await online(emulator, { tools: { cache: memoryCache() } });
    const ana = emulator.person("Ana");
    const asked = ana.runs("ask", { question: "Prices?" });
    const [question] = await heard("message");
    await emulator.until(() => asked.state === "deferred", "a deferral");
    if (!question) throw new Error("No question came.");
    for (const key of ["1", "2", "1", "2"])
      await connection.send(to(ana.direct, text(`part ${key}`), { ...answerTo(question), idempotencyKey: key }), never);
    expect([...ana.direct.messages.values()].map(({ content }) => content)).toEqual(["part 1", "part 2"]);
  });

  test("follow up where the bot may not write by itself", async () => {
    const emulator = await emulate();
    const guild = emulator.guild("Elsewhere");
    const channel = emulator.channel(guild, "talk");
    const { connection, heard } = await online(emulator, { tools: { cache: memoryCache() } });
    channel.canSee = false;
    const asked = emulator.person("Ana").runs("ask", { question: "Prices?" }, { in: channel });
    const [question] = await heard("message");
    await emulator.until(() => asked.state === "deferred", "a deferral");
    if (!question) throw new Error("No question came.");
    for (const key of ["1", "2"])
      await connection.send(to(channel, text(`part ${key}`), { ...answerTo(question), idempotencyKey: key }), never);
    expect(emulator.replies(channel).map(({ how }) => how)).toEqual(["original", "followup"]);
  });

  test("are answered by a message when the deferral came too late", async () => {
    let skewMs = 0;
    const emulator = await emulate({ now: () => new Date(Date.now() + skewMs) });
    const { connection, heard } = await online(emulator, {
      store: async ({ payload }) => {
        if ((payload as { t: string }).t === "INTERACTION_CREATE") skewMs = 4_000;
      },
    });
    const ana = emulator.person("Ana");
    const asked = ana.runs("ask", { question: "Prices?" });
    const [question] = await heard("message");
    await emulator.until(() => asked.state === "failed", "a failure");
    if (!question) throw new Error("No question came.");
    await connection.send(to(ana.direct, text("Ten."), answerTo(question)), never);
    expect(emulator.replies(ana.direct)).toMatchObject([{ how: "create", text: "Ten." }]);
  });

  test("/start opens a door and is welcomed at once; what is typed ahead gets no suggestions", async () => {
    const emulator = await emulate();
    const { heard, arrivals } = await online(emulator);
    const ana = emulator.person("Ana");
    const started = ana.runs("start", { code: "K7mQ2xVb9c" });
    expect((await heard("entered"))[0]).toMatchObject({
      placeKind: "direct",
      entry: { code: "K7mQ2xVb9c", method: "prefilled", raw: "/start K7mQ2xVb9c" },
    });
    await emulator.until(() => started.whispers.length === 1, "a welcome");
    const typed = emulator.interactions.make(ana.user, ana.direct, { type: 4, data: { name: "ask", options: [] } });
    await emulator.until(() => typed.callback !== undefined, "suggestions");
    expect(typed.callback).toEqual({ type: 8, data: { choices: [] } });
    expect(arrivals).toHaveLength(1);
  });
});

describe("interactions over HTTP", () => {
  /** The hub's door: stores, then answers what the adapter wants answered. */
  async function serveReplies(connection: Connection) {
    const webhook = connection.inbound as Webhook;
    const events: HubEvent[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", headers } = request;
        const given = { method, path: "/", query: new URLSearchParams(), headers, body: Buffer.concat(chunks) };
        webhook.receive(given).then(
          async ({ arrivals, reply }: Received) => {
            events.push(...arrivals.flatMap(({ payload }) => connection.decode(payload)));
            const { status = 200, headers: more = {}, body = "" } = (await reply) ?? {};
            response.writeHead(status, more).end(body);
          },
          () => response.writeHead(401).end(),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    afterwards(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return { events, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) };
  }

  test("are registered, proven, deferred in the answer, and answered in place", async () => {
    const emulator = await emulate();
    const publicUrl = new URL("https://hub.example/in/1");
    const connection = connect(
      emulator,
      { mode: "interactions", publicKey: emulator.publicKey },
      { clock: (await import("../../src/lib/clock.ts")).systemClock, cache: memoryCache(), publicUrl },
    );
    const { events, url } = await serveReplies(connection);
    await (connection.inbound as Webhook).register?.(url, never); // Discord tries it with a ping and a forgery
    const ana = emulator.person("Ana");
    const asked = ana.runs("ask", { question: "Are you open?" });
    await emulator.until(() => asked.state === "deferred", "a deferral");
    const question = events[0] as Message;
    await connection.send(
      to(
        ana.direct,
        [{ type: "choice", prompt: "Which day?", options: [{ id: "mon", label: "Monday" }] }],
        answerTo(question),
      ),
      never,
    );
    expect(emulator.replies(ana.direct)[0]?.how).toBe("original");
    const pressed = ana.presses("Monday");
    await emulator.until(() => pressed.state === "answered", "an acknowledgement");
    expect(events[1]).toMatchObject({ type: "pressed", choice: "mon" });
    const checks = await connection.check(never);
    expect(checks.filter(({ ok }) => !ok)).toMatchObject([{ name: "interactions" }]); // registered elsewhere than publicUrl
    expect(checks.find(({ name }) => name === "public key")?.ok).toBe(true);
  });

  test("Discord does not take an address that lets forgeries in", async () => {
    const emulator = await emulate();
    const other = await emulate();
    const connection = connect(emulator, { mode: "interactions", publicKey: other.publicKey });
    const { url } = await serveReplies(connection);
    await expect((connection.inbound as Webhook).register?.(url, never)).rejects.toThrow(/could not be verified/);
  });
});
