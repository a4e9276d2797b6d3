import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildDist } from "../support/cli.ts";
import { addBot, BOT, folder, world } from "../support/cli-world.ts";

beforeAll(buildDist, 120_000);

test("export, import elsewhere, export: the same; and the articles come along", async () => {
  const [one, other, dir] = [await world(), await world(), folder()];
  await addBot(one);
  await one.cli(["token", "create", "--name", "x", "--role", "admin"]);
  const csv =
    "slug,language,title,answer,phrasing\nhours,en,Opening hours,We open at 9.,When are you open?\nhours,zh,营业时间,九点开门。,几点开门？\n";
  writeFileSync(path.join(dir, "a.csv"), csv);
  expect((await one.cli(["import", "--articles", path.join(dir, "a.csv")])).stdout).toBe(
    "Articles: 1 new, 0 changed, 0 as they were.\n",
  );
  expect((await one.cli(["import", "--articles", "demo/shop-articles.json"])).code).toBe(0);

  const file = path.join(dir, "dump.jsonl");
  const written = await one.built(["export", file, "--with-secrets"]);
  expect(written).toMatchObject({ code: 0, stdout: "", stderr: /keep it like a password/ });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await one.cli(["export", file])).stderr).toMatch(/exists already: choose another name\.\n$/);
  const body = (text: string) => text.split("\n").slice(1);
  const lines = body(readFileSync(file, "utf8"));
  expect(lines.some((line) => line.includes(BOT.token))).toBe(true);

  const done = await other.built(["import", "-"], readFileSync(file, "utf8"));
  expect(done.stdout).toMatch(/^table +added +was there\n/);
  expect(body((await other.cli(["export", "-", "--with-secrets"])).stdout)).toEqual(lines);
  expect((await other.cli(["export", "-"])).stdout).not.toContain(BOT.token);
  expect((await other.cli(["import", file])).code).toBe(0);
  expect((await other.cli(["audit", "verify"])).code).toBe(0);
});

test("a bad import says which line, and names the fields of wrong articles", async () => {
  const { cli } = await world();
  const dump = '{"format":"tributary-export","version":1}\n{"table":"contact"}\n';
  expect(await cli(["import", "-"], dump)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: /^Line 2 is not .+ Nothing was imported\.\n$/,
  });
  expect(await cli(["import", "/nowhere"])).toMatchObject({ code: 1, stderr: /there is no such file/ });
  const articles = JSON.stringify([{ slug: "Not A Slug", texts: {} }]);
  expect(await cli(["import", "--articles", "-"], articles)).toMatchObject({
    code: 1,
    stderr: /nothing was imported[^]*0\.slug: Use lower-case/,
  });
});
