import fc from "fast-check";
import { expect, test } from "vitest";
import { linesIn } from "./lines.ts";

async function linesOf(chunks: Uint8Array[]): Promise<string[]> {
  const all: string[] = [];
  const stream = async function* () {
    yield* chunks;
  };
  for await (const line of linesIn(stream())) all.push(line);
  return all;
}

test("cuts at newlines, of Windows too, and leaves a byte order mark out", async () => {
  expect(await linesOf([Buffer.from("\uFEFFa\r\nb\n\nc")])).toEqual(["a", "b", "", "c"]);
  expect(await linesOf([])).toEqual([]);
});

test("finds the same lines wherever the bytes are cut", async () => {
  const line = fc.string({ unit: fc.constantFrom("a", "花", "👩‍👧", " ", "é") });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), fc.integer({ min: 1, max: 7 }), async (lines, size) => {
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(""));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect(await linesOf(chunks)).toEqual(lines);
    }),
  );
});
