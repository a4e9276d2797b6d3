import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { contractTools } from "../../tests/contract/tools.ts";
import { ask, connect, session } from "../../tests/support/web.ts";

test("a message said twice is one arrival, however it was said", async () => {
  const connection = connect();
  const { token, place: mine } = await session(connection);
  const id = randomUUID();
  const first = await ask(connection, "/messages", { id, text: "Hello" }, { token });
  const again = await ask(connection, "/messages", { id: id.toUpperCase(), text: "Hello again" }, { token });
  expect([first.status, first.json]).toEqual([202, { id: `c_${id}` }]);
  expect(again.arrivals[0]!.key).toBe(first.arrivals[0]!.key);
  expect(first.events).toMatchObject([{ type: "message", id: `c_${id}`, place: mine, addressed: true }]);
  const { token: other } = await session(connection);
  expect((await ask(connection, "/messages", { id, text: "Hello" }, { token: other })).arrivals[0]!.key).not.toBe(
    first.arrivals[0]!.key,
  );
});

test.each<[string, object]>([
  ["no id", { text: "hi" }],
  ["an id that is no UUID", { id: "1", text: "hi" }],
  ["nothing said", { id: randomUUID() }],
  ["blanks only", { id: randomUUID(), text: " \n " }],
  ["10,001 characters", { id: randomUUID(), text: "字".repeat(10_001) }],
  ["a choice with a text", { id: randomUUID(), text: "hi", choice: { id: "a" } }],
  ["somebody else's file", { id: randomUUID(), files: [{ ref: "v1.e30.x" }] }],
])("refuses %s with a sentence", async (_what, body) => {
  const connection = connect();
  const { token } = await session(connection);
  const { status, arrivals, json } = await ask(connection, "/messages", body, { token });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(arrivals).toEqual([]);
  expect(json.detail).toMatch(/\w+ \w+/);
});

test("10,000 characters of four bytes pass", async () => {
  const connection = connect();
  const { token } = await session(connection);
  expect((await ask(connection, "/messages", { id: randomUUID(), text: "𝒳".repeat(10_000) }, { token })).status).toBe(
    202,
  );
});

test("visitors change their own messages and never ours", async () => {
  const connection = connect();
  const { token } = await session(connection);
  const own = randomUUID();
  const ours = "0190b2d4-7c1e-7a30-8f00-1b2c3d4e5f60";
  const edited = await ask(connection, `/messages/c_${own}/edit`, { id: randomUUID(), text: "Better" }, { token });
  expect(edited.events).toMatchObject([
    { type: "edited", messageId: `c_${own}`, parts: [{ type: "text", text: "Better" }] },
  ]);
  const deleted = await ask(connection, `/messages/${own}/delete`, { id: randomUUID() }, { token });
  expect(deleted.events).toMatchObject([{ type: "deleted", messageId: `c_${own}` }]);
  // A message of ours has a UUID for an id too: as a visitor's it is another message.
  const forged = await ask(connection, `/messages/${ours}/edit`, { id: randomUUID(), text: "Free for all" }, { token });
  expect(forged.events).toMatchObject([{ messageId: `c_${ours}` }]);
  expect((await ask(connection, "/messages/m_1/edit", { id: randomUUID(), text: "x" }, { token })).status).toBe(404);
});

test("a read mark names our messages, each once", async () => {
  const connection = connect();
  const { token } = await session(connection);
  const { events } = await ask(connection, "/receipts", { upTo: "m2", alsoSeen: ["m1", "m2"] }, { token });
  expect(events).toMatchObject([
    { type: "receipt", messageId: "m1", status: "read", id: "read:m1" },
    { type: "receipt", messageId: "m2", status: "read", id: "read:m2" },
  ]);
  expect((await ask(connection, "/receipts", { upTo: "c_1" }, { token })).status).toBe(400);
  expect((await ask(connection, "/receipts", { upTo: "m1", status: "failed" }, { token })).status).toBe(400);
});

test("reactions come and go, typing leaves nothing behind", async () => {
  const connection = connect();
  const { token } = await session(connection);
  const on = await ask(connection, "/reactions", { id: randomUUID(), messageId: "m1", emoji: "👍" }, { token });
  const off = await ask(
    connection,
    "/reactions",
    { id: randomUUID(), messageId: "m1", emoji: "👍", remove: true },
    { token },
  );
  expect([...on.events, ...off.events]).toMatchObject([
    { added: ["👍"], removed: [] },
    { added: [], removed: ["👍"] },
  ]);
  expect(
    (await ask(connection, "/reactions", { id: randomUUID(), messageId: "m1", emoji: "<b>" }, { token })).status,
  ).toBe(400);
  expect(await ask(connection, "/typing", {}, { token })).toMatchObject({ status: 202, arrivals: [] });
});

test("a flood is told to wait", async () => {
  const connection = connect({}, { clock: { ...contractTools().clock, monotonicMs: () => 0 } });
  const { token } = await session(connection);
  const say = () => ask(connection, "/messages", { id: randomUUID(), text: "x" }, { token });
  for (let i = 0; i < 60; i++) expect((await say()).status).toBe(202);
  expect(await say()).toMatchObject({ status: 429, arrivals: [], headers: { "retry-after": "1" } });
  const { token: other } = await session(connection);
  expect((await ask(connection, "/messages", { id: randomUUID(), text: "x" }, { token: other })).status).toBe(202);
});
