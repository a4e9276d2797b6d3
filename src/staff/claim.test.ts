import { expect, test } from "vitest";
import { Conflict } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { freshDatabase } from "../../tests/support/database.ts";
import { manualClock } from "../../tests/support/manual-clock.ts";
import { createAudit } from "./audit.ts";
import { createClaims, NewOwner } from "./claim.ts";
import { createPasswords } from "./passwords.ts";

const ana = { name: "Ana", email: "ana@shop.example", password: "four quiet green boats" };
const passwords = createPasswords({ logN: 4, r: 8, p: 1 });

async function start(publicUrl = "https://hub.example") {
  const db = await freshDatabase();
  const clock = manualClock();
  const audit = createAudit({ db, clock });
  const claims = createClaims({ db, clock, audit, passwords, publicUrl: new URL(publicUrl) });
  const newCode = async () => (await claims.issue())!.url.split("/").at(-1)!;
  return { db, clock, audit, claims, newCode };
}

test("the link becomes one owner, who has a password and nothing else", async () => {
  const { db, claims, newCode, audit } = await start();
  const code = await newCode();
  expect(await claims.look(code)).toBe("open");
  expect(await claims.claim(code, ana)).toHaveProperty("staffId");
  const [credential] = await db.prisma.credential.findMany();
  expect(await passwords.verify(ana.password, credential!.passwordHash)).toBe(true);
  expect(await claims.issue()).toBeUndefined();
  expect(await claims.look(code)).toBe("taken");
  expect(await claims.claim(code, { ...ana, name: "Eve", email: "eve@x.example" })).toEqual({ refused: "taken" });
  expect([await db.prisma.staff.count(), await db.prisma.apiToken.count()]).toEqual([1, 0]);
  expect(await db.prisma.audit.count()).toBe(1);
  expect((await audit.verify()).ok).toBe(true);
  expect(JSON.stringify(await db.query("SELECT * FROM claim"))).not.toContain(code);
});

test("a password that is no good leaves the link good", async () => {
  const { db, claims, newCode } = await start();
  const code = await newCode();
  expect(await claims.claim(code, { ...ana, password: "short" })).toEqual({ fault: "short" });
  expect(await db.prisma.staff.count()).toBe(0);
  expect(await claims.claim(code, ana)).toHaveProperty("staffId");
});

test("the link is good for 15 minutes", async () => {
  const { claims, clock, newCode } = await start();
  const code = await newCode();
  clock.pass(15 * 60_000 - 1);
  expect(await claims.look(code)).toBe("open");
  clock.pass(1);
  expect(await claims.look(code)).toBe("expired");
  expect(await claims.claim(code, ana)).toEqual({ refused: "expired" });
  expect(await claims.claim(await newCode(), ana)).toHaveProperty("staffId");
});

test("an invented link is unknown, before and after the claim", async () => {
  const { claims, newCode } = await start();
  expect(await claims.look("x")).toBe("unknown");
  await claims.claim(await newCode(), ana);
  expect(await claims.claim("x", ana)).toEqual({ refused: "unknown" });
});

test("of many claims at the same moment, by one link or by several, exactly one makes an owner", async () => {
  const { db, claims, newCode } = await start();
  const codes = [await newCode(), await newCode()];
  const results = await Promise.all(
    Array.from({ length: 10 }, (_, i) => claims.claim(codes[i % 2]!, { ...ana, email: `ana${i}@shop.example` })),
  );
  expect(results.filter((result) => "staffId" in result)).toHaveLength(1);
  expect(await db.prisma.staff.count({ where: { role: "owner" } })).toBe(1);
});

test("an e-mail address that somebody has is refused, and the link stays good", async () => {
  const { db, claims, newCode } = await start();
  await db.prisma.staff.create({ data: { id: newId(), name: "Ben", email: ana.email, role: "agent" } });
  const code = await newCode();
  await expect(claims.claim(code, ana)).rejects.toThrow(Conflict);
  expect(await claims.claim(code, { ...ana, email: "other@shop.example" })).toHaveProperty("staffId");
});

test("the link hangs below the public address", async () => {
  const { claims } = await start("https://shop.example/hub");
  expect((await claims.issue())?.url).toMatch(/^https:\/\/shop\.example\/hub\/claim\/[\w-]{43}$/);
});

test("a name and an address are needed", () => {
  const password = " kept as it is ";
  expect(NewOwner.parse({ name: " 安娜 ", email: " Ana@Shop.Example ", password })).toEqual({
    name: "安娜",
    email: "ana@shop.example",
    password,
  });
  for (const wrong of [{ ...ana, name: " " }, { ...ana, email: "ana" }, { ...ana, name: "x".repeat(101) }, {}]) {
    expect(NewOwner.safeParse(wrong).success).toBe(false);
  }
});
