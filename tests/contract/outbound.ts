import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ChannelError, type Adapter, type Fault } from "../../src/contract/index.ts";
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

  checksCoverage(adapter, outbound);

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

/** What every sender has to tell apart; a platform without such a thing says so in `lacks`. */
const NEEDED_FAULTS: readonly Fault[] = ["retry-after", "unauthorized", "recipient-gone", "unreachable", "maybe-sent"];
/** "Used up for the day" is told by a wait of this length at least, where it is told by a wait. */
const QUOTA_MS = 3_600_000;

/** There is an example for each fault, in the platform's own words. */
function checksCoverage<Settings>({ capabilities }: Adapter<Settings>, outbound: OutboundExamples): void {
  const { faults, lacks = {}, quota } = outbound;
  const rows = faults.flatMap(({ name, answer, expected }) =>
    "fault" in expected ? [{ name, answer, expected }] : [],
  );
  const of = (fault: Fault) => rows.filter(({ expected }) => expected.fault === fault);
  const needed = [...NEEDED_FAULTS, ...(capabilities.replyWindow ? (["window-closed"] as const) : [])];

  for (const fault of needed) {
    const reason = lacks[fault];
    if (reason !== undefined) test.skip(`tells ${fault}: ${reason}`, () => undefined);
    else test(`tells ${fault}`, () => expect(of(fault).length).toBeGreaterThan(0));
  }

  test("says of each limit how long it lasts, and of one what it is about", () => {
    const limits = of("retry-after");
    for (const { name, expected } of limits) expect(expected.retryAfterMs, name).toBeGreaterThan(0);
    if (limits.length > 0) expect(limits.some(({ expected }) => expected.scope !== undefined)).toBe(true);
  });

  test.runIf(of("maybe-sent").length > 0)("tells a line that drops after the request from one that never stood", () => {
    const answers = (fault: Fault) =>
      of(fault).map(({ answer }) => (typeof answer === "function" ? answer("/") : answer));
    expect(of("unreachable").some(({ answer }) => answer === "closed")).toBe(true);
    expect(answers("unreachable")).not.toContain("truncated");
    expect(of("maybe-sent").length).toBeGreaterThan(1);
  });

  if (typeof quota === "object") return test.skip(`tells a quota from a rate: ${quota.skip}`, () => undefined);
  test("tells a quota from a rate", () => {
    const row = rows.find(({ name }) => name === quota);
    expect(row, `a row of faults named ${JSON.stringify(quota)}`).toBeDefined();
    const waits = row!.expected.fault === "retry-after";
    expect(waits ? row!.expected.retryAfterMs : Infinity).toBeGreaterThanOrEqual(QUOTA_MS);
    expect(of("retry-after").some(({ expected }) => (expected.retryAfterMs ?? Infinity) < QUOTA_MS)).toBe(true);
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
