import { expect, test } from "vitest";
import type { Adapter } from "../../src/contract/index.ts";
import { memoryCache, memoryFiles } from "../../src/lib/memory-tools.ts";
import { afterwards } from "../../tests/contract/small-hub.ts";
import { startStage, until } from "../../tests/support/corridor.ts";
import { freshConnection } from "../../tests/support/database.ts";
import { appSecret, emulate, verifyToken } from "../../tests/support/whatsapp.ts";
import type { WhatsAppEmulator } from "./emulator.ts";
import whatsapp from "./index.ts";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// The adapter in a running corridor with its database: what no test of one side alone can show.

/** The adapter with this emulator's settings. */
function adapterFor({ accessToken, phoneNumberId, url }: WhatsAppEmulator): Adapter {
  const settings = whatsapp.settings.parse({ accessToken, appSecret, verifyToken, phoneNumberId, baseUrl: url });
  const tools = { cache: memoryCache(), files: memoryFiles() };
  return {
    ...whatsapp,
    settings: whatsapp.settings,
    connect: (_, given) => whatsapp.connect(settings, { ...given, ...tools }),
  } as Adapter;
}

async function stageFor(emulator: WhatsAppEmulator) {
  const stage = await startStage({ connection: await freshConnection(), adapter: adapterFor(emulator) });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { inbound } = stage.channel.connection;
      if (inbound.type !== "webhook") throw new Error("no webhook");
      const { searchParams: query } = new URL(request.url ?? "/", "http://hub");
      const { method = "", headers } = request;
      const take = async () => {
        const received = await inbound.receive({ method, path: "/", query, headers, body: Buffer.concat(chunks) });
        await stage.accept.store(stage.channel.id, received.arrivals);
        return received.reply;
      };
      take().then(
        async (reply) => response.writeHead(200).end((await reply)?.body),
        () => response.writeHead(401).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => new Promise((resolve) => void server.close(resolve).closeAllConnections()));
  await emulator.caller.attach(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
  return stage;
}

test("a person stays one person, and a chat one chat, when WhatsApp changes what it calls them", async () => {
  const emulator = await emulate({ faults: { duplicateShare: 0.5, batchMs: 5 } });
  const { db } = await stageFor(emulator);
  const ana = emulator.person("16505551234", "Ana", { userId: "US.1349", hasUserId: false });
  /** Says it, and waits for the echo and for all that WhatsApp tells of it. */
  const talk = async (words: string, receipts: number) => {
    ana.says(words);
    await until(() => ana.raw.screen.some(({ text, from }) => from === "hub" && text === words));
    await until(async () => (await db.prisma.event.count({ where: { type: "receipt" } })) === receipts);
  };
  await talk("in 2025", 2);
  ana.raw.hasUserId = true;
  await talk("in 2026", 4);
  ana.raw.hidesNumber = true;
  ana.changesNumber("12195555358", "US.2468");
  await talk("moved", 6);
  ana.reads();
  const read = { direction: "out", deliveryState: "read" };
  await until(async () => (await db.prisma.message.count({ where: read })) === 3);

  expect(await db.prisma.contact.count()).toBe(1);
  const identities = await db.prisma.identity.findMany();
  expect(identities.map(({ externalId }) => externalId)).toEqual(["US.2468"]);
  const conversations = await db.prisma.conversation.findMany();
  expect(conversations.map(({ place }) => place)).toEqual(["US.2468"]);
  expect(emulator.sent.map(({ body }) => body.to ?? body.recipient)).toEqual(["16505551234", "US.1349", "US.2468"]);
  expect(emulator.read.length, "shown as read").toBeGreaterThan(0);
});

test("what is written in the app is outgoing, and one reaction takes another's place", async () => {
  const emulator = await emulate();
  const { db } = await stageFor(emulator);
  const ana = emulator.person("16505551234", "Ana");
  const echo = emulator.echo(ana, "We open at nine.");
  ana.reacts(echo, "👍");
  ana.reacts(echo, "🎉");
  await until(async () => (await db.prisma.event.count({ where: { type: "reaction" } })) === 2);
  const [message] = await db.prisma.message.findMany();
  expect(message).toMatchObject({ direction: "out", author: "agent", text: "We open at nine." });
  expect(Object.keys(message!.reactions as object)).toHaveLength(1);
  expect(emulator.sent).toHaveLength(0);
});
