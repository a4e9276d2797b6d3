import { expect, test } from "vitest";
import { table } from "./table.ts";

test("aligns columns, Chinese included, and shows a dash for nothing", () => {
  expect(table(["id", "name", "state"], [["1", "客服", "on"], ["22", null, ""]])).toBe(
    "id  name  state\n1   客服  on\n22  -     -\n",
  ); // prettier-ignore
});

test("what comes from outside stays on its line", () => {
  expect(table(["name"], [["a\nb\u001b[31m"]])).toBe("name\na b [31m\n");
});
