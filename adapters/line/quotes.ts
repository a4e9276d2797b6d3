import type { AdapterTools, Json } from "../../src/contract/index.ts";
import type { Errands } from "./errands.ts";
import { createMemory } from "./memory.ts";

// To quote a message LINE wants its quote token, which comes with the message. A question's own token travels with what
// is needed to answer it; these are for the later answers of people.

const WEEK_MS = 7 * 86_400_000;
const MOST = 10_000;
const TOKEN = /^[\w+/=.~-]{1,1000}$/;

export interface Quotes {
  /** `ours`: we sent it, so that who quotes it speaks to us. */
  remember(messageId: Json | undefined, token: Json | undefined, ours?: boolean): void;
  tokenOf(messageId: string): Promise<string | undefined>;
  isOurs(messageId: Json | undefined): boolean;
}

export function createQuotes(tools: Pick<AdapterTools, "cache">, errands: Errands): Quotes {
  const tokens = createMemory<string>(MOST);
  const own = createMemory<true>(MOST);

  return {
    remember(messageId, token, ours = false) {
      if (typeof messageId !== "string" || messageId === "" || messageId.length > 100) return;
      if (ours) own.set(messageId, true);
      if (typeof token !== "string" || !TOKEN.test(token) || tokens.get(messageId) === token) return;
      tokens.set(messageId, token);
      errands.run(() => tools.cache.set(`quote ${messageId}`, token, WEEK_MS));
    },
    tokenOf: async (messageId) => tokens.get(messageId) ?? (await tools.cache.get(`quote ${messageId}`)),
    isOurs: (messageId) => typeof messageId === "string" && own.has(messageId),
  };
}
