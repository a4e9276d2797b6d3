import { expect, test } from "vitest";
import type { InteractiveExamples } from "./examples.ts";

/** How long storing takes here: long for a database, short beside the deadline. */
const STORING_MS = 250;

/** A press is acknowledged after it was stored and before the platform's deadline, though nobody answers it. */
export function checksInteractive({ deadlineMs, start }: InteractiveExamples): void {
  test(`is acknowledged within ${deadlineMs} ms, after it was stored, without waiting for an answer`, async () => {
    let storedMs = Number.POSITIVE_INFINITY;
    const { press, acknowledged } = await start(async () => {
      await pause(STORING_MS);
      storedMs = Math.min(storedMs, performance.now());
    });
    const pressedMs = performance.now();
    await press();
    while (!acknowledged() && performance.now() - pressedMs < deadlineMs + 1_000) await pause(5);
    const { atMs, inTime } = acknowledged() ?? { atMs: Number.POSITIVE_INFINITY, inTime: false };
    expect(inTime, "the platform took it").toBe(true);
    expect(atMs - pressedMs, "in time").toBeLessThan(deadlineMs);
    expect(atMs, "after it was stored").toBeGreaterThanOrEqual(storedMs);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
