import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsv } from "./csv.ts";

const parse = (text: string) => parseCsv(text, "a.csv");

test.each<[string, string, string[][]]>([
  ["plain cells", "a,b\n1,2\n", [["a", "b"], ["1", "2"]]], // prettier-ignore
  ["no newline at the end", "a,b\n1,2", [["a", "b"], ["1", "2"]]], // prettier-ignore
  ["lines of Windows", "a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]], // prettier-ignore
  ["quotes, commas and newlines in a cell", '"a","b"\n"say ""hi"", Ana","two\nlines"', [["a", "b"], ['say "hi", Ana', "two\nlines"]]], // prettier-ignore
  ["empty cells, also the last", "a,b,c\n,,\nx,,\n", [["a", "b", "c"], ["x", "", ""]]], // prettier-ignore
  ["semicolons", "a;b\n1,5;2", [["a", "b"], ["1,5", "2"]]], // prettier-ignore
  ["tabs", "a\tb\n1\t2", [["a", "b"], ["1", "2"]]], // prettier-ignore
  ["nothing", "\n\n", []],
])("reads %s", (_what, text, records) => expect(parse(text)).toEqual(records));

test("says in which line a quote is wrong", () => {
  expect(() => parse('a,b\n1,"open')).toThrow("a.csv cannot be read: a quote that opens in line 2 is never closed.");
  expect(() => parse('a,b\n"x"y,2')).toThrow(/in line 2 something stands behind a closing quote/);
});

test("reads back whatever was written by the rules", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "花", "\t", ";") });
  const records = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(records, (rows) => {
      const text = ["x,y,z", ...rows.map((row) => row.map(quoted).join(","))].join("\r\n");
      const kept = rows.filter((row) => row.some((value) => value.trim() !== ""));
      expect(parse(text)).toEqual([["x", "y", "z"], ...kept]);
    }),
  );
});
