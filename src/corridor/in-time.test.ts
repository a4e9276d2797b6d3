import { expect, test } from "vitest";
import { systemClock } from "../lib/clock.ts";
import { inTime } from "./in-time.ts";

const never = () => new Promise<never>(() => undefined);
const living = () => new AbortController();

test("work that is done in time gives its result, and its failure is its own", async () => {
  expect(await inTime(async () => 42, 1_000, systemClock, living().signal)).toBe(42);
  const failing = inTime(() => Promise.reject(new Error("mine")), 1_000, systemClock, living().signal);
  await expect(failing).rejects.toThrow("mine");
});

test("nobody waits for work that is late, and it hears of it", async () => {
  let heard: AbortSignal | undefined;
  const late = inTime((signal) => ((heard = signal), never()), 20, systemClock, living().signal);
  await expect(late).rejects.toThrow("no answer within 0.02 s");
  expect(heard?.aborted).toBe(true);
});

test("the end of the hub ends the waiting", async () => {
  const hub = living();
  const waiting = inTime(never, 60_000, systemClock, hub.signal);
  hub.abort();
  await expect(waiting).rejects.toThrow("ending");
});
