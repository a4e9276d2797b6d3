// `npm run build`: Prisma's client, then one bundle for each command into dist/. Does nothing when dist/ is newer than its sources.
import { build } from "esbuild";
import { build as buildPages } from "vite";
import { rm, stat, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { generateClient } from "./prisma-generate.mjs";

const root = path.resolve(import.meta.dirname, "..");
process.chdir(root);

const SOURCES = [
  "src",
  "adapters",
  "demo",
  "lab",
  "bench",
  "tests/support",
  "prisma/schema.prisma",
  "scripts",
  "package-lock.json",
];
const ENTRIES = {
  main: "src/main.ts",
  cli: "src/cli.ts",
  demo: "demo/demo.ts",
  lab: "lab/lab.ts",
  bench: "bench/bench.ts",
  // Threads: a bundle starts them by file, so each is one of its own.
  "training-worker": "src/knowledge/engine/training-worker.ts",
  "encoder-worker": "src/knowledge/engine/encoder-worker.ts",
  "model-worker": "src/attribution/model-runs/model-worker.ts",
};
// The console takes seconds to build and lies apart, so that a change of the server does not pay for it.
const PAGES = { sources: ["console", "src/contract", "package-lock.json"], stamp: "dist/console/stamp" };
const STAMP = "dist/stamp";

await whenChanged(PAGES.sources, PAGES.stamp, () =>
  buildPages({ configFile: "console/vite.config.ts", logLevel: "error" }),
);
await whenChanged(SOURCES, STAMP, buildServer);

/** Does the work unless it was done for this very state of the sources. */
async function whenChanged(sources, stampFile, work) {
  const stamp = String(await newest(sources));
  if (stamp === (await readFile(stampFile, "utf8").catch(() => ""))) return;
  await work();
  await writeFile(stampFile, stamp);
}

async function buildServer() {
  // Chunks of earlier builds would pile up.
  for (const each of await readdir("dist").catch(() => [])) {
    if (each !== "console") await rm(path.join("dist", each), { recursive: true, force: true });
  }
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
}

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
