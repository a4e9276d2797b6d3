import fc from "fast-check";
import { expect, test } from "vitest";
import { attributionWorld, type AttributionWorld } from "../../tests/support/attribution.ts";
import type { EntryImportReport } from "../contract/api-attribution.ts";
import { newId } from "../lib/ids.ts";

const bring = (
  world: AttributionWorld,
  text: string,
  more: { dryRun?: boolean; partial?: boolean } = {},
): Promise<EntryImportReport> => world.importEntryPoints(Buffer.from(text), { dryRun: false, partial: false, ...more });
const count = (world: AttributionWorld) => world.db.prisma.entryPoint.count();

async function furnished(): Promise<AttributionWorld> {
  const world = await attributionWorld();
  await world.db.query("INSERT INTO staff (id, name, email, role) VALUES ($1, 'Mei', 'mei@shop.example', 'agent')", [
    newId(),
  ]);
  await world.db.query("INSERT INTO article (id, slug) VALUES ($1, 'hours')", [newId()]);
  await world.entryPoints.create({ name: "Old", medium: "keyword", keyword: "TAKEN" });
  return world;
}

test("a full line becomes an entry point with everything on it", async () => {
  const world = await furnished();
  const report = await bring(
    world,
    [
      "Name;Medium;Campaign;Region;Owner Email;Channel;Keyword;Starts;Ends;Cost;Currency;Greeting EN;Greeting ZH;Offer zh;Article",
      'Poster "A";poster;春季;北京;MEI@shop.example;Shop;春季;2026-03-01;2026-04-01T09:00+08:00;1200.50;cny;Hello;您好;九折;hours',
    ]
      .join("\r\n")
      .replace('"A"', "“A”"),
  );
  expect(report.refused).toEqual([]);
  expect(report.made).toMatchObject([
    {
      ...{
        name: "Poster “A”",
        campaign: "春季",
        region: "北京",
        owner: "Mei",
        channelId: world.channelId,
        keyword: "春季",
      },
      ...{ startsAt: "2026-03-01T00:00:00.000Z", endsAt: "2026-04-01T01:00:00.000Z" },
      landing: { greeting: { en: "Hello", zh: "您好" }, offer: { zh: "九折" }, article: "hours" },
    },
  ]);
  expect(await world.entryPoints.costs(report.made[0]!.id, { after: undefined, limit: 9 })).toMatchObject({
    items: [{ amount: 120_050, currency: "CNY" }],
  });
});

test.each([
  ["x,poster,Nowhere,,,,,", "channel: There is none called"],
  [",poster,Shop,,,,,", "name:"],
  ["x,Poster!,Shop,,,,,", "medium:"],
  ["x,poster,,,,,,", "Name where it leads"],
  ["x,poster,Shop,https://shop.example,,,,", "Name one target"],
  ["x,poster,,https://hub.example/e/abc,,,,", "Leads back to an entry point"],
  ["x,poster,,javascript:alert(1),,,,", "targetUrl:"],
  ["x,poster,Shop,,taken,,,", 'Is the keyword of "Old" already'],
  ["x,poster,Shop,,7,,,", "keyword:"],
  ["x,poster,Shop,,,12.345,EUR,", "at most 2 digits"],
  ['x,poster,Shop,,,"1,200",EUR,', "cost:"],
  ["x,poster,Shop,,,-5,EUR,", "cost:"],
  ["x,poster,Shop,,,5,XXX1,", "currency:"],
  ["x,poster,Shop,,,5,,", "currency:"],
  ["x,poster,Shop,,,,,1.4.2026", "starts: Write 2026-03-01"],
  ["x,poster,Shop,,,,,2026-02-31", "starts:"],
  ["x,poster,Shop,,,,,,more,cells", "more cells"],
])("%j is refused with its line and why, and nothing is made", async (line, reason) => {
  const world = await furnished();
  const before = await count(world);
  const text = `name,medium,channel,url,keyword,cost,currency,starts\ngood,poster,Shop,,,,,\n\n${line}\n`;
  const report = await bring(world, text);
  expect(report).toMatchObject({ lines: 2, good: 1, made: [], refused: [{ line: 4 }] });
  expect(report.refused[0]!.reasons.join(" ")).toContain(reason);
  expect(await count(world)).toBe(before);
  expect(await bring(world, text, { partial: true, dryRun: true })).toMatchObject({ made: [], dryRun: true });
  expect(await bring(world, text, { partial: true })).toMatchObject({
    made: [{ name: "good" }],
    refused: [{ line: 4 }],
  });
});

