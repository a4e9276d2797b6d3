// `npm run build`: Prisma's client, then one bundle for each command into dist/. Does nothing when dist/ is newer than its sources.
import { build } from "esbuild";
import { build as buildPages } from "vite";
import { mkdir, cp, rm, stat, readdir, readFile, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { buildWidget } from "./build-widget.mjs";
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
  "document-worker": "src/knowledge/documents/document-worker.ts",
  "model-worker": "src/attribution/model-runs/model-worker.ts",
  "voice-worker": "src/voice/voice-worker.ts",
  "voice-model": "scripts/voice-model.ts",
};
// The console takes seconds to build and lies apart, so that a change of the server does not pay for it.
const PAGES = { sources: ["console", "src/contract", "package-lock.json"], stamp: "dist/console/stamp" };
const WIDGET = { sources: ["widget", "scripts/build-widget.mjs", "package-lock.json"], stamp: "dist/widget/stamp" };
const STAMP = "dist/stamp";

await whenChanged(PAGES.sources, PAGES.stamp, () =>
  buildPages({ configFile: "console/vite.config.ts", logLevel: "error" }),
);
await whenChanged(WIDGET.sources, WIDGET.stamp, () => buildWidget());
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
    if (each !== "console" && each !== "widget") await rm(path.join("dist", each), { recursive: true, force: true });
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
  await addVoice();
}

/** The voice room's texts, and its models trained on them: the same sources give the same models, so they are kept. */
async function addVoice() {
  await cp("src/voice/data", "dist/voice", { recursive: true });
  const hash = createHash("sha256");
  for (const folder of ["src/voice", "src/voice/data", "src/knowledge/engine"]) {
    for (const name of (await readdir(folder)).sort()) {
      if (/(?<!\.test)\.(?:ts|txt)$/.test(name)) hash.update(name).update(await readFile(path.join(folder, name)));
    }
  }
  await mkdir("node_modules/.cache", { recursive: true });
  const kept = path.join("node_modules/.cache", `voice-${hash.digest("hex").slice(0, 16)}.bin`);
  const isKept = await stat(kept).catch(() => undefined);
  if (!isKept) execFileSync(process.execPath, ["dist/voice-model.js", path.resolve(kept)], { stdio: "inherit" });
  await cp(kept, "dist/voice-model.bin");
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
