import type { Clock } from "../contract/index.ts";
import type { Config } from "../config.ts";

/** The world around a command. */
export interface Io {
  stdin: AsyncIterable<Uint8Array>;
  /** What was asked for, and nothing else: it may be piped on. Resolves when there is room for more. */
  out(text: string): Promise<void>;
  /** Everything said to the person at the terminal. */
  err(text: string): void;
  /** Asks the person at the terminal; missing where nobody sits there. A secret is not shown while it is typed. */
  ask?(question: string, secret: boolean): Promise<string>;
  clock: Clock;
  /** Read when a command needs it, so that one that needs no settings works with wrong ones. @throws ConfigError */
  config(): Config;
  /** Show faults as they are, with where they happened. */
  debug: boolean;
}

export async function printJson(io: Io, value: unknown): Promise<void> {
  await io.out(`${JSON.stringify(value, null, 2)}\n`);
}
