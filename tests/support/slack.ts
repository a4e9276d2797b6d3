/** Slack's adapter against its emulator. */
import { createSlackEmulator, type EmulatorOptions, type SlackEmulator } from "../../adapters/slack/emulator.ts";
import slack from "../../adapters/slack/index.ts";
import type { AdapterTools, Clock, Connection, OutboundMessage, Part } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { afterwards } from "../contract/small-hub.ts";
import { open } from "../contract/tools.ts";

/** An emulator that is closed when the test is over. */
export async function emulate(options: EmulatorOptions = {}): Promise<SlackEmulator> {
  const emulator = await createSlackEmulator(options);
  afterwards(() => emulator.close());
  return emulator;
}

/** The real time, in which waits before another try pass at once and time limits stay. */
export const impatientClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms === 120_000 || ms === 1_000 ? 10 : ms, signal),
};

export function connect(emulator: SlackEmulator, more: object = {}, tools: Partial<AdapterTools> = {}): Connection {
  return open(slack, { ...emulator.settings, ...more }, { clock: impatientClock, ...tools });
}

/** A log that keeps its sentences. */
export function noting() {
  const said: string[] = [];
  const note = (_fields: object, words: string) => void said.push(words);
  return { said, log: { debug: note, info: note, warn: note, error: note } };
}

export const text = (words: string): Part[] => [{ type: "text", text: words }];
export const to = (place: string, parts: Part[], more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  place,
  parts,
  idempotencyKey: "k",
  ...more,
});

export async function until(condition: () => boolean): Promise<void> {
  const from = performance.now();
  while (!condition()) {
    if (performance.now() - from > 8_000) throw new Error("It did not come to pass within 8 s.");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
