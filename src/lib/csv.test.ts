import fc from "fast-check";
import { expect, test } from "vitest";
import { csvText, readCsv } from "./csv.ts";

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

test("whatever was written is read back, with the line that each record begins in", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "中", '"', ",", ";", "\n", " ", "\t", "=") });
  const record = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => [...cells, "end"]);
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), fc.constantFrom("\n", "\r\n"), (records, newline) => {
      const head = ["a", "b", "c"];
      const text = [head, ...records].map((cells) => cells.map(quoted).join(",")).join(newline);
      let line = 2;
      const expected = records.map((cells) => {
        const begins = line;
        line += 1 + cells.join("").split("\n").length - 1;
        return { line: begins, cells };
      });
      expect(readCsv(text, 100)).toEqual([{ line: 1, cells: head }, ...expected]);
    }),
  );
});

test("separators of other countries, empty lines and missing last line ends", () => {
  expect(readCsv("a;b\n\n1;\n,;2", 9)).toEqual([
    { line: 1, cells: ["a", "b"] },
    { line: 3, cells: ["1", ""] },
    { line: 4, cells: [",", "2"] },
  ]);
});

test.each([
  ['a,b\n1,"x"y', "line 2"],
  ['a,b\n1,2\n"never', "line 3"],
])("%j is refused, naming the line", (text, words) => expect(() => readCsv(text, 9)).toThrow(words));

test("too many lines are refused before they are read", () => {
  expect(() => readCsv("a\n".repeat(1_000_000), 1_000)).toThrow("more than 1000 lines");
});

test.each([
  [Buffer.from("\uFEFFname\n中", "utf8"), undefined],
  [Buffer.from("\uFEFFname", "utf16le"), "UTF-16"],
  [Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), "another encoding"],
  [Buffer.from("a\0b"), "another encoding"],
])("reads UTF-8 and refuses the rest", (bytes, words) => {
  if (words === undefined) expect(csvText(bytes)).toBe("name\n中");
  else expect(() => csvText(bytes)).toThrow(words);
});
