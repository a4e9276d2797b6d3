import { describe, expect, test } from "vitest";
import { BadPayload, type Adapter, type Connection, type HubEvent, type Json } from "../../src/contract/index.ts";
import type { AdapterExamples, Sample } from "./examples.ts";
import { mutate, seededRandom } from "./mutate.ts";
import { open } from "./tools.ts";

const MUTATIONS = 2_000;
const TYPES = new Set("message edited deleted reaction pressed entered joined left receipt unknown".split(" "));

/** Each sample means what stands beside it, every time; hostile ones do no harm. */
export function checksDecoding<Settings>(
  adapter: Adapter<Settings>,
  { settings, tools, samples }: AdapterExamples,
): void {
  const connection = open(adapter, settings, tools);

  describe("decoding", () => {
    test.each(samples.map((sample) => [sample.name, sample] as const))("%s", (_name, sample) =>
      decodesExactly(connection, sample),
    );

    test("has a sample of a kind that it does not carry", () => {
      expect(samples.flatMap((sample) => connection.decode(sample.payload)).map((event) => event.type)).toContain(
        "unknown",
      );
    });

    test(`throws nothing but BadPayload on ${MUTATIONS} hostile payloads`, () => {
      const random = seededRandom(20_260_115);
      for (let i = 0; i < MUTATIONS; i++) {
        const { payload } = samples[i % samples.length] as Sample;
        survives(connection, mutate(payload, random));
      }
      expectCleanPrototype();
    });
  });
}

function decodesExactly(connection: Connection, { payload, events }: Sample): void {
  const frozen = JSON.stringify(payload);
  const first = connection.decode(payload);
  expect(asJson(first)).toEqual(events);
  expect(connection.decode(payload)).toEqual(first);
  expect(JSON.stringify(payload), "decode leaves the payload as it is").toBe(frozen);
  for (const event of first) expectSound(event);
  const ids = first.map((event) => `${event.type} ${event.place} ${event.id}`);
  expect(new Set(ids).size, "ids are unique").toBe(ids.length);
}

/** Decodes, or throws BadPayload with a reason. */
export function survives(connection: Connection, payload: Json): void {
  try {
    for (const event of connection.decode(payload)) expectSound(event);
  } catch (error) {
    if (!(error instanceof BadPayload))
      throw new Error(`decode threw on ${JSON.stringify(payload).slice(0, 2_000)}`, { cause: error });
    expect(error.message).toMatch(/\S/);
  }
}

/** What the core relies on in every event, however odd the payload was. */
function expectSound(event: HubEvent): void {
  expect(TYPES).toContain(event.type);
  expect(typeof event.id === "string" && event.id !== "", "id").toBe(true);
  expect(typeof event.place === "string" && event.place !== "", "place").toBe(true);
  expect(event.sentAt instanceof Date && !Number.isNaN(event.sentAt.getTime()), "sentAt is a moment").toBe(true);
  if (event.type === "message") expect(event.parts.length, "a message says something").toBeGreaterThan(0);
  if (event.type === "unknown") expect(event.reason).toMatch(/\S/);
}

export function expectCleanPrototype(): void {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}

/** Times become ISO strings and missing fields vanish, as in a stored fixture. */
export function asJson(events: HubEvent[]): Json {
  return JSON.parse(JSON.stringify(events)) as Json;
}
