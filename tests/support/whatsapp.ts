/** WhatsApp's adapter against its emulator. */
import {
  createWhatsAppEmulator,
  type EmulatorOptions,
  type WhatsAppEmulator,
} from "../../adapters/whatsapp/emulator.ts";
import whatsapp from "../../adapters/whatsapp/index.ts";
import type { AdapterTools, Arrival, Connection, HubEvent, OutboundMessage, Part } from "../../src/contract/index.ts";
import { memoryCache, memoryFiles } from "../../src/lib/memory-tools.ts";
import { afterwards, never, serve } from "../contract/small-hub.ts";
import { open } from "../contract/tools.ts";

export const appSecret = "0123456789abcdef0123456789abcdef";
export const verifyToken = "emulated-verify-token";

/** An emulator that is closed when the test is over. */
export async function emulate(options: EmulatorOptions = {}): Promise<WhatsAppEmulator> {
  const emulator = await createWhatsAppEmulator({ appSecret, verifyToken, ...options });
  afterwards(() => emulator.close());
  return emulator;
}

export function connect(
  { accessToken, phoneNumberId, url }: WhatsAppEmulator,
  more: object = {},
  tools: Partial<AdapterTools> = {},
): Connection {
  const settings = { accessToken, appSecret, verifyToken, phoneNumberId, baseUrl: url, ...more };
  return open(whatsapp, settings, { cache: memoryCache(), files: memoryFiles(), ...tools });
}

/** A hub with one channel that the emulator calls. */
export async function join(
  emulator: WhatsAppEmulator,
  {
    answer,
    settings,
    tools,
  }: { answer?: (arrivals: Arrival[]) => number; settings?: object; tools?: Partial<AdapterTools> } = {},
) {
  const connection = connect(emulator, settings, tools);
  const door = await serve(connection, answer);
  await emulator.caller.attach(door.url);
  /** What came, each thing once, as the hub's store keeps it. */
  const events = (): HubEvent[] => {
    const once = new Map(door.arrivals.map((arrival) => [arrival.key, arrival]));
    return [...once.values()].flatMap(({ payload }) => connection.decode(payload));
  };
  const settled = async (): Promise<HubEvent[]> => {
    await emulator.caller.settle();
    return events();
  };
  return { connection, ...door, events, settled };
}

export const text = (words: string): Part[] => [{ type: "text", text: words }];
export const to = (place: string, parts: Part[], more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  place,
  parts,
  idempotencyKey: "key",
  ...more,
});
export const say = (connection: Connection, place: string, words: string) =>
  connection.send(to(place, text(words)), never);
