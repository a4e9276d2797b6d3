import type { EmulatedPlatform } from "../../src/contract/index.ts";
import { createMessagingEmulated } from "../graph/messaging-emulated.ts";
import { createMessengerEmulator, settingsFor } from "./emulator.ts";
import { FIELDS } from "./inbound.ts";

const DEEDS = ["say", "photo", "press", "scan", "edit", "react", "block"] as const;

/** A Messenger on loopback with people in it; its Page has a Get Started button. */
export async function createEmulated(
  options: Parameters<typeof createMessengerEmulator>[0] = {},
): Promise<EmulatedPlatform> {
  const profile = { get_started: { payload: "GET_STARTED" } };
  const emulator = await createMessengerEmulator({ profile, ...options });
  emulator.subscribe(FIELDS);
  return createMessagingEmulated({ adapter: "messenger", emulator, settings: settingsFor(emulator), deeds: DEEDS });
}
