import { expect, test } from "vitest";
import { createGroupCommit } from "./group-commit.ts";

test("whoever comes during a flush shares the next one", async () => {
  const batches: number[][] = [];
  let release: (() => void) | undefined;
  const commit = createGroupCommit<number, number>(async (items) => {
    batches.push(items);
    if (batches.length === 1) await new Promise<void>((resolve) => (release = resolve));
    return items.map((n) => n * 10);
  }, 100);

  const first = commit.submit(1);
  await Promise.resolve();
  await Promise.resolve();
  const later = [commit.submit(2), commit.submit(3)];
  release!();
  expect(await Promise.all([first, ...later])).toEqual([10, 20, 30]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test("a failed flush fails its own batch, and the next one goes on", async () => {
  let failing = true;
  const commit = createGroupCommit<number, number>(async (items) => {
    if (failing) throw new Error("disk full");
    return items;
  }, 100);
  await expect(Promise.all([commit.submit(1), commit.submit(2)])).rejects.toThrow("disk full");
  failing = false;
  expect(await commit.submit(3)).toBe(3);
  await commit.idle();
  expect(commit.waiting).toBe(0);
});

test("batches keep to their largest size and to the order of submission", async () => {
  const batches: number[][] = [];
  const commit = createGroupCommit<number, void>(async (items) => (batches.push(items), []), 3);
  await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => commit.submit(n)));
  expect(batches).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
});
