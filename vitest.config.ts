import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["tests/support/postgres.ts"],
    include: [
      "src/**/*.test.ts",
      "adapters/**/*.test.ts",
      "tests/**/*.test.ts",
      "demo/**/*.test.ts",
      "lab/**/*.test.ts",
      "scripts/**/*.test.ts",
      "console/**/*.test.ts",
      "widget/**/*.test.ts",
    ],
    pool: "forks",
    poolOptions: { forks: { maxForks: 3 } },
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
