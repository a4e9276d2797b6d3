/** `npm run docs:channels` writes docs/channels.md from the adapters. */
import { writeFile } from "node:fs/promises";
import { format } from "prettier";
import { channelsPage } from "./channels-table.ts";

await writeFile("docs/channels.md", await format(channelsPage(), { parser: "markdown", printWidth: 120 }));
