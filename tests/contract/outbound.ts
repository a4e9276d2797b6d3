import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ChannelError, type Adapter } from "../../src/contract/index.ts";
import { answerWith, type Answer } from "./canned-server.ts";
import type { AdapterExamples, ExpectedFault, OutboundExamples } from "./examples.ts";
import { secretsOf } from "./settings.ts";
import { open } from "./tools.ts";

/** What the platform answers to a send becomes a receipt or the right fault, and no secret escapes. */
export function checksOutbound<Settings>(
  adapter: Adapter<Settings>,
  examples: AdapterExamples,
  outbound: OutboundExamples,
): void {
  async function sendAgainst(answer: Answer, signal = new AbortController().signal): Promise<unknown> {
    const server = await answerWith(answer);
    const logged: unknown[] = [];
    const log = { debug: keep, info: keep, warn: keep, error: keep };
    function keep(...line: unknown[]): void {
      logged.push(line);
    }
    const settings = outbound.settingsAt(server.url);
    try {
      const connection = open(adapter, settings, { ...examples.tools, log });
      const result = await connection.send(outbound.message, signal).catch((error: unknown) => error);
      expectNoSecret([result, logged], [...secretsOf(adapter, settings)]);
      return result;
    } finally {
      await server.close();
    }
  }

  test("gives the platform's receipt", async () => expect(await sendAgainst(outbound.ok)).toEqual(outbound.sent));

  test.each(outbound.faults.map((row) => [row.name, row] as const))("%s", async (_name, { answer, expected }) => {
    const result = await sendAgainst(answer);
    if ("fault" in expected) expectFault(result, expected);
    else expect(result).toEqual(expected);
  });

  test("sends nothing when aborted before", async () => {
    const server = await answerWith(outbound.ok);
    const connection = open(adapter, outbound.settingsAt(server.url), examples.tools);
    await expect(connection.send(outbound.message, AbortSignal.abort())).rejects.toBeInstanceOf(Error);
    expect(server.asked).toEqual([]);
    await server.close();
  });
}

function expectFault(result: unknown, { fault, retryAfterMs, scope }: ExpectedFault): void {
  expect(result).toBeInstanceOf(ChannelError);
  const error = result as ChannelError;
  expect({ fault: error.fault, retryAfterMs: error.retryAfterMs }).toEqual({ fault, retryAfterMs });
  if (scope) expect(error.scope).toBe(scope);
  expect(error.message, "it says what happened").toMatch(/\w+ \w+/);
}

/** Looks through messages, stacks, causes and fields. */
function expectNoSecret(values: unknown, secrets: string[]): void {
  const everything = inspect(values, { depth: 20, showHidden: true, maxStringLength: null });
  for (const secret of secrets)
    expect(everything.includes(secret), "an error or a log line holds a secret").toBe(false);
}