test("one keyword twice in the file is refused at its second line, however it is written", async () => {
  const world = await furnished();
  const { refused } = await bring(world, "name,medium,keyword\na,keyword,SPRING\nb,keyword,ｓｐｒｉｎｇ\n");
  expect(refused).toEqual([{ line: 3, name: "b", reasons: ["keyword: Stands in line 2 already."] }]);
});

test.each([
  ["", "empty"],
  ["name,channel\na,Shop", 'no column "medium"'],
  ["name,medium,colour\n", "colour"],
  ["name,medium,name\n", "twice"],
  ["name,medium\n" + "a,b\n".repeat(6_000), "more than"],
])("a file that cannot be read as a whole is refused: %#", async (text, words) => {
  const world = await attributionWorld();
  await expect(bring(world, text)).rejects.toThrow(words);
});

test("2,000 lines are made at once, with a code each", async () => {
  const world = await furnished();
  const lines = Array.from({ length: 2_000 }, (_, n) => `Poster ${n},poster,Shop,WORD${n}`);
  const { made } = await bring(world, ["name,medium,channel,keyword", ...lines].join("\n"));
  expect(new Set(made.map(({ code }) => code)).size).toBe(2_000);
  expect(await count(world)).toBe(2_001);
});

test("whatever is in a file, the report accounts for every line and nothing is half made", async () => {
  const world = await furnished();
  const cell = fc.constantFrom(
    "",
    "x",
    "Shop",
    "poster",
    "2026-03-01",
    "5",
    "EUR",
    "春季",
    "=1+1",
    "https://a.example",
    "TAKEN",
  );
  const line = fc.array(cell, { minLength: 1, maxLength: 6 }).filter((cells) => cells.some((each) => each !== ""));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 5 }), async (lines) => {
      const text = ["name,medium,channel,url,keyword,starts", ...lines.map((cells) => cells.join(","))].join("\n");
      const before = await count(world);
      const report = await bring(world, text, { partial: false });
      expect(report.good + report.refused.length).toBe(lines.length);
      const made = report.refused.length > 0 ? 0 : report.good;
      expect(await count(world)).toBe(before + made);
      await world.db.query("UPDATE entry_point SET keyword_folded = NULL WHERE name <> 'Old'");
    }),
    { numRuns: 40 },
  );
});

test("a sheet to print holds code, link and keyword of each, escaped, without scripts", async () => {
  const world = await furnished();
  const made = await world.entryPoints.create({
    name: "<script>alert(1)</script>",
    medium: "poster",
    channelId: world.channelId,
    keyword: "A&B 春",
  });
  const sheet = await world.sheet([made.id]);
  const page = Buffer.from(sheet.bytes).toString("utf8");
  expect(sheet).toMatchObject({ mimeType: "text/html; charset=utf-8", inline: true, isStyled: true });
  for (const words of [
    "size: A4",
    "<svg",
    `hub.example/e/${made.code}`,
    "A&amp;B 春",
    "扫码联系我们",
    "&lt;script&gt;",
  ]) {
    expect(page).toContain(words);
  }
  expect(page).not.toContain("<script");
  await expect(world.sheet([newId()])).rejects.toThrow("no entry point");
});

test("platforms' own names are added, listed and taken away; one is one entry point's", async () => {
  const world = await attributionWorld();
  const [one, two] = [
    await world.entryPoints.create({ name: "Ad", medium: "ad", channelId: world.channelId }),
    await world.entryPoints.create({ name: "Phone", medium: "phone", phone: "+498912345678" }),
  ];
  const alias = { channelId: world.channelId, alias: "ad:1/2" };
  const made = await world.call("post", `/entry-points/${one.id}/aliases`, alias);
  expect(made).toMatchObject({ ...alias, url: null });
  expect(await world.call("post", `/entry-points/${one.id}/aliases`, alias)).toEqual(made);
  await expect(world.call("post", `/entry-points/${two.id}/aliases`, alias)).rejects.toThrow("name already");
  await expect(world.call("post", `/entry-points/${two.id}/aliases`, { ...alias, channelId: newId() })).rejects.toThrow(
    "no such channel",
  );
  expect(await world.call("get", `/entry-points/${one.id}/aliases`)).toEqual({ items: [made] });
  const path = (id: string) => `/entry-points/${id}/aliases/${world.channelId}/ad:1%2F2`;
  await expect(world.call("delete", path(two.id))).rejects.toThrow("no such alias");
});
