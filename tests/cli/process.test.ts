import { beforeAll, expect, test } from "vitest";
import { buildDist, runCli } from "../support/cli.ts";
import { addBot, UPDATE, world } from "../support/cli-world.ts";

beforeAll(buildDist, 120_000);

test("decode starts without the database's libraries, and at once", async () => {
  const startedAt = performance.now();
  const { code, stdout } = await runCli(["decode", "telegram", "-"], {
    stdin: JSON.stringify(UPDATE),
    env: { PORT: "wrong" },
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toHaveLength(1);
  expect(performance.now() - startedAt).toBeLessThan(2_000); // 0.3 s on an idle machine
});

test("tokens: made, listed, good for the API, revoked; the record stays whole", async () => {
  const { cli, built, sql } = await world();
  const made = await built(["token", "create", "--name", "till", "--role", "marketer"]);
  expect(made.stdout).toMatch(/^trib_[0-9a-f]{8}_[\w-]{43}\n$/);
  expect(made.stderr).toContain("shown this once");
  const nobody = "0190a000-0000-7000-8000-000000000001";
  expect(await cli(["token", "revoke", nobody])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "There is no such token.\n",
  });
  const forNobody = await cli(["token", "create", "--name", "x", "--role", "agent", "--staff", nobody]);
  expect(forNobody).toMatchObject({ code: 1, stdout: "", stderr: /^There is no such person of ours\./ });

  const [row] = await sql<{ id: string; role: string }>("SELECT id, role FROM api_token");
  expect(row?.role).toBe("marketer");
  expect((await cli(["token", "list"])).stdout).toContain(row!.id);
  expect(JSON.parse((await cli(["token", "list", "--json"])).stdout)).toMatchObject([{ id: row!.id, revokedAt: null }]);

  expect((await cli(["token", "revoke", row!.id])).stdout).toBe('The marketer token "till" is revoked.\n');
  const { code, stdout } = await cli(["audit", "verify"]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^2 entries, all as they were written\.\nHead: 2:/),
  });
  const head = /Head: (.+)/.exec(stdout)![1]!;
  expect((await cli(["audit", "verify", "--since", head])).code).toBe(0);

  await sql("UPDATE audit SET action = 'nothing' WHERE seq = 1");
  const broken = await cli(["audit", "verify"]);
  expect(broken).toMatchObject({ code: 1, stdout: "", stderr: /^The record was tampered with at entry 1/ });
});

test("a claim link is given until there is an owner", async () => {
  const { cli, sql } = await world();
  expect((await cli(["claim"])).stdout).toMatch(/^http:\/\/127\.0\.0\.1:8080\/claim\/[\w-]{43}\n$/);
  await sql("INSERT INTO staff (id, name, email, role) VALUES (gen_random_uuid(), 'Ana', 'ana@shop.example', 'owner')");
  expect(await cli(["claim"])).toMatchObject({ code: 1, stdout: "", stderr: /^This hub has an owner/ });
});

test("channels and entry points: added, listed, masked", async () => {
  const here = await world();
  const id = await addBot(here);
  const { stdout } = await here.cli(["channel", "list", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject([{ id, name: "Support", settings: { token: "…oken" }, lastError: null }]);
  expect((await here.cli(["channel", "list"])).stdout).toContain(`/webhooks/${id}`);

  const made = await here.cli(["entry", "create", "--name", "Poster", "--medium", "poster", "--channel", id]);
  const link = /^Link +(\S+)/.exec(made.stdout)![1]!;
  expect(made.stdout).toContain(`${link}.svg`);
  expect((await here.cli(["entry", "list"])).stdout).toContain(link);
});
