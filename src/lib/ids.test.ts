import { expect, test } from "vitest";
import { isId, newId } from "./ids.ts";

test("ids of one process sort in the order they were made, and none comes twice", () => {
  const ids = Array.from({ length: 20_000 }, newId);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("ids are version 7 of RFC 9562", () => {
  for (let i = 0; i < 100; i++)
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(isId(newId())).toBe(true);
  expect(isId("not an id")).toBe(false);
});
