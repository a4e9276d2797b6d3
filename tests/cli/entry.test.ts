import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { addBot, folder, world } from "../support/cli-world.ts";

test("entry points come from a file, after a look at what would be refused, and go onto a sheet", async () => {
  const here = await world();
  await addBot(here);
  const file = path.join(folder(), "posters.csv");
  writeFileSync(file, "name,medium,channel,keyword\nStation,poster,Support,SPRING\nMarket,poster,Nowhere,\n");
  const looked = await here.cli(["entry", "import", file, "--dry-run"]);
  expect(looked).toMatchObject({ code: 1, stdout: "" });
  expect(looked.stderr).toContain('Line 3 (Market): channel: There is none called "Nowhere".');
  expect(looked.stderr).toContain("2 lines: 1 would be made, 1 refused.");
  expect(await here.cli(["entry", "import", file])).toMatchObject({ code: 1 });
  expect((await here.cli(["entry", "list", "--json"])).stdout.trim()).toBe("[]");

  const brought = await here.cli(["entry", "import", "-", "--partial", "--json"], readFileSync(file, "utf8"));
  expect(brought.code).toBe(0);
  const { made } = JSON.parse(brought.stdout) as { made: { id: string; name: string }[] };
  expect(made.map(({ name }) => name)).toEqual(["Station"]);
  const sheet = path.join(folder(), "sheet.html");
  expect(await here.cli(["entry", "sheet", made[0]!.id, "--out", sheet])).toMatchObject({ code: 0 });
  expect(readFileSync(sheet, "utf8")).toContain("SPRING");
  expect((await here.cli(["entry", "sheet", "nonsense"])).stderr).toContain("An id looks like");
  const odd = await here.cli(["entry", "import", "-"], Buffer.from([0xc4, 0xe3]).toString("latin1"));
  expect(odd.code).toBe(1);
});

test("one entry point leads to several channels, or is a keyword alone", async () => {
  const here = await world();
  const [one, two] = [await addBot(here), await addBot(here)];
  const flags = ["entry", "create", "--json", "--name", "x", "--medium", "poster"];
  const several = await here.cli([...flags, "--channel", one, "--channel", two]);
  expect(JSON.parse(several.stdout)).toMatchObject({ channelIds: [one, two] });
  const word = await here.cli([...flags, "--keyword", "春季", "--starts-at", "2026-03-01T00:00:00Z"]);
  expect(JSON.parse(word.stdout)).toMatchObject({
    keyword: "春季",
    channelIds: [],
    startsAt: "2026-03-01T00:00:00.000Z",
  });
  expect((await here.cli([...flags, "--keyword", "春季"])).stderr).toContain('Is the keyword of "x" already');
});
