/** `npm run docs:config` writes `.env.example` and the table in docs/operating.md from src/config.ts. */
import { readFile, writeFile } from "node:fs/promises";
import { envExample, withTable } from "./config-table.ts";

const TABLE = "docs/operating.md";

await writeFile(".env.example", envExample());
await writeFile(TABLE, await withTable(await readFile(TABLE, "utf8")));
