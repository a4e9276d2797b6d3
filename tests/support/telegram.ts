/** Telegram's adapter against its emulator. */
import {
  createTelegramEmulator,
  type EmulatorOptions,
  type TelegramEmulator,
} from "../../adapters/telegram/emulator.ts";
import telegram from "../../adapters/telegram/index.ts";
import type { AdapterTools, Connection, OutboundMessage, Part } from "../../src/contract/index.ts";
import { afterwards } from "../contract/small-hub.ts";
import { open } from "../contract/tools.ts";

export const secret = "example-secret-of-sixteen-or-more";

/** An emulator that is closed when the test is over. */
export async function emulate(options: EmulatorOptions = {}): Promise<TelegramEmulator> {
  const emulator = await createTelegramEmulator(options);
  afterwards(() => emulator.close());
  return emulator;
}

export function connect(
  { token, apiRoot, username }: TelegramEmulator,
  more: object = {},
  tools: Partial<AdapterTools> = {},
): Connection {
  return open(telegram, { token, apiRoot, username, ...more }, tools);
}

export const text = (words: string): Part[] => [{ type: "text", text: words }];
export const to = (chatId: number, parts: Part[], more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  place: String(chatId),
  parts,
  idempotencyKey: "k",
  ...more,
});
