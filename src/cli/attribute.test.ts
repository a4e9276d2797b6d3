import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runHere } from "../../tests/support/cli.ts";

const CSV = "path,conversions,value,nulls\na > b > a,2,30,1\nb,1,5,4\na,0,0,2\n";

async function attribute(csv: string, ...args: string[]) {
  const ran = await runHere(["attribute", "--paths", "-", "--json", ...args], csv);
  return { ...ran, answer: (ran.code === 0 ? JSON.parse(ran.stdout) : undefined) as Answer | undefined };
}

interface Answer {
  models: Record<string, Record<string, { conversions: number; value: number }>>;
  notes: string[];
}

test("shares conversions and value out by each model", async () => {
  const { code, answer, stderr } = await attribute(CSV, "--models", "first,last,linear,markov-1,shapley");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(Object.keys(answer!.models)).toEqual(["first", "last", "linear", "markov-1", "shapley"]);
  expect(answer!.models["first"]).toEqual({ a: { conversions: 2, value: 30 }, b: { conversions: 1, value: 5 } });
  expect(answer!.models["linear"]!["a"]).toEqual({
    conversions: expect.closeTo(4 / 3, 12),
    value: expect.closeTo(20, 12),
  });
  expect(answer!.models["shapley"]!["a"]).toEqual({ conversions: 1, value: 15 });
  // a > b 3/8, a > conversion 2/8, a > null 3/8; b > a 3/8, b > conversion 1/8, b > null 4/8; begins in a 5/10
  const [ab, ac, ba, bc] = [3 / 8, 2 / 8, 3 / 8, 1 / 8];
  const all = (0.5 * (ac + ab * bc) + 0.5 * (bc + ba * ac)) / (1 - ab * ba);
  const [withoutA, withoutB] = [1 - (0.5 * bc) / all, 1 - (0.5 * ac) / all];
  expect(all).toBeCloseTo(0.3, 12);
  expect(answer!.models["markov-1"]!["a"]!.conversions).toBeCloseTo((3 * withoutA) / (withoutA + withoutB), 9);
  expect(answer!.models["markov-1"]!["b"]!.value).toBeCloseTo((35 * withoutB) / (withoutA + withoutB), 9);
});

