import { readFileSync } from "node:fs";
import { format } from "prettier";
import { expect, test } from "vitest";
import { channelsPage } from "./channels-table.ts";

test("docs/channels.md says what the adapters say (npm run docs:channels)", async () => {
  const drawn = await format(channelsPage(), { parser: "markdown", printWidth: 120 });
  expect(readFileSync("docs/channels.md", "utf8")).toBe(drawn);
});
