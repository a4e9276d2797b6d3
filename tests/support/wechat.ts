import type { AdapterTools, Cache, OutboundMessage, Part } from "../../src/contract/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { memoryFiles } from "../../src/lib/memory-tools.ts";
import { afterwards } from "../contract/small-hub.ts";
import { open } from "../contract/tools.ts";
import { createSharedCache } from "./shared-cache.ts";
import { createWechatEmulator, type EmulatorOptions } from "../../adapters/wechat/emulator.ts";
import wechat from "../../adapters/wechat/index.ts";

// What the tests of sending share.

export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** An account, a follower who has just written, and the hub's connection to it. */
export async function start(
  options: EmulatorOptions & { settings?: object; cache?: Cache; tools?: Partial<AdapterTools> } = {},
) {
  const time = { now: new Date("2026-01-15T12:00:00.000Z") };
  const account = await createWechatEmulator({ now: () => time.now, ...options });
  afterwards(() => account.close());
  const cache = options.cache ?? createSharedCache();
  const clock = { ...systemClock, now: () => time.now };
  const tools = { cache, clock, files: memoryFiles(), ...options.tools };
  const connect = () => open(wechat, { ...account.settings, ...options.settings }, tools);
  const li = account.person("Li");
  li.says("在吗？");
  return { account, connect, connection: connect(), li, time, tools };
}

let number = 0;
export const to = (place: string, ...parts: Part[]): OutboundMessage => ({
  place,
  parts,
  idempotencyKey: `message-${++number}`,
});
export const text = (words: string): Part => ({ type: "text", text: words });
export const pathsOf = (calls: readonly { path: string }[]) => calls.map(({ path }) => path.replace("/cgi-bin/", ""));
