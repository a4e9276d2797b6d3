// `npm run build`: Prisma's client, then one bundle for each command into dist/. Does nothing when dist/ is newer than its sources.
import { build } from "esbuild";
import { rm, stat, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { generateClient } from "./prisma-generate.mjs";

const root = path.resolve(import.meta.dirname, "..");
process.chdir(root);

const SOURCES = [
  "src",
  "adapters",
  "demo",
  "bench",
  "tests/support",
  "prisma/schema.prisma",
  "scripts",
  "package-lock.json",
];
const ENTRIES = { main: "src/main.ts", cli: "src/cli.ts", demo: "demo/demo.ts", bench: "bench/bench.ts" };
const STAMP = "dist/stamp";

const stamp = await newest(SOURCES);
if (String(stamp) === (await readFile(STAMP, "utf8").catch(() => ""))) process.exit();

await rm("dist", { recursive: true, force: true }); // chunks of earlier builds would pile up
await generateClient();
await build({
  entryPoints: ENTRIES,
  outdir: "dist",
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20.19",
  sourcemap: true,
  logLevel: "warning",
});
await writeFile(STAMP, String(stamp));

/** The latest change below these paths, in milliseconds; what the build itself writes does not count. */
async function newest(paths) {
  const times = await Promise.all(
    paths.map(async (each) => {
      if (each.endsWith("generated")) return 0;
      const entry = await stat(each).catch(() => undefined);
      if (!entry) return 0;
      if (!entry.isDirectory()) return entry.mtimeMs;
      const inner = await readdir(each);
      return Math.max(
        entry.mtimeMs * Number(!inner.includes("generated")),
        await newest(inner.map((name) => path.join(each, name))),
      );
    }),
  );
  return Math.max(0, ...times);
}
