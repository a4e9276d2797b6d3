import { readFileSync } from "node:fs";
import { transform } from "esbuild";
import { expect, test } from "vitest";
import { newAdapterFiles, withAdapter, withPlaceholder } from "./new-adapter-files.ts";

test("the files of a new adapter are sound, and its test calls the contract's", async () => {
  const files = newAdapterFiles("viber");
  for (const [file, text] of Object.entries(files)) {
    if (file.endsWith(".ts")) await transform(text, { loader: "ts" });
  }
  expect(files["viber.test.ts"]).toContain("keepsAdapterContract(viber,");
});

test("the lists take one more adapter, and keep the others", () => {
  const list = readFileSync("adapters/index.ts", "utf8");
  const longer = withAdapter(list, "viber");
  expect(longer).toMatch(/^import viber from ".\/viber\/index.ts";$/m);
  expect(longer).toMatch(/telegram[^\]]*, viber\]/);
  const placeholders = readFileSync("src/cli/placeholder-settings.ts", "utf8");
  expect(withPlaceholder(placeholders, "viber")).toMatch(/viber: \{ secret: "placeholder of sixteen" \},\n};\n$/);
});
