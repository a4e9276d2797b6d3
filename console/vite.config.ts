import path from "node:path";
import { defineConfig } from "vite";

/** The hub, asked under the name that the browser shows: it refuses requests from another origin. */
const proxy = Object.fromEntries(
  ["/api", "/e", "/oidc"].map((path) => [path, { target: "http://127.0.0.1:8080", changeOrigin: false }]),
);

/** `npm run console` serves it with the hub behind; `npm run build` puts it where the hub serves it from. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: path.resolve(import.meta.dirname, "../dist/console"),
    emptyOutDir: true,
    sourcemap: false,
    target: "es2022",
    assetsInlineLimit: 0, // the policy allows no data: scripts or fonts
    chunkSizeWarningLimit: 600,
  },
  css: { postcss: { plugins: [] } },
  esbuild: { jsx: "automatic" },
  server: { proxy },
});
