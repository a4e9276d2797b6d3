import { expect, test } from "vitest";
import { world } from "../support/cli-world.ts";

test("people are invited, listed, given a new password and another role, and ended", async () => {
  const { cli, sql } = await world();
  const invited = await cli(["staff", "invite", "Ana@Shop.Example", "--role", "agent"]);
  expect(invited.code).toBe(0);
  expect(invited.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invitation\/[\w-]{43}\n$/);
  expect(invited.stderr).toContain("ana@shop.example");
  const id = "0190a000-0000-7000-8000-000000000001";
  await sql("INSERT INTO staff (id, name, email, role) VALUES ($1, 'Lan', 'lan@shop.example', 'owner')", [id]);

  expect((await cli(["staff", "list"])).stdout).toContain("lan@shop.example");
  const reset = await cli(["staff", "reset", "lan@shop.example", "--second-factor"]);
  expect(reset.stdout).toMatch(/\/reset\/[\w-]{43}\n$/);
  expect(await sql("SELECT forget_factor FROM staff_link WHERE kind = 'reset'")).toEqual([{ forget_factor: true }]);
  const last = await cli(["staff", "end", "lan@shop.example"]);
  expect([last.code, last.stderr]).toEqual([1, "Lan is the only owner. Make somebody else an owner first.\n"]);

  await sql("INSERT INTO staff (id, name, email, role) VALUES (gen_random_uuid(), 'Mia', 'mia@shop.example', 'agent')");
  expect((await cli(["staff", "role", "mia@shop.example", "--role", "owner"])).stdout).toBe("Mia is owner now.\n");
  expect((await cli(["staff", "end", "lan@shop.example"])).stdout).toBe("Lan may not sign in any more.\n");
  const rows = JSON.parse((await cli(["staff", "list", "--ended", "--json"])).stdout) as { name: string }[];
  expect(rows.map(({ name }) => name).sort()).toEqual(["Lan", "Mia"]);
  expect((await cli(["audit", "verify"])).stdout).toMatch(/^4 entries/);
});

test.each([
  [["staff", "reset", "nobody@shop.example"], "Nobody of ours has this e-mail address."],
  [["staff", "reset", "no address"], "The e-mail address cannot be made like this."],
  [["staff", "invite", "ana@shop.example", "--role", "boss"], "Allowed choices are owner"],
])("%s is refused in a sentence", async (line, words) => {
  const { cli } = await world();
  const { code, stderr } = await cli(line);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
});
