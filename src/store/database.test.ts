import { expect, test } from "vitest";
import { newId } from "../lib/ids.ts";
import { freshDatabase } from "../../tests/support/database.ts";

test("a transaction that throws leaves nothing behind", async () => {
  const db = await freshDatabase();
  const insert = "INSERT INTO contact (id, name) VALUES ($1, $2)";
  await expect(
    db.transaction(async (tx) => {
      await tx.query(insert, [newId(), "Ana"]);
      throw new Error("changed my mind");
    }),
  ).rejects.toThrow("changed my mind");
  expect(await db.prisma.contact.count()).toBe(0);
});

test("SQL and Prisma see the same rows", async () => {
  const db = await freshDatabase();
  await db.query("INSERT INTO contact (id, name) VALUES ($1, $2)", [newId(), "Ana"]);
  expect(await db.prisma.contact.findMany({ select: { name: true, stage: true } })).toEqual([
    { name: "Ana", stage: "visitor" },
  ]);
});

test("a broken deadlock is tried again", async () => {
  const db = await freshDatabase();
  const [a, b] = [newId(), newId()];
  await db.query("INSERT INTO contact (id, name) VALUES ($1, 'a'), ($2, 'b')", [a, b]);
  const both = (first: string, second: string) =>
    db.transaction(async (tx) => {
      await tx.query("UPDATE contact SET name = name || '!' WHERE id = $1", [first]);
      await tx.query("SELECT pg_sleep(0.2)");
      await tx.query("UPDATE contact SET name = name || '!' WHERE id = $1", [second]);
    });
  await Promise.all([both(a, b), both(b, a)]);
  const names = await db.query<{ name: string }>("SELECT name FROM contact ORDER BY name");
  expect(names.map((row) => row.name)).toEqual(["a!!", "b!!"]);
});
