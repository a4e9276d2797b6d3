import { expect, test } from "vitest";
import { Forbidden, Invalid, NotFound, ROLES, type Asker, type Role } from "../contract/index.ts";
import { newId } from "../lib/ids.ts";
import { freshDatabase } from "../../tests/support/database.ts";
import { manualClock } from "../../tests/support/manual-clock.ts";
import { createAudit } from "./audit.ts";
import { effectiveRole, mayGive } from "./roles.ts";
import { createTokens } from "./tokens.ts";

async function start() {
  const db = await freshDatabase();
  const clock = manualClock();
  const audit = createAudit({ db, clock });
  const tokens = createTokens({ db, clock, audit });
  const person = async (role: Role) => {
    const id = newId();
    await db.prisma.staff.create({ data: { id, name: `the ${role}`, email: `${id}@shop.example`, role } });
    return id;
  };
  const principal = async (token: string) => {
    const found = await tokens.authenticate(token);
    return typeof found === "string" ? found : found.role;
  };
  return { db, clock, audit, tokens, person, principal };
}

const asker = (role: Role, staffId: string | null = null): Asker => ({ staffId, name: role, role, tokenId: newId() });

test("a token is shown once, stored as a hash, and knows its person", async () => {
  const { db, tokens, person } = await start();
  const staffId = await person("admin");
  const made = await tokens.create({ name: "laptop", role: "agent", staffId }, "cli");
  expect(made.token).toMatch(/^trib_[0-9a-f]{8}_[\w-]{43}$/);
  expect(made.token.startsWith(`${made.prefix}_`)).toBe(true);
  expect(await tokens.authenticate(made.token)).toEqual({
    staffId,
    name: "the admin",
    role: "agent",
    tokenId: made.id,
  });

  const secret = made.token.slice(-43);
  for (const table of ["api_token", "audit", "staff"]) {
    expect(JSON.stringify(await db.query(`SELECT * FROM ${table}`)), table).not.toContain(secret);
  }
});

test("a token that was altered, cut or invented is unknown", async () => {
  const { tokens } = await start();
  const { token } = await tokens.create({ name: "x", role: "agent" }, "cli");
  const last = token.at(-1) === "A" ? "B" : "A";
  for (const wrong of [
    "",
    "trib_",
    token.slice(0, -1),
    token + "A",
    token.slice(0, -1) + last,
    token.toUpperCase(),
    ` ${token}`,
    "trib_%_%",
  ]) {
    expect(await tokens.authenticate(wrong), wrong).toBe("unknown");
  }
});

test("a revoked token is refused at once, by every hub", async () => {
  const { db, clock, audit, tokens } = await start();
  const other = createTokens({ db, clock, audit });
  const { id, token } = await tokens.create({ name: "x", role: "agent" }, "cli");
  expect(await other.authenticate(token)).toMatchObject({ role: "agent" });
  await tokens.revoke(id, "cli");
  expect(await other.authenticate(token)).toBe("revoked");
  expect(await other.stillGood([id])).toEqual(new Set());
});

test("the tokens of somebody who left, or got a smaller role, shrink with them", async () => {
  const { db, tokens, person, principal } = await start();
  const staffId = await person("owner");
  const { id, token } = await tokens.create({ name: "x", role: "owner", staffId }, "cli");
  await db.prisma.staff.update({ where: { id: staffId }, data: { role: "agent" } });
  expect(await principal(token)).toBe("agent");
  await db.prisma.staff.update({ where: { id: staffId }, data: { endedAt: new Date() } });
  expect(await principal(token)).toBe("revoked");
  expect(await tokens.stillGood([id])).toEqual(new Set());
});

test("the last use is written at most once a minute", async () => {
  const { db, clock, tokens } = await start();
  const { id, token } = await tokens.create({ name: "x", role: "agent" }, "cli");
  const lastUsed = async () => (await db.prisma.apiToken.findUniqueOrThrow({ where: { id } })).lastUsedAt?.getTime();
  const first = clock.now().getTime();
  await tokens.authenticate(token);
  expect(await lastUsed()).toBe(first);
  clock.pass(59_000);
  await tokens.authenticate(token);
  expect(await lastUsed()).toBe(first);
  clock.pass(1_000);
  await tokens.authenticate(token);
  expect(await lastUsed()).toBe(first + 60_000);
});

test("nobody gives more than they have", () => {
  for (const role of ROLES) {
    expect(mayGive("owner", role)).toBe(true);
    expect(mayGive("admin", role)).toBe(role !== "owner");
    for (const giver of ["agent", "moderator", "marketer"] as const) expect(mayGive(giver, role)).toBe(false);
  }
  expect(effectiveRole("agent", null)).toBe("agent");
  expect(effectiveRole("owner", "admin")).toBe("admin");
  expect(effectiveRole("agent", "marketer")).toBe("marketer");
});

test("an admin makes no owner, nor speaks for one, nor revokes one", async () => {
  const { tokens, person } = await start();
  const [owner, agent] = [await person("owner"), await person("agent")];
  const admin = asker("admin", await person("admin"));
  await expect(tokens.create({ name: "x", role: "owner" }, admin)).rejects.toThrow(Forbidden);
  await expect(tokens.create({ name: "x", role: "agent", staffId: owner }, admin)).rejects.toThrow(Forbidden);
  await expect(tokens.create({ name: "x", role: "admin", staffId: agent }, admin)).rejects.toThrow(Invalid);
  await expect(tokens.create({ name: "x", role: "agent", staffId: newId() }, admin)).rejects.toThrow(Invalid);
  const ownersToken = await tokens.create({ name: "x", role: "owner", staffId: owner }, "cli");
  await expect(tokens.revoke(ownersToken.id, admin)).rejects.toThrow(Forbidden);
  await expect(tokens.revoke(newId(), admin)).rejects.toThrow(NotFound);
  expect(await tokens.create({ name: "x", role: "agent", staffId: agent }, admin)).toMatchObject({ role: "agent" });
});

test("making and revoking stand in the audit log, once", async () => {
  const { db, audit, tokens } = await start();
  const by = asker("owner");
  const { id } = await tokens.create({ name: "x", role: "agent" }, by);
  await tokens.revoke(id, "cli");
  await tokens.revoke(id, "cli");
  const entries = await db.prisma.audit.findMany({
    select: { asker: true, action: true, subject: true },
    orderBy: { seq: "asc" },
  });
  expect(entries).toEqual([
    { asker: `token:${by.tokenId}`, action: "token.created", subject: `token:${id}` },
    { asker: "cli", action: "token.revoked", subject: `token:${id}` },
  ]);
  expect((await audit.verify()).ok).toBe(true);
});
