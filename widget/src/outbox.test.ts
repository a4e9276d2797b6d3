import fc from "fast-check";
import { expect, test } from "vitest";
import { createKeep, type Keep } from "./keep.ts";
import { createOutbox } from "./outbox.ts";
import { readEvents } from "./sse.ts";
import { createStore } from "./state.ts";
import type { Visitor } from "./visitor.ts";
import { Refusal, Unreachable, type Wire } from "./wire.ts";

interface Told {
  id: string;
  text?: string;
  sentAt?: string;
}

/** A browser's tab with a hub that answers as it is told to. */
function openTab(keep: Keep = memory(), { owner = "", answer = () => undefined as Error | undefined, now = 0 } = {}) {
  const told: Told[] = [];
  const troubles: unknown[] = [];
  const visitor = {
    owner: () => owner,
    renew: () => undefined,
    session: async () => ({ token: "t", conversation: "v" }),
  };
  const post = async (_path: string, body: unknown) => {
    const error = answer();
    if (error) throw error;
    told.push(body as Told);
  };
  const store = createStore();
  let ids = 0;
  const outbox = createOutbox({
    ...{ store, keep, wire: { post } as unknown as Wire, visitor: visitor as unknown as Visitor },
    ...{
      now: () => now,
      newId: () => `${now}-${++ids}`,
      onTrouble: (error) => troubles.push(error),
      onAccepted: () => undefined,
    },
  });
  const settle = async () => {
    await outbox.flush();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { outbox, store, told, troubles, settle };
}

const memory = () => createKeep("c", () => undefined as unknown as Storage);

test("what was written offline waits in the browser and is sent from another tab, in order, with its time", async () => {
  const keep = memory();
  const away = openTab(keep, { answer: () => new Unreachable() });
  for (const text of ["one", "two"]) away.outbox.add({ text });
  await away.settle();
  expect([away.told, away.troubles.length > 0]).toEqual([[], true]);
  expect(away.store.state.pending.map(({ text }) => text)).toEqual(["one", "two"]);

  const back = openTab(keep, { now: 3_600_000 });
  await back.settle();
  expect(back.told.map(({ text, id }) => [text, id])).toEqual([
    ["one", "0-1"],
    ["two", "0-2"],
  ]);
  expect(back.told[0]?.sentAt).toBe("1970-01-01T00:00:00.000Z");
  await back.settle();
  expect([back.told.length, back.store.state.pending]).toEqual([2, []]);
});

test("what is refused for good says so, and can be tried again or thrown away; the next goes on", async () => {
  let isFirst = true;
  const answer = () => (isFirst ? ((isFirst = false), new Refusal(400, "too long", undefined)) : undefined);
  const { outbox, store, told, settle } = openTab(memory(), { answer });
  for (const text of ["bad", "good"]) outbox.add({ text });
  await settle();
  expect(told.map(({ text }) => text)).toEqual(["good"]);
  const [failed] = store.state.pending;
  expect(failed).toMatchObject({ text: "bad", failed: "refused" });
  outbox.retry(failed!.id);
  await settle();
  expect(told.map(({ text }) => text)).toEqual(["good", "bad"]);
});

test.each([429, 500, 503, 404])("%i is no refusal for good", async (status) => {
  const { outbox, store, settle } = openTab(memory(), { answer: () => new Refusal(status, "", undefined) });
  outbox.add({ text: "hello" });
  await settle();
  expect(store.state.pending).toMatchObject([{ text: "hello" }]);
  expect(store.state.pending[0]?.failed).toBeUndefined();
});

test("a user's words are sent by nobody else", async () => {
  const keep = memory();
  const away = openTab(keep, { owner: "user:1", answer: () => new Unreachable() });
  away.outbox.add({ text: "mine" });
  await away.settle();
  const other = openTab(keep, { owner: "user:2" });
  await other.settle();
  expect(other.told).toEqual([]);
  const again = openTab(keep, { owner: "user:1" });
  await again.settle();
  expect(again.told).toHaveLength(1);
});

test("events are read however the bytes are cut", async () => {
  const text = `retry: 2000\n\n: hello\n\nid: 3\nevent: message\ndata: {"text":"你好"}\n\nid: 4\ndata: a\ndata: b\n\n`;
  const bytes = new TextEncoder().encode(text);
  const cuts = fc.array(fc.nat(bytes.length), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(cuts, async (at) => {
      const ends = [...at, 0, bytes.length].sort((a, b) => a - b);
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          ends.slice(1).forEach((end, i) => end > ends[i]! && controller.enqueue(bytes.slice(ends[i], end)));
          controller.close();
        },
      });
      const events = [];
      for await (const event of readEvents(body, 1_000)) events.push(event);
      expect(events).toEqual([
        { id: "3", event: "message", data: '{"text":"你好"}' },
        { id: "4", event: "message", data: "a\nb" },
      ]);
    }),
  );
});
