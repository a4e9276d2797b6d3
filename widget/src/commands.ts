import type { Chat } from "./chat.ts";
import type { Proof } from "./visitor.ts";

/** What the website may say: `tributary("open")`. Whatever else stands on it (the conversion script's parts) stays. */
export interface Tributary {
  (command: string, value?: unknown): unknown;
  /** What was said before this script had come. */
  q?: ArrayLike<unknown>[];
}

export function createCommands(chat: Chat): Tributary {
  const commands: Record<string, (value: unknown) => unknown> = {
    open: () => chat.open(),
    close: () => chat.close(),
    identify: (proof) => identify(chat, proof),
    forget: () => chat.forget(),
    consent: (given) => chat.agree(given !== false),
  };
  return (command, value) => {
    const run = Object.keys(commands).includes(command) ? commands[command] : undefined;
    if (run) return run(value);
    warn(`There is no command "${command}". There are: ${Object.keys(commands).join(", ")}.`);
    return undefined;
  };
}

async function identify(chat: Chat, proof: unknown): Promise<{ ok: boolean; reason?: string }> {
  const isProof = typeof proof === "object" && proof !== null;
  const result = isProof
    ? await chat.identify(proof as Proof)
    : { ok: false, reason: "identify needs the proof that your server made." };
  if (!result.ok) warn(result.reason ?? "");
  return result;
}

/** For the website's developer. */
export function warn(text: string): void {
  console.warn(`Tributary chat: ${text}`); // eslint-disable-line no-console
}
