import { expect, test } from "vitest";
import { ChannelError, type Fault } from "../contract/index.ts";
import { setback, uncertain } from "./retry.ts";

const attempt = { attempts: 1, doubts: 0, idempotentSend: false, onUncertain: "resend" as const };
const fault = (kind: Fault, retryAfterMs?: number) =>
  new ChannelError(kind, "why", retryAfterMs === undefined ? {} : { retryAfterMs });

test("waits longer after each failure, and ten minutes at most", () => {
  const waits = [1, 2, 3, 6].map((attempts) => setback(fault("unreachable"), { ...attempt, attempts }));
  expect(waits.map((each) => each.state === "waiting" && each.waitMs)).toEqual([1_000, 4_000, 16_000, 600_000]);
});

test("waits exactly as long as the platform says", () => {
  expect(setback(fault("retry-after", 1_234), attempt)).toMatchObject({
    state: "waiting",
    waitMs: 1_234,
    maybeTwice: false,
  });
});

test.each<[string, unknown, number]>([
  ["the platform refused", fault("refused"), 1],
  ["the person is gone", fault("recipient-gone"), 1],
  ["the window is closed", fault("window-closed"), 1],
  ["the token is no longer good", fault("unauthorized"), 1],
  ["too many attempts", fault("unreachable"), 12],
  ["a platform busy for ever", fault("retry-after", 1), 100],
  ["a fault of ours", new TypeError("undefined is not a function"), 1],
])("gives up on %s", (_why, error, attempts) => {
  expect(setback(error, { ...attempt, attempts }).state).toBe("failed");
});

test("an uncertain send: repeated with a key without doubt, repeated without one with doubt, held when wanted", () => {
  expect(uncertain("why", { ...attempt, idempotentSend: true })).toMatchObject({ state: "waiting", maybeTwice: false });
  expect(uncertain("why", attempt)).toMatchObject({ state: "waiting", maybeTwice: true });
  expect(uncertain("why", { ...attempt, onUncertain: "hold" })).toEqual({ state: "maybe-sent", error: "why" });
  // Refusals before it were no doubts: they do not use up the patience for this one.
  expect(uncertain("why", { ...attempt, attempts: 5 })).toMatchObject({ state: "waiting" });
  expect(uncertain("why", { ...attempt, doubts: 2 })).toEqual({ state: "maybe-sent", error: "why" });
});
