import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createBrowser, type Browser, type SeenMessage } from "../../adapters/web/emulator.ts";
import { signIdentity } from "../../adapters/web/identity.ts";
import type { Asker } from "../../src/contract/index.ts";
import { IDENTITY_SECRET, startChat } from "../support/chat.ts";
import { until } from "../support/corridor.ts";

const mei: Asker = { staffId: null, name: "Mei", role: "agent" };
const text = (message: SeenMessage) => message.parts.map((part) => part.text ?? part.prompt).join("|");
const said = (browser: Browser) => browser.screen.map((message) => `${message.from}: ${text(message)}`);

function proof(userId: string, name?: string) {
  const issuedAt = Math.floor(Date.now() / 1_000);
  return signIdentity({ userId, issuedAt, expiresAt: issuedAt + 600, ...(name && { name }) }, IDENTITY_SECRET);
}

/** The conversation of the browser's visitor, once it is recorded. */
async function conversationOf({ db }: Awaited<ReturnType<typeof startChat>>, place: string): Promise<string> {
  const find = () => db.query<{ id: string }>("SELECT id FROM conversation WHERE place = $1", [place]);
  await until(async () => (await find()).length > 0);
  return (await find())[0]!.id;
}

test("a visitor asks and reads the answer as it comes, and all of it again after a reload", async () => {
  const chat = await startChat();
  const ana = chat.browser({ origin: "https://shop.example" });
  await ana.open({ page: "https://shop.example/?e=K7mQ2xVb9c" });
  const answer = ana.waitFor((message) => message.from === "bot");
  await ana.say("Are you open today?");
  expect(text(await answer)).toBe("Are you open today?");

  const reloaded = chat.browser({ token: ana.token! });
  expect(await reloaded.open({ page: "https://shop.example/" })).toMatchObject({ resumed: true });
  await reloaded.catchUp();
  expect(said(reloaded)).toEqual(["visitor: Are you open today?", "bot: Are you open today?"]);
  const [contact] = await chat.db.query<{ code: string }>(
    "SELECT payload #>> '{entry,code}' AS code FROM event WHERE type = 'entered'",
  );
  expect(contact?.code).toBe("K7mQ2xVb9c");
});

test("the answer comes within a second, and within three when every hint is lost", async () => {
  for (const [hints, ms] of [
    [true, 1_000],
    [false, 3_500],
  ] as const) {
    const chat = await startChat({ hints });
    const ana = chat.browser();
    await ana.open();
    await ana.say("first");
    await ana.waitFor((message) => message.from === "bot");
    const listening = ana.waitFor((message) => text(message) === "second" && message.from === "bot", ms);
    await sleep(200);
    await ana.say("second");
    await listening;
  }
});

test("what is repeated is said once; a stream that breaks off is read on without gap or double", async () => {
  const chat = await startChat({ responders: [] });
  const ana = chat.browser();
  await ana.open();
  const id = "6f1c2f0e-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
  await Promise.all([1, 2, 3].map(() => ana.say("once", { id })));
  const got: string[] = [];
  for (let round = 0; round < 4; round++) {
    const ending = new AbortController();
    const listening = (async () => {
      for await (const message of ana.listen(ending.signal)) {
        got.push(text(message));
        if (text(message) === `b${round}`) return;
      }
    })();
    for (const name of ["a", "b"]) await ana.say(`${name}${round}`);
    await listening;
    ending.abort();
  }
  expect(got).toEqual(["once", "a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3"]);
  await ana.catchUp();
  expect(ana.screen).toHaveLength(9);
});

test("two tabs see the same, each message once", async () => {
  const chat = await startChat();
  const one = chat.browser();
  await one.open();
  const two = createBrowser({ url: chat.url, token: one.token! });
  const ending = new AbortController();
  const listen = async (browser: Browser) => {
    const got: string[] = [];
    for await (const message of browser.listen(ending.signal)) if (got.push(message.id) === 4) return got;
    return got;
  };
  const listening = Promise.all([listen(one), listen(two)]);
  await one.say("from the one");
  await one.waitFor((message) => message.from === "bot");
  await two.say("from the other");
  const [a, b] = await listening;
  expect(a).toEqual(b);
  expect(new Set(a).size).toBe(4);
});

