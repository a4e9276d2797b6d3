import { expect, test } from "vitest";
import { world } from "../../tests/support/cli-world.ts";

const HEAD = "source,external_id,amount,currency,at,contact_id\n";

test("a list of conversions is tried, refused in words, and taken; the counts can be checked", async () => {
  const here = await world();
  const id = "0190a000-0000-7000-8000-000000000001";
  await here.sql("INSERT INTO contact (id, name) VALUES ($1, 'Ana')", [id]);
  const good = `${HEAD}till,1,12.50,EUR,2026-02-01T10:00:00Z,${id}\n`;
  const trial = await here.cli(["conversion", "import", "-", "--dry-run"], good);
  expect([trial.code, trial.stdout]).toEqual([0, "1 lines: 1 would be new, 0 there already, 0 refused.\n"]);
  const refused = await here.cli(["conversion", "import", "-"], `${good}till,2,-1,EUR,2026-02-01T10:00:00Z,${id}\n`);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("line 3, amount: Negative.");
  expect(refused.stderr).toContain("Nothing was written.");
  const taken = await here.cli(["conversion", "import", "-", "--json"], good);
  expect(JSON.parse(taken.stdout)).toMatchObject({ added: 1, written: true });
  expect(await here.sql("SELECT amount::int FROM conversion")).toEqual([{ amount: 1_250 }]);

  expect(await here.cli(["counts", "verify"])).toMatchObject({
    code: 0,
    stdout: "The counts are what the rows say.\n",
  });
  await here.sql("UPDATE sale_count SET amount = amount + 1");
  const wrong = await here.cli(["counts", "verify"]);
  expect([wrong.code, wrong.stderr.includes("differences")]).toEqual([1, true]);
  expect((await here.cli(["counts", "rebuild"])).code).toBe(0);
  expect((await here.cli(["counts", "verify"])).code).toBe(0);
});
