import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";

test("cells that could run or break the line are kept as text", () => {
  const rows = [
    ["name", "n"],
    ['Say "hi", twice', 1],
    ["=1+1", -2],
    ["  @SUM(A1)", null],
    ["+49", true],
  ];
  expect(csvOf(rows)).toBe('name,n\r\n"Say ""hi"", twice",1\r\n\'=1+1,-2\r\n\'  @SUM(A1),\r\n\'+49,true\r\n');
});
