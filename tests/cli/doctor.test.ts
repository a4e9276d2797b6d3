import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildDist, runCli, runHere, type Ran } from "../support/cli.ts";
import { addBot, folder, SECRET, world } from "../support/cli-world.ts";
import { freePort, startHubProcess } from "../support/hub-process.ts";

beforeAll(buildDist, 120_000);

describe("doctor", () => {
  const findings = ({ stdout }: Ran) =>
    Object.fromEntries(
      (JSON.parse(stdout) as { findings: { name: string; state: string }[] }).findings.map((each) => [
        each.name,
        each.state,
      ]),
    );

  test("finds a fresh hub well, and says what is odd", async () => {
    const here = await world();
    const well = await here.cli(["doctor"]);
    expect(well).toMatchObject({ code: 0, stderr: "", stdout: /Everything is as it should be\.\n$/ });

    await addBot(here);
    const sick = await here.cli(["doctor", "--json"]);
    expect(sick.code).toBe(1);
    expect(findings(sick)).toMatchObject({
      database: "ok",
      migrations: "ok",
      clock: "ok",
      secret: "ok",
      address: "warn",
      "Support: connection": "fail",
    });
  });

  test("finds the wrong secret, and which channels it does not open", async () => {
    const here = await world();
    await addBot(here);
    const ran = await runHere(["doctor", "--json"], "", { ...here.env, TRIBUTARY_SECRET: "another secret altogether" });
    expect(ran.code).toBe(1);
    expect(findings(ran)).toMatchObject({ database: "ok", secret: "fail" });
    expect(ran.stdout).toContain("The settings of Support were sealed with another secret.");
  });

  test("finds migrations that are still to come, and leaves them", async () => {
    const here = await world();
    await here.sql("DROP TABLE _prisma_migrations");
    const ran = await here.cli(["doctor", "--json"]);
    expect(findings(ran)).toMatchObject({ database: "ok", migrations: "warn" });
    expect(await here.sql("SELECT 1 FROM information_schema.tables WHERE table_name = '_prisma_migrations'")).toEqual(
      [],
    );
  });

  test.each<[string, Record<string, string>, string, RegExp]>([
    ["wrong settings", { PORT: "many", LOG_LEVEL: "loud" }, "settings", /PORT: .+LOG_LEVEL: /s],
    [
      "a dead database",
      { DATABASE_URL: "postgres://a:pl4nted@127.0.0.1:1/x", TRIBUTARY_SECRET: SECRET },
      "database",
      /cannot be reached/,
    ],
    [
      "a socket that is not there",
      { DATABASE_URL: "postgres://a@localhost/x?host=%2Fnowhere", TRIBUTARY_SECRET: SECRET },
      "database",
      /cannot be reached/,
    ],
  ])("works when %s are the trouble", async (_what, env, name, words) => {
    const ran = await runHere(["doctor", "--json"], "", env);
    expect(ran).toMatchObject({ code: 1, stderr: "" });
    expect(findings(ran)[name]).toBe("fail");
    expect(JSON.parse(ran.stdout).findings.at(-1).detail).toMatch(words);
    expect(ran.stdout).not.toContain("pl4nted");
    const told = await runCli(["token", "list"], { env });
    expect(told).toMatchObject({ code: 1, stdout: "" });
    expect(told.stderr).not.toMatch(/\n {4}at |pl4nted/);
  });
});

test(
  "works on an embedded database: none yet, its own, beside a running hub, and several at once",
  { timeout: 60_000 },
  async () => {
    const env = { TRIBUTARY_DATA_DIR: folder(), PORT: String(await freePort()) };
    const cli = (...line: string[]) => runCli(line, { env });
    expect(await cli("doctor")).toMatchObject({ code: 0, stdout: /There is none yet in/ });

    expect((await cli("token", "create", "--name", "first", "--role", "admin")).code).toBe(0);
    const together = await Promise.all([
      cli("doctor"),
      cli("token", "list"),
      cli("export", "-"),
      cli("audit", "verify"),
    ]);
    expect(together.map(({ code, stderr }) => ({ code, stderr: code === 0 ? "" : stderr }))).toEqual(
      together.map(() => ({ code: 0, stderr: "" })),
    );

    const hub = await startHubProcess(env);
    onTestFinished(() => hub.kill("SIGKILL"));
    const ready = async () => (await fetch(new URL("readyz", hub.url))).status;
    const { stdout: token } = await cli("token", "create", "--name", "beside", "--role", "owner");
    expect(await ready()).toBe(200);
    const me = await fetch(new URL("api/v1/me", hub.url), { headers: { Authorization: `Bearer ${token.trim()}` } });
    expect(await me.json()).toMatchObject({ role: "owner" });
    expect(await cli("doctor")).toMatchObject({ code: 0, stdout: /1 hub running on this database/ });
    expect(await ready()).toBe(200);

    hub.kill("SIGTERM");
    expect(await hub.ended).toBe(0);
    expect(await cli("doctor")).toMatchObject({ code: 0, stdout: /None is running/ });
  },
);
