import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { Invalid } from "./errors.ts";
import { decodeCursor, encodeCursor, pageOf, PageQuery } from "./paging.ts";

const Key = z.tuple([z.string(), z.number()]);

test("a cursor comes back as it went out, and is safe in a URL", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer(), (text, number) => {
      const cursor = encodeCursor([text, number]);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(decodeCursor(cursor, Key)).toEqual([text, number]);
    }),
  );
});

test("no cursor is the first page", () => expect(decodeCursor(undefined, Key)).toBeUndefined());

test.each(["", "x", "%%%", encodeCursor(["of another list"]), encodeCursor(null)])(
  "refuses the cursor %j",
  (cursor) => {
    expect(() => decodeCursor(cursor, Key)).toThrow(Invalid);
  },
);

test("the row too many becomes the cursor of the next page", () => {
  const page = pageOf([1, 2, 3], 2, (row) => [row]);
  expect(page.items).toEqual([1, 2]);
  expect(decodeCursor(page.next ?? undefined, z.array(z.number()))).toEqual([2]);
  expect(pageOf([1, 2], 2, (row) => [row])).toEqual({ items: [1, 2], next: null });
  expect(pageOf([], 2, () => null)).toEqual({ items: [], next: null });
});

test("a query's limit is a number between 1 and 200", () => {
  expect(PageQuery.parse({})).toEqual({ limit: 50 });
  expect(PageQuery.parse({ limit: "7" })).toEqual({ limit: 7 });
  for (const limit of ["0", "201", "1.5", "many", ""])
    expect(PageQuery.safeParse({ limit }).success, limit).toBe(false);
});
