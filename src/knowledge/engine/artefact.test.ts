import fc from "fast-check";
import { expect, test } from "vitest";
import { deserialise, serialise } from "./artefact.ts";

const floats = fc.array(fc.double()).map((list) => Float64Array.from(list));
const bytes = fc.uint8Array({ maxLength: 11 });
const value = fc.record({
  name: fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
  nested: fc.record({ floats, nothing: fc.constant(null) }),
  list: fc.array(fc.record({ bytes, on: fc.boolean() })),
  texts: fc.array(fc.string()),
});

test("what is read is what was written, numbers that JSON lacks included", () => {
  fc.assert(
    fc.property(value, (given) => {
      expect(deserialise(serialise(given))).toEqual(given);
    }),
  );
  const odd = { odd: Float64Array.of(-Infinity, NaN, -0, 1e-320) };
  expect(deserialise(serialise(odd))).toEqual(odd);
});

test("arrays are found at any place in memory", () => {
  const given = { three: Uint8Array.of(1, 2, 3), ids: Int32Array.of(7, -8) };
  const stored = serialise(given);
  const shifted = new Uint8Array(stored.length + 3);
  shifted.set(stored, 3);
  expect(deserialise(shifted.subarray(3))).toEqual(given);
});
