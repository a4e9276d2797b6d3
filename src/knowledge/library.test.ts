import { expect, test } from "vitest";
import { articleView } from "../../tests/support/articles.ts";
import { silentLog } from "../../tests/support/log.ts";
import type { ArticleView } from "../contract/api-knowledge.ts";
import { createLibrary, createShelf, wordsIn } from "./library.ts";

const parking = articleView({ slug: "parking", texts: { en: { title: "Parking", answer: "Behind the house." } } });

/** A shelf over articles that the test changes, with a clock that the test moves. */
function shelfOver(articles: ArticleView[]) {
  const seen = { now: 0, versions: 0, loads: 0, broken: false };
  const shelf = createShelf({
    version: async () => {
      seen.versions++;
      if (seen.broken) throw new Error("the database is away");
      return String(articles.length);
    },
    load: async () => {
      seen.loads++;
      return [...articles];
    },
    clock: { now: () => new Date(seen.now), monotonicMs: () => seen.now, sleep: async () => undefined },
    log: silentLog,
  });
  return { shelf, seen };
}

test("looks for changes at most once a second, however many turns ask", async () => {
  const articles = [parking];
  const { shelf, seen } = shelfOver(articles);
  await Promise.all(Array.from({ length: 100 }, () => shelf.current()));
  expect(seen).toMatchObject({ versions: 1, loads: 1 });

  articles.push(articleView({ slug: "prices", texts: { zh: { title: "价格", answer: "六元起。" } } }));
  seen.now = 999;
  expect((await shelf.current()).index.size).toBe(1);
  seen.now = 1_000;
  expect((await shelf.current()).index.size).toBe(2);
  seen.now = 2_000;
  await shelf.current();
  expect(seen).toMatchObject({ versions: 3, loads: 2 });
});

test("an own write is seen at once", async () => {
  const articles = [parking];
  const { shelf } = shelfOver(articles);
  await shelf.current();
  articles.pop();
  await shelf.reload();
  expect((await shelf.current()).index.size).toBe(0);
});

test("while the database is away the known articles are used, and without any it is an error", async () => {
  const { shelf, seen } = shelfOver([parking]);
  seen.broken = true;
  await expect(shelf.current()).rejects.toThrow("the database is away");
  seen.broken = false;
  await shelf.current();
  seen.broken = true;
  seen.now = 5_000;
  expect((await shelf.current()).index.size).toBe(1);
});

test("a write that cannot be read back at once is read at the next turn", async () => {
  const articles = [parking];
  const { shelf, seen } = shelfOver(articles);
  await shelf.current();
  articles.pop();
  seen.broken = true;
  await shelf.reload();
  expect(shelf.peek().index.size).toBe(1);
  seen.broken = false;
  expect((await shelf.current()).index.size).toBe(0);
});

test("disabled articles are not known", () => {
  expect(createLibrary([{ ...parking, enabled: false }]).index.size).toBe(0);
});

test("words come in the language asked for, else in the other", () => {
  expect(wordsIn(parking, "en")).toMatchObject({ title: "Parking", isOther: false });
  expect(wordsIn(parking, "zh")).toMatchObject({ title: "Parking", isOther: true });
});
