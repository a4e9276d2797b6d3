import type { EmulatedPlatform } from "../../src/contract/index.ts";
import { createMessagingEmulated } from "../graph/messaging-emulated.ts";
import { createInstagramEmulator, settingsFor } from "./emulator.ts";

const DEEDS = ["say", "photo", "press", "scan", "edit", "delete", "react", "block"] as const;
const QUESTION = "When are you open?";

/** An Instagram on loopback with people in it; its account offers a question in new chats. */
export async function createEmulated(
  options: Parameters<typeof createInstagramEmulator>[0] = {},
): Promise<EmulatedPlatform> {
  const call_to_actions = [{ question: QUESTION, payload: `ask:${QUESTION}` }];
  const profile = { ice_breakers: [{ locale: "default", call_to_actions }] };
  const emulator = await createInstagramEmulator({ profile, ...options });
  return createMessagingEmulated({ adapter: "instagram", emulator, settings: settingsFor(emulator), deeds: DEEDS });
}
