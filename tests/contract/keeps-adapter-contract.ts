import { describe, expect, test } from "vitest";
import type { Adapter } from "../../src/contract/index.ts";
import { checksCapabilities } from "./capabilities.ts";
import { checksDecoding } from "./decoding.ts";
import type { AdapterExamples, Skip } from "./examples.ts";
import { checksOutbound } from "./outbound.ts";
import { checksRequests } from "./requests.ts";
import { checksSettings } from "./settings.ts";

export type { AdapterExamples } from "./examples.ts";

/**
 * The promises that every adapter makes, as tests. One call at the top of an adapter's test file:
 *
 *     keepsAdapterContract(telegram, { settings, samples, requests, outbound, roundTrip });
 *
 * It proves: settings name what is wrong; forged, altered, missing and stale requests are refused and leave nothing;
 * samples decode exactly, twice the same, and hostile ones never throw anything but BadPayload; the platform's faults
 * mean what they should and leak no secret; nothing beyond the capabilities is sent; what is rendered reads back the same.
 */
export function keepsAdapterContract<Settings>(adapter: Adapter<Settings>, examples: AdapterExamples): void {
  describe(`${adapter.name} keeps the adapter contract`, () => {
    checksSettings(adapter, examples);
    checksCapabilities(adapter, examples);
    checksDecoding(adapter, examples);
    unlessSkipped("signatures", examples.requests, (requests) => checksRequests(adapter, examples, requests));
    unlessSkipped("sending", examples.outbound, (outbound) => checksOutbound(adapter, examples, outbound));
    test("has a name that can stand in a URL", () => expect(adapter.name).toMatch(/^[a-z][a-z0-9-]*$/));
  });
}

function unlessSkipped<Examples extends object>(
  what: string,
  examples: Examples | Skip,
  run: (examples: Examples) => void,
): void {
  if ("skip" in examples) test.skip(`${what}: ${examples.skip}`, () => undefined);
  else describe(what, () => run(examples));
}