test("a message of ours is seen when it is sent, and nothing that comes after hides it", async () => {
  const chat = await startChat({ responders: [] });
  const ana = chat.browser();
  const { conversation } = await ana.open();
  await ana.say("one");
  const id = await conversationOf(chat, conversation);
  await until(async () => (await ana.catchUp()).length === 1);

  // The delivery stands still, as in a backlog.
  const [row] = await chat.db.query<{ channelId: string }>(
    `SELECT channel_id AS "channelId" FROM conversation WHERE id = $1`,
    [id],
  );
  await chat.db.query(
    `INSERT INTO rate_bucket (channel_id, tokens, refilled_at, blocked_until) VALUES ($1, 1, now(), now() + interval '1 hour')
     ON CONFLICT (channel_id) DO UPDATE SET blocked_until = excluded.blocked_until`,
    [row!.channelId],
  );
  await chat.conversations.inbox.reply(id, { text: "held" }, mei);
  const ending = new AbortController();
  const got: string[] = [];
  const listening = (async () => {
    for await (const message of ana.listen(ending.signal)) if (got.push(text(message)) === 3) return;
  })();
  await ana.say("two");
  await ana.say("three");
  await until(() => got.length === 2);
  await sleep(300);
  expect(got).toEqual(["two", "three"]);
  await chat.db.query("UPDATE rate_bucket SET blocked_until = NULL");
  chat.corridor.outbox.wake();
  await listening;
  expect(got).toEqual(["two", "three", "held"]);

  const other = chat.browser({ token: ana.token! });
  expect((await other.catchUp()).map(text)).toEqual(["one", "held", "two", "three"]);
});

test("edits, deletions and reactions reach the screen as the message's new version", async () => {
  const chat = await startChat({ responders: [] });
  const ana = chat.browser();
  const { conversation } = await ana.open();
  const own = await ana.say("Hwllo");
  const gone = await ana.say("my secret");
  const id = await conversationOf(chat, conversation);
  await until(async () => (await ana.catchUp()).length === 2);
  const [reply] = await chat.conversations.inbox.reply(id, { text: "Hi Ana" }, mei);
  await ana.waitFor((message) => message.from === "agent");

  const edited = ana.waitFor((message) => message.id === own && message.editedAt !== undefined);
  await ana.edit(own, "Hello");
  expect(text(await edited)).toBe("Hello");
  await ana.remove(gone);
  expect(await ana.waitFor((message) => message.id === gone && message.deletedAt !== undefined)).toMatchObject({
    parts: [],
  });
  await ana.react(reply!.id, "👍");
  expect(await ana.waitFor((message) => message.id === reply!.id)).toMatchObject({ reactions: { "👍": 1 } });
  expect(said(ana)).toEqual(["visitor: Hello", "visitor: ", "agent: Hi Ana"]);

  await ana.markRead(reply!.id);
  const stateOf = async () =>
    (await chat.db.prisma.message.findUniqueOrThrow({ where: { id: reply!.id } })).deliveryState;
  await until(async () => (await stateOf()) === "read");

  // An attempt on ours: it is about a message that is not there.
  await ana.edit(reply!.id, "I promise a refund");
  await until(async () => (await chat.db.prisma.event.count({ where: { type: "edited" } })) === 2);
  expect((await chat.browser({ token: ana.token! }).catchUp()).map(text)).toEqual(["Hello", "", "Hi Ana"]);
});

test("long histories come in pages", async () => {
  const chat = await startChat({ responders: [] });
  const ana = chat.browser();
  const { conversation } = await ana.open();
  const names = Array.from({ length: 206 }, (_, i) => `m${i}`);
  const arrivals = names.map((name) => ({
    key: name,
    lane: conversation,
    payload: {
      kind: "message",
      id: name,
      text: name,
      visitor: { place: conversation },
      receivedAt: new Date().toISOString(),
    },
  }));
  await chat.corridor.accept.store(chat.channel.id, arrivals);
  await until(async () => (await chat.db.prisma.message.count()) === names.length);
  const page = (await (await ana.call("GET", "/messages?after=0")).json()) as { messages: unknown[]; more: boolean };
  expect(page).toMatchObject({ more: true });
  expect(page.messages).toHaveLength(100);
  expect((await ana.catchUp()).map(text)).toEqual(names);
});

test("a file goes to the agent and back, and to nobody else", async () => {
  const chat = await startChat({ responders: [] });
  const ana = chat.browser();
  const { conversation } = await ana.open();
  const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(3_000_000, 7)]);
  const { ref } = await ana.upload("花瓶.png", png);
  await ana.sendFile(ref, "This one?");
  const id = await conversationOf(chat, conversation);
  await until(async () => (await ana.catchUp()).length === 1);
  const shown = ana.screen[0]!.parts[0]!.ref!;
  const down = await ana.download(shown);
  expect(Buffer.from(await down.arrayBuffer()).equals(png)).toBe(true);
  expect(down.headers.get("content-disposition")).toContain("%E8%8A%B1%E7%93%B6.png");

  // Agents name files by the hub's own reference; the visitor sees one that only they can open.
  const [message] = await chat.conversations.inbox.reply(
    id,
    { parts: [{ type: "file", kind: "image", ref: await storedRef(chat, id), name: "ours.png" }] },
    mei,
  );
  const ours = await ana.waitFor((each) => each.id === message!.id);
  expect((await ana.download(ours.parts[0]!.ref!)).status).toBe(200);
  const stranger = chat.browser();
  await stranger.open();
  await expect(stranger.download(shown)).rejects.toMatchObject({ status: 404 });
  await expect(chat.browser().download(shown)).rejects.toMatchObject({ status: 401 });
});

