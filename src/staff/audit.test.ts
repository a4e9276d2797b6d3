import { expect, test } from "vitest";
import type { Json } from "../contract/index.ts";
import { systemClock } from "../lib/clock.ts";
import { freshDatabase } from "../../tests/support/database.ts";
import { askerName, createAudit } from "./audit.ts";

async function chainOf(count: number) {
  const db = await freshDatabase();
  const audit = createAudit({ db, clock: systemClock });
  for (let i = 1; i <= count; i++)
    await audit.append(db, { asker: "cli", action: "did", subject: `thing:${i}`, detail: { b: i, a: [1.5, null] } });
  return { db, audit };
}

test("an untouched chain is sound", async () => {
  const { audit } = await chainOf(4);
  expect(await audit.verify()).toMatchObject({ ok: true, entries: 4, head: { seq: "4" } });
});

test("an empty chain is sound", async () => {
  const { audit } = await chainOf(0);
  expect(await audit.verify()).toMatchObject({ ok: true, entries: 0 });
});

test.each([
  ["one byte changed", "UPDATE audit SET subject = 'thing:9' WHERE seq = 3", "3"],
  ["a detail changed", `UPDATE audit SET detail = '{"a": [1.5, null], "b": 4}' WHERE seq = 3`, "3"],
  ["a moment changed", "UPDATE audit SET at = at + interval '1 ms' WHERE seq = 3", "3"],
  ["an asker changed", "UPDATE audit SET asker = 'claim' WHERE seq = 3", "3"],
  ["a hash changed", "UPDATE audit SET hash = repeat('0', 64) WHERE seq = 5", "5"],
  ["a row deleted", "DELETE FROM audit WHERE seq = 3", "4"],
  ["the first row deleted", "DELETE FROM audit WHERE seq = 1", "2"],
  [
    "a row put in",
    "INSERT INTO audit SELECT 6, at, asker, action, subject, detail, hash FROM audit WHERE seq = 5",
    "6",
  ],
  ["two rows swapped", "UPDATE audit SET seq = CASE seq WHEN 102 THEN 3 ELSE 2 END WHERE seq > 100", "2"],
])("finds %s", async (what, sql, seq) => {
  const { db, audit } = await chainOf(5);
  if (what === "two rows swapped") await db.query("UPDATE audit SET seq = seq + 100 WHERE seq IN (2, 3)");
  await db.query(sql);
  expect(await audit.verify()).toMatchObject({ ok: false, seq });
});

test("a tail cut off is found with the head of an earlier look, even when others were appended since", async () => {
  const { db, audit } = await chainOf(5);
  const before = await audit.verify();
  if (!before.ok) throw new Error("The chain should be sound.");
  await db.query("DELETE FROM audit WHERE seq > 3");
  expect((await audit.verify()).ok).toBe(true);
  expect((await audit.verify(before.head)).ok).toBe(false);
  for (let i = 0; i < 3; i++) await audit.append(db, { asker: "cli", action: "did", subject: "other" });
  expect((await audit.verify(before.head)).ok).toBe(false);
  const now = await audit.verify();
  expect(now.ok && (await audit.verify(now.head)).ok).toBe(true);
});

test("entries written at the same moment by two hubs make one chain", async () => {
  const { db, audit } = await chainOf(0);
  const other = createAudit({ db, clock: systemClock });
  await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      (i % 2 ? audit : other).append(db, { asker: "cli", action: "did", subject: `${i}` }),
    ),
  );
  expect(await audit.verify()).toMatchObject({ ok: true, entries: 40 });
});

test("an entry falls with the transaction it stands in", async () => {
  const { db, audit } = await chainOf(1);
  const undone = db.transaction(async (tx) => {
    await audit.append(tx, { asker: "cli", action: "did", subject: "undone" });
    throw new Error("changed my mind");
  });
  await expect(undone).rejects.toThrow("changed my mind");
  expect(await audit.verify()).toMatchObject({ ok: true, entries: 1 });
});

test("any detail that JSON can hold comes back with the same hash", async () => {
  const { db, audit } = await chainOf(0);
  const details: Json[] = [
    null,
    "a\u0000\ud800b",
    1e21,
    -0,
    0.1,
    [[], {}],
    { z: 1, a: { y: undefined, b: [] } },
    { "": "中文" },
  ];
  for (const detail of details) await audit.append(db, { asker: "cli", action: "did", subject: "x", detail });
  expect(await audit.verify()).toMatchObject({ ok: true, entries: details.length });
});

test("more entries than one page of reading are all checked", async () => {
  const { db, audit } = await chainOf(0);
  await db.transaction(async (tx) => {
    for (let i = 0; i < 1_005; i++) await audit.append(tx, { asker: "cli", action: "did", subject: `${i}` });
  });
  expect(await audit.verify()).toMatchObject({ ok: true, entries: 1_005 });
  await db.query("UPDATE audit SET action = 'didn''t' WHERE seq = 1003");
  expect(await audit.verify()).toMatchObject({ ok: false, seq: "1003" });
});

test("names a person, or the token where no person stands behind it", () => {
  expect(askerName("cli")).toBe("cli");
  expect(askerName({ staffId: "s", name: "Ana", role: "owner", tokenId: "t" })).toBe("staff:s");
  expect(askerName({ staffId: null, name: "till", role: "agent", tokenId: "t" })).toBe("token:t");
});
