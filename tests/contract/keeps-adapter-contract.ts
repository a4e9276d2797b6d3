import { describe, expect, test } from "vitest";
import type { Adapter } from "../../src/contract/index.ts";
import { checksCapabilities } from "./capabilities.ts";
import { checksDecoding } from "./decoding.ts";
import type { AdapterExamples, Skip } from "./examples.ts";
import { checksForgeries } from "./forgeries.ts";
import { checksInteractive } from "./interactive.ts";
import { checksMutations } from "./mutations.ts";
import { checksOutbound } from "./outbound.ts";
import { checksRedelivery } from "./redelivery.ts";
import { checksRequests } from "./requests.ts";
import { checksSettings } from "./settings.ts";
import { checksStream } from "./stream.ts";

export type { AdapterExamples } from "./examples.ts";

/**
 * The promises that every adapter makes, as tests. One call at the top of an adapter's test file:
 *
 *     keepsAdapterContract(telegram, { settings, samples, requests, outbound, stream, interactive, roundTrip });
 *
 * It proves: settings name what is wrong; forged, altered, missing and stale requests are refused and leave nothing, also
 * at the hub's own door; samples decode exactly, twice the same, and hostile ones never throw anything but BadPayload, nor
 * stop a lane in the database; whatever comes twice, or in another order, ends in the same rows; the platform's faults mean
 * what they should and leak no secret; nothing beyond the capabilities is sent; what is rendered reads back the same; a
 * stream acknowledges what is stored and loses nothing; a press is acknowledged in time.
 *
 * `npm run fuzz -- telegram` runs the hostile payloads 100,000 times.
 */
export function keepsAdapterContract<Settings>(adapter: Adapter<Settings>, examples: AdapterExamples): void {
  describe(`${adapter.name} keeps the adapter contract`, () => {
    checksSettings(adapter, examples);
    checksCapabilities(adapter, examples);
    checksDecoding(adapter, examples);
    unlessSkipped("signatures", examples.requests, (requests) => checksRequests(adapter, examples, requests));
    unlessSkipped("forgeries", examples.requests, (requests) => checksForgeries(adapter, examples, requests));
    unlessSkipped("sending", examples.outbound, (outbound) => checksOutbound(adapter, examples, outbound));
    unlessSkipped("listening", examples.stream, (stream) => checksStream(adapter, examples, stream));
    unlessSkipped("presses", examples.interactive, checksInteractive);
    checksRedelivery(adapter, examples);
    checksMutations(adapter, examples);
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
