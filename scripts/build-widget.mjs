// The website chat as one script for every website: dist/widget/widget.js.
import { build } from "esbuild";

export function buildWidget(outdir = "dist/widget") {
  return build({
    entryPoints: { widget: "widget/src/main.ts" },
    outdir,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "iife",
    target: "es2020",
    charset: "utf8",
    tsconfig: "widget/tsconfig.json",
    logLevel: "warning",
  });
}