async function storedRef({ db }: Awaited<ReturnType<typeof startChat>>, conversationId: string): Promise<string> {
  const [row] = await db.query<{ ref: string }>(
    "SELECT parts #>> '{0,ref}' AS ref FROM message WHERE conversation_id = $1",
    [conversationId],
  );
  return row!.ref;
}

test("a user's history follows them to another device, and no one without proof reads it", async () => {
  const chat = await startChat();
  const laptop = chat.browser();
  await laptop.open({}, proof("4711", "Ana"));
  await laptop.say("Where is my order?");
  await laptop.waitFor((message) => message.from === "bot");

  const phone = chat.browser();
  expect(await phone.open({}, proof("4711", "Ana"))).toMatchObject({ verified: true, conversation: "user:4711" });
  await phone.catchUp();
  expect(said(phone)).toEqual(["visitor: Where is my order?", "bot: Where is my order?"]);

  const nosy = chat.browser();
  await nosy.open();
  expect(await nosy.catchUp()).toEqual([]);
  for (const forged of [
    { ...proof("4711"), signature: "0".repeat(64) },
    { ...proof("9"), userId: "4711" },
  ]) {
    await expect(nosy.identify(forged)).rejects.toMatchObject({ status: 401 });
  }
  await expect(chat.browser({ url: chat.otherUrl, token: phone.token! }).catchUp()).rejects.toMatchObject({
    status: 401,
  });
  const [identity] = await chat.db.query<{ attributes: object; name: string }>(
    "SELECT attributes, name FROM identity WHERE external_id = 'user:4711'",
  );
  expect(identity).toEqual({ attributes: { verified: "true" }, name: "Ana" });
});

test("who signs in while chatting takes the conversation along; the browser without proof loses it", async () => {
  const chat = await startChat();
  const ana = chat.browser();
  await ana.open({ page: "https://shop.example/?e=K7mQ2xVb9c" });
  await ana.say("Hello");
  await ana.waitFor((message) => message.from === "bot");
  const before = ana.token!;
  const ending = new AbortController();
  const left = createBrowser({ url: chat.url, token: before });
  const overheard: string[] = [];
  const listening = (async () => {
    for await (const message of left.listen(ending.signal)) overheard.push(text(message));
  })().catch(() => undefined);
  await until(() => overheard.length === 2);

  await ana.identify(proof("4711"));
  await until(async () => (await ana.catchUp()).length === 2);
  await ana.say("A secret of mine");
  await ana.waitFor((message) => text(message) === "A secret of mine" && message.from === "bot");
  await sleep(2_500); // longer than a poll
  expect(overheard).toEqual(["Hello", "Hello"]);
  expect(await createBrowser({ url: chat.url, token: before }).catchUp()).toEqual([]);
  ending.abort();
  await listening;

  const contacts = await chat.db.query<{ n: number }>("SELECT count(DISTINCT contact_id)::int AS n FROM identity");
  expect(contacts, "one person, by a link that can be taken back").toEqual([{ n: 1 }]);
  const owner = await chat.db.query(
    "SELECT 1 FROM conversation c JOIN identity i ON i.contact_id = c.contact_id WHERE c.place = 'user:4711' AND i.external_id = 'user:4711'",
  );
  expect(owner).toHaveLength(1);
});

test("a user who comes back without signing out first keeps both conversations apart", async () => {
  const chat = await startChat();
  const ana = chat.browser();
  await ana.open({}, proof("4711"));
  await ana.say("as Ana");
  await ana.waitFor((message) => message.from === "bot");
  ana.forget();
  await ana.open();
  await ana.say("anonymous");
  await ana.waitFor((message) => message.from === "bot");
  await ana.identify(proof("4711"));
  const again = chat.browser({ token: ana.token! });
  await again.catchUp();
  expect(said(again)).toEqual(["visitor: as Ana", "bot: as Ana"]);
  // and still is one person
  const people = () => chat.db.query<{ n: number }>("SELECT count(DISTINCT contact_id)::int AS n FROM identity");
  await until(async () => (await people())[0]?.n === 1);
});
