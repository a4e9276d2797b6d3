import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { Conflict, defineRoute, ROLES } from "../../src/contract/index.ts";
import { createReplies } from "../../src/http/index.ts";
import { startApi } from "../support/api.ts";
import { freshDatabase } from "../support/database.ts";
import { manualClock } from "../support/manual-clock.ts";

/** Makes things, counts them, and fails when told to. */
function maker() {
  const made: string[] = [];
  const route = defineRoute({
    method: "post",
    path: "/things",
    summary: "Makes a thing.",
    roles: ROLES,
    body: z.object({ name: z.string(), slowMs: z.number().default(0), fail: z.boolean().default(false) }),
    response: z.object({ number: z.number(), name: z.string(), at: z.date() }),
    status: 201,
    async handle({ body }) {
      await sleep(body.slowMs);
      if (body.fail && made.length === 0) {
        made.push("failed");
        throw new Conflict("Not this time.");
      }
      made.push(body.name);
      return { number: made.length, name: body.name, at: new Date(0) };
    },
  });
  return { made, route };
}

const key = (value: string) => ({ "Idempotency-Key": value });

test("the same request with the same key is done once and answered alike", async () => {
  const { made, route } = maker();
  const api = await startApi({ routes: [route] });
  const token = await api.tokenFor("agent");
  const post = () => api.ask(token, "POST", "/things", { name: "a\u0000b \ud83d\ude00" }, key("k1"));
  const [first, second] = [await post(), await post()];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect([first.headers.get("idempotent-replay"), second.headers.get("idempotent-replay")]).toEqual([null, "true"]);
  expect(await second.text()).toBe(await first.text());
  expect(made).toHaveLength(1);
});

test("without a key, every request is done", async () => {
  const { made, route } = maker();
  const api = await startApi({ routes: [route] });
  const token = await api.tokenFor("agent");
  for (let i = 0; i < 2; i++) await api.ask(token, "POST", "/things", { name: "a" });
  expect(made).toHaveLength(2);
});

test("the key with another body or address is a conflict; another asker's key is their own", async () => {
  const { made, route } = maker();
  const api = await startApi({ routes: [route] });
  const [ana, ben] = [await api.tokenFor("agent"), await api.tokenFor("agent")];
  expect((await api.ask(ana, "POST", "/things", { name: "a" }, key("k"))).status).toBe(201);
  expect((await api.ask(ana, "POST", "/things", { name: "b" }, key("k"))).status).toBe(409);
  expect((await api.ask(ana, "POST", "/things?x=1", { name: "a" }, key("k"))).status).toBe(409);
  expect((await api.ask(ben, "POST", "/things", { name: "b" }, key("k"))).status).toBe(201);
  expect(made).toEqual(["a", "b"]);
});

test("of many at the same moment one is done, and all get its answer", async () => {
  const { made, route } = maker();
  const db = await freshDatabase();
  const hubs = [await startApi({ routes: [route], db }), await startApi({ routes: [route], db })];
  const token = await hubs[0]!.tokenFor("agent");
  const responses = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      hubs[i % 2]!.ask(token, "POST", "/things", { name: "a", slowMs: 150 }, key("k")),
    ),
  );
  expect(responses.map(({ status }) => status)).toEqual(Array(12).fill(201));
  expect(new Set(await Promise.all(responses.map((response) => response.text()))).size).toBe(1);
  expect(made).toEqual(["a"]);
});

test("a failure is not kept: the key may try again", async () => {
  const { made, route } = maker();
  const api = await startApi({ routes: [route] });
  const token = await api.tokenFor("agent");
  const post = () => api.ask(token, "POST", "/things", { name: "a", fail: true }, key("k"));
  expect([(await post()).status, (await post()).status, (await post()).status]).toEqual([409, 201, 201]);
  expect(made).toEqual(["failed", "a"]);
});

test("an answer with a secret is not kept, nor is the thing made twice", async () => {
  const db = await freshDatabase();
  const api = await startApi({ db, withStaff: true });
  const owner = await api.tokenFor("owner");
  const post = () => api.ask(owner, "POST", "/tokens", { name: "till", role: "agent" }, key("k"));
  const made = (await (await post()).json()) as { token: string };
  expect((await post()).status).toBe(409);
  expect(await db.prisma.apiToken.count()).toBe(2);
  expect(JSON.stringify(await db.query("SELECT * FROM idempotent_reply"))).not.toContain(made.token.slice(-43));
});

test.each(["", "x".repeat(201), "a b"])("the key %j cannot be used", async (wrong) => {
  const { route } = maker();
  const api = await startApi({ routes: [route] });
  const response = await api.ask(await api.tokenFor("agent"), "POST", "/things", { name: "a" }, key(wrong));
  expect(response.status).toBe(422);
});

test("a key lives for a day, and one whose process was killed for two minutes", async () => {
  const db = await freshDatabase();
  const clock = manualClock();
  const replies = createReplies({ db, clock });
  let done = 0;
  const once = () =>
    replies.once({ asker: "a", key: "k", fingerprint: "f", secret: false }, async () => ({
      status: 200,
      body: String(++done),
    }));

  expect(await once()).toEqual({ status: 200, body: "1", replayed: false });
  clock.pass(24 * 3_600_000);
  expect(await once()).toMatchObject({ body: "1", replayed: true });
  clock.pass(1);
  expect(await once()).toEqual({ status: 200, body: "2", replayed: false });

  await db.query("UPDATE idempotent_reply SET status = 0, body = NULL");
  clock.pass(120_000);
  const waiting = replies.once({ asker: "a", key: "k", fingerprint: "f", secret: false }, async () => ({
    status: 200,
    body: "no",
  }));
  setTimeout(() => clock.pass(10_001), 200);
  await expect(waiting).rejects.toThrow("still being worked on");
  expect(await once()).toEqual({ status: 200, body: "3", replayed: false });

  expect(await replies.forgetOld()).toBe(0);
  clock.pass(24 * 3_600_000 + 1);
  expect(await replies.forgetOld()).toBe(1);
});

test("who was given up for lost does not write over their successor", async () => {
  const db = await freshDatabase();
  const clock = manualClock();
  const replies = createReplies({ db, clock });
  const request = { asker: "a", key: "k", fingerprint: "f", secret: false };
  const late = replies.once(request, async () => {
    clock.pass(120_001);
    await replies.once(request, async () => ({ status: 200, body: "second" }));
    return { status: 200, body: "first" };
  });
  expect((await late).body).toBe("first");
  expect(await replies.once(request, async () => ({ status: 200, body: "third" }))).toMatchObject({
    body: "second",
    replayed: true,
  });
});