test("without --models, all of them; each sums to the conversions", async () => {
  const { answer } = await attribute(`${CSV},4,40,9\n`);
  expect(Object.keys(answer!.models)).toHaveLength(11);
  for (const touches of Object.values(answer!.models)) {
    expect(Object.values(touches).reduce((sum, { conversions }) => sum + conversions, 0)).toBeCloseTo(7, 9);
    expect(Object.values(touches).reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(75, 9);
    expect(touches["unknown"]).toEqual({ conversions: 4, value: 40 });
  }
  expect(answer!.notes.join("\n")).toMatch(/Conversions without a path: 4/);
});

test("options: the order of markov, names of columns, half-life, position, direct", async () => {
  const own = 'journey;sales;total_null\n"x > y";1;0\n\'z;1;3\n';
  const { answer } = await attribute(
    ...[own, "--path-column", "Journey", "--conversions-column", "sales", "--null", "total_null"],
    ...["--models", "markov,position,time_decay,last-non-direct", "--order", "2", "--position", "75/0/25"],
    ...["--half-life", "1", "--direct", "Y"],
  );
  expect(Object.keys(answer!.models)).toEqual(["markov-2", "position", "time-decay", "last-non-direct"]);
  expect(answer!.models["position"]!["x"]!.conversions).toBe(0.75);
  expect(answer!.models["time-decay"]!["y"]!.conversions).toBeCloseTo(2 / 3, 12);
  expect(answer!.models["last-non-direct"]!["x"]!.conversions).toBe(1);
  expect(answer!.models["markov-2"]!["'z"]!.value).toBe(0);
  expect(answer!.notes[0]).toBe("There is no column value: every value is 0.");
});

test("times, when there are any", async () => {
  const { answer } = await attribute("path,conversions,days\na > b > c,7,14 > 7 > 0\n,1,\n", "--models", "time-decay");
  expect(answer!.models["time-decay"]).toMatchObject({
    a: { conversions: 1 },
    b: { conversions: 2 },
    c: { conversions: 4 },
  });
  expect(await attribute("path,conversions,days\na > b,7,14\n")).toMatchObject({ code: 2, stderr: /line 2: days has 1 numbers for 2/ }); // prettier-ignore
});

test("byte order mark, lines of Windows, quotes, empty lines, names that are traps", async () => {
  const csv = '\uFEFF"path",conversions\r\n"a, ""b"" > __proto__",1\r\n\r\nconstructor > 花,2\r\n"two\nlines",3\r\n';
  const { answer } = await attribute(csv, "--models", "last");
  expect(Object.entries(answer!.models["last"]!).map(([touch, { conversions }]) => [touch, conversions])).toEqual([
    ['a, "b"', 0],
    ["__proto__", 1],
    ["constructor", 0],
    ["花", 2],
    ["two\nlines", 3],
  ]);
  expect(answer!.notes).toEqual([
    "There is no column nulls: every journey counts as one that converted.",
    "There is no column value: every value is 0.",
  ]);
});

test.each([
  ["nothing at all", "", "The standard input cannot be read: it is empty; its first line must name the columns."],
  ["no line", "path,conversions\n", "there is no line below the columns' names."],
  ["a missing column", "path,value\na,1\n", "there is no column conversions; its first line names path, value."],
  ["a column twice", "path,conversions,path\na,1,b\n", "the column path is there twice."],
  ["a negative count", "path,conversions\na,1\nb,-1\n", 'line 3: conversions is "-1".'],
  ["no number", 'path,conversions,value\na,1,"1,5"\n', 'line 2: value is "1,5".'],
  ["an empty number", "path,conversions,nulls\na,1,\n", "line 2: nulls is empty; write 0."],
  ["infinity", "path,conversions\na,1e999\n", 'line 2: conversions is "1e999".'],
  ["too many cells", "path,conversions\na,b,1\n", "line 2 has 3 cells where the first line has 2."],
  ["an empty touch", "path,conversions\na > > b,1\n", "line 2 has an empty touch in its path."],
  ["an open quote", 'path,conversions\n"a,1\nb,2\n', "a quote that opens in line 2 is never closed."],
  ["something behind a quote", 'path,conversions\n"a"b,1\n', "line 2 has something behind a closing quote"],
  ["UTF-16", Buffer.from("\uFEFFpath,conversions\n", "utf16le").toString("latin1"), "cannot be read"],
  ["another encoding", "path,conversions\ncaf\uFFFD,1\n", "line 2 is not UTF-8."],
])("refuses %s, and says where", async (_what, csv, sentence) => {
  const { code, stdout, stderr } = await attribute(csv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
});

test.each([
  [["--models", "guess"], "There is no model guess. There are first, last,"],
  [["--models", ","], "There is no model named."],
  [["--order", "4"], "--order is 1, 2 or 3, not 4."],
  [["--position", "50/50"], "--position is three percentages that sum to 100"],
  [["--half-life", "0"], "--half-life cannot be 0."],
  [["--null", "misses"], "there is no column misses"],
  [["--what"], "unknown option '--what'"],
])("refuses %j", async (args, sentence) => {
  const { code, stdout, stderr } = await attribute(CSV, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
});

test("reads a file, and prints a table for people", async () => {
  const dir = await mkdtemp(path.join(tmpdir(), "paths-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = path.join(dir, "paths.csv");
  await writeFile(file, CSV);
  const { code, stdout } = await runHere(["attribute", "--paths", file, "--models", "first,linear"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^conversions +first +linear\na +2\.00 +1\.33\nb +1\.00 +1\.67\nsum +3\.00 +3\.00\n\nvalue +first/,
  );
  expect(await runHere(["attribute", "--paths", path.join(dir, "none.csv")])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/none\.csv cannot be read: there is no such file/) as string,
  });
  expect((await runHere(["attribute", "--help"])).code).toBe(0);
});
