import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/* The name of a test file says where it runs: in Node, in the Workers runtime, or in Node against a started server. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "pure", include: ["test/**/*.test.ts"], exclude: ["test/**/*.{workers,blackbox}.test.ts"] } },
      {
        plugins: [
          cloudflareTest({
            main: "./src/worker.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: { bindings: { ADMIN_TOKEN: "slc_admin_test-root" } },
          }),
        ],
        test: { name: "workers", include: ["test/**/*.workers.test.ts"] },
      },
      {
        test: {
          name: "blackbox",
          include: ["test/**/*.blackbox.test.ts"],
          globalSetup: "test/support/build.ts",
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
