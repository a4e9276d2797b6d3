import fc from "fast-check";
import { expect, test } from "vitest";
import { playThrough, type Naming } from "./renaming.ts";

const channelId = "c";
const naming = (name: string, before?: string): Naming => ({ channelId, name, before, makes: true });

/** The database in a few lines: who has which name, and whose each naming was. */
function play(batches: readonly (readonly Naming[])[]) {
  const rows = new Map<string, number>();
  const owners: number[] = [];
  for (const batch of batches) {
    const known = [...rows.keys()].map((name) => ({ channelId, name }));
    const { names, moves } = playThrough(batch, known);
    for (const { before, name } of moves) {
      expect(rows.has(name), `${name} is free`).toBe(false);
      rows.set(name, rows.get(before)!);
      rows.delete(before);
    }
    batch.forEach((each, index) => {
      const name = names[index] ?? each.name;
      if (!rows.has(name)) rows.set(name, 1 + Math.max(-1, ...rows.values(), ...owners));
      owners.push(rows.get(name)!);
    });
  }
  return { owners: owners.map((owner) => owners.indexOf(owner)), names: [...rows.keys()].sort() };
}

test("somebody who writes and signs in at once is in one conversation", () => {
  expect(play([[naming("visitor"), naming("user", "visitor"), naming("user")]])).toEqual({
    owners: [0, 0, 0],
    names: ["user"],
  });
});

test("where the new name has a row of its own, the old one stays", () => {
  const { owners, names } = play([[naming("user")], [naming("visitor"), naming("user", "visitor")]]);
  expect(owners).toEqual([0, 1, 0]);
  expect(names).toEqual(["user", "visitor"]);
});

test("what makes nothing, moves all the same", () => {
  const { moves } = playThrough([{ ...naming("b", "a"), makes: false }], [{ channelId, name: "a" }]);
  expect(moves).toEqual([{ channelId, before: "a", name: "b" }]);
});

const name = fc.constantFrom("a", "b", "c");
const anyNaming = fc.tuple(name, fc.option(name, { nil: undefined })).map(([now, before]) => naming(now, before));

test("it does not matter how they are gathered into batches", () => {
  fc.assert(
    fc.property(fc.array(anyNaming, { maxLength: 8 }), fc.nat({ max: 8 }), (all, cut) => {
      const singly = play(all.map((each) => [each]));
      expect(play([all])).toEqual(singly);
      expect(play([all.slice(0, cut), all.slice(cut)])).toEqual(singly);
    }),
    { numRuns: 3_000 },
  );
});
