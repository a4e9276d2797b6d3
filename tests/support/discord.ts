/** Discord's adapter against its emulator. */
import { createDiscordEmulator, type DiscordEmulator, type EmulatorOptions } from "../../adapters/discord/emulator.ts";
import discord from "../../adapters/discord/index.ts";
import type { AdapterTools, Clock, Connection, HubEvent, OutboundMessage, Part } from "../../src/contract/index.ts";
import { memoryCache } from "../../src/lib/memory-tools.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { afterwards, listen } from "../contract/small-hub.ts";
import { open } from "../contract/tools.ts";

/** The real time, in which waits of up to a minute pass at once; longer ones are time limits and stay. */
export const quickClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms >= 60_000 ? ms : Math.min(ms, 10), signal),
};

/** An emulator that is closed when the test is over. */
export async function emulate(options: EmulatorOptions = {}): Promise<DiscordEmulator> {
  const emulator = await createDiscordEmulator(options);
  afterwards(() => emulator.close());
  return emulator;
}

export function connect(
  { token, apiRoot, cdnRoot }: DiscordEmulator,
  more: object = {},
  tools: Partial<AdapterTools> = {},
): Connection {
  return open(discord, { token, apiRoot, cdnRoot, ...more }, { clock: quickClock, ...tools });
}

/** Listens, and waits until Discord has greeted us. */
export async function online(
  emulator: DiscordEmulator,
  {
    settings = {},
    tools = {},
    store,
  }: { settings?: object; tools?: Partial<AdapterTools>; store?: Parameters<typeof listen>[1] } = {},
) {
  const connection = connect(emulator, settings, { cache: memoryCache(), ...tools });
  const listening = listen(connection, store);
  await emulator.until(() => emulator.gateway.connected, "a session");
  /** Waits until so many events of this type have been stored. */
  const heard = async <Type extends HubEvent["type"]>(
    type: Type,
    count = 1,
  ): Promise<Extract<HubEvent, { type: Type }>[]> => {
    const found = () => listening.events().filter((event) => event.type === type);
    await emulator.until(() => found().length >= count, `${count} of ${type}`);
    return found() as Extract<HubEvent, { type: Type }>[];
  };
  return { connection, ...listening, heard };
}

export const text = (words: string): Part[] => [{ type: "text", text: words }];
export const to = ({ id }: { id: string }, parts: Part[], more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  place: id,
  parts,
  idempotencyKey: "k",
  ...more,
});
