import { defineConfig } from "vitest/config";

const conditions = ["@fairlead/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts"],
    exclude: ["**/*.live.test.ts", "**/node_modules/**"],
    pool: "forks",
    // The default leaves one core out; of two, that is half the machine.
    maxWorkers: "100%",
    // Several tests start processes; a busy machine needs longer than the default of 5 s.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
