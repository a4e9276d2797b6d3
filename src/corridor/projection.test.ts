import fc from "fast-check";
import { expect, test } from "vitest";
import { advance, foldMessage, type Amendment } from "./projection.ts";

const base = { place: "p", placeKind: "direct" as const, messageId: "m" };
const original = { parts: [{ type: "text" as const, text: "first words" }], deliveryState: "sent" };

const amendment: fc.Arbitrary<Amendment> = fc
  .record({
    id: fc.uuid(),
    at: fc.integer({ min: 0, max: 50 }),
    actor: fc.constantFrom("ana", "bo"),
    kind: fc.constantFrom("edited", "deleted", "react", "unreact", "swap", "delivered", "read", "failed"),
  })
  .map(({ id, at, actor, kind }): Amendment => {
    const common = { ...base, id, sentAt: new Date(at), actor: { id: actor } };
    if (kind === "edited") return { ...common, type: "edited", parts: [{ type: "text", text: `words ${id}` }] };
    if (kind === "deleted") return { ...common, type: "deleted" };
    if (kind === "react") return { ...common, type: "reaction", added: ["👍"], removed: [] };
    if (kind === "unreact") return { ...common, type: "reaction", added: [], removed: ["👍"] };
    if (kind === "swap") return { ...common, type: "reaction", added: ["🎉"], removed: [], replaces: true };
    return { ...common, type: "receipt", status: kind as "delivered" };
  });

test("the order and number of deliveries change nothing", () => {
  fc.assert(
    fc.property(
      fc
        .array(amendment, { maxLength: 12 })
        .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        // The ledger holds each event once, so that a repeated delivery is not a second event.
        expect(foldMessage(original, shuffled)).toEqual(foldMessage(original, all));
      },
    ),
  );
});

test.each([
  ["sent", "read", "read"],
  ["read", "delivered", "read"],
  ["delivered", "failed", "delivered"],
  ["sent", "failed", "failed"],
  ["failed", "sent", "failed"],
  ["failed", "delivered", "delivered"],
  [null, "sent", "sent"],
])("%s, then %s, is %s", (from, to, expected) => {
  expect(advance(from, to)).toBe(expected);
});

test("a reaction that is taken back leaves nothing", () => {
  const at = (ms: number) => ({
    ...base,
    id: String(ms),
    sentAt: new Date(ms),
    actor: { id: "ana" },
    type: "reaction" as const,
  });
  const events: Amendment[] = [
    { ...at(2), added: [], removed: ["👍"] },
    { ...at(1), added: ["👍"], removed: [] },
  ];
  expect(foldMessage(original, events).reactions).toEqual({});
});

test("a reaction that takes the place of all others of that person leaves those of others", () => {
  const by = (id: string, ms: number, added: string[]): Amendment => {
    const actor = { id };
    return { ...base, id: `${ms}`, sentAt: new Date(ms), actor, type: "reaction", added, removed: [], replaces: true };
  };
  const changed = [by("ana", 1, ["👍"]), by("bo", 2, ["👍"]), by("ana", 3, ["🎉"])];
  expect(foldMessage(original, changed).reactions).toEqual({ "👍": ["bo"], "🎉": ["ana"] });
  expect(foldMessage(original, [...changed, by("ana", 4, [])]).reactions).toEqual({ "👍": ["bo"] });
});
