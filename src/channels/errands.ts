import { Invalid, NotFound, type Check, type EntryLink, type Json, type Setup } from "../contract/index.ts";
import type { Registry } from "./registry.ts";

/** What the hub asks of a channel's platform besides carrying messages. */
export interface Errands {
  /** Asks the platform whether everything is as it should be. */
  check(id: string): Promise<Check[]>;
  /** Tells the platform where to deliver. */
  register(id: string): Promise<void>;
  /** What can be set up on the platform. */
  setups(id: string): Promise<readonly Setup[]>;
  /** Sets it up; resolves with a sentence about what stands there now. @throws NotFound, Invalid */
  setUp(id: string, name: string, input: Json): Promise<string>;
  entryLink(id: string, code: string, signal: AbortSignal): Promise<EntryLink>;
}

export interface ErrandParts {
  registry: Registry;
  webhookUrl: (id: string) => URL;
  /** The channel as it stands in the table. @throws NotFound */
  find(id: string): Promise<{ enabled: boolean; lastError: string | null; lastInboundAt: Date | null }>;
}

const TIMEOUT_MS = 15_000;

export function createErrands({ registry, webhookUrl, find }: ErrandParts): Errands {
  async function setups(id: string): Promise<readonly Setup[]> {
    await find(id);
    const channel = registry.get(id);
    if (!channel) throw new NotFound("The channel is switched off or could not be opened.");
    return channel.connection.setups ?? [];
  }

  return {
    async check(id) {
      const { enabled, lastError, lastInboundAt: last } = await find(id);
      if (!enabled) return [{ name: "enabled", ok: false, detail: "The channel is switched off." }];
      const channel = registry.get(id);
      if (!channel) return [{ name: "open", ok: false, detail: lastError ?? "The channel could not be opened." }];
      const heard = {
        name: "last inbound",
        ok: true,
        detail: last ? `Last heard of at ${last.toISOString()}.` : "Nothing has arrived yet.",
      };
      return [...(await channel.connection.check(AbortSignal.timeout(TIMEOUT_MS))), heard];
    },
    async register(id) {
      await find(id);
      const inbound = registry.get(id)?.connection.inbound;
      if (inbound?.type !== "webhook" || !inbound.register)
        throw new NotFound("This channel has no webhook to register.");
      await inbound.register(webhookUrl(id), AbortSignal.timeout(TIMEOUT_MS));
    },
    setups,
    async setUp(id, name, input) {
      const all = await setups(id);
      const setup = all.find((each) => each.name === name);
      if (!setup) throw new NotFound(`This channel has no set-up "${name}". ${listOf(all)}`);
      const result = setup.input.safeParse(input);
      if (!result.success) {
        const faults = result.error.issues.map(({ path, message }) => [path.join(".") || "input", message] as const);
        const list = faults.map(([path, message]) => `${path}: ${message}`).join(" ");
        throw new Invalid(`The set-up "${name}" cannot be made like this. ${list}`, Object.fromEntries(faults));
      }
      return setup.run(result.data, AbortSignal.timeout(TIMEOUT_MS));
    },
    async entryLink(id, code, signal) {
      const channel = registry.get(id);
      if (!channel?.connection.entryLink)
        throw new NotFound("The entry point's channel is closed or takes no codes in its links.");
      return channel.connection.entryLink(code, signal);
    },
  };
}

function listOf(setups: readonly Setup[]): string {
  return setups.length > 0
    ? `There are: ${setups.map(({ name }) => name).join(", ")}.`
    : "Its platform has nothing to be set up.";
}
