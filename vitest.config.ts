import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const prove = process.env["PROVE"] === "1";
/** A test is slow on a loaded machine, and a proof at full counts takes as long as it takes: only a hang is an error. */
const patience = prove
  ? { testTimeout: 3_600_000, hookTimeout: 600_000 }
  : { testTimeout: 60_000, hookTimeout: 60_000 };
/** Conditions come true when they do. The default of a second is too short on a loaded machine. */
const expectations = { poll: { timeout: 20_000 } };
const setupFiles = ["./test/support/properties.ts", "./test/support/afterwards.ts"];
const common = { setupFiles, expect: expectations, provide: { prove } };

/* The name of a test file says where it runs: in Node, in the Workers runtime, or in Node against a started server. */
export default defineConfig({
  test: {
    // As many files at a time as there are cores: one fewer, as is the default, leaves half of a small machine idle.
    maxWorkers: "100%",
    reporters: ["default", "./test/support/report.ts"],
    projects: [
      {
        test: {
          name: "pure",
          ...common,
          // A process for each file took half as long again in all; what is tested here keeps no state that matters.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.{workers,blackbox}.test.ts"],
          ...patience,
        },
      },
      {
        plugins: [
          cloudflareTest({
            main: "./src/worker.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ADMIN_TOKEN: "slc_admin_test-root",
                OVERRIDE_SECRET: "override-secret",
                ALLOW_LOCAL_WEBHOOKS: "1",
              },
              // What is sent to made-up receivers goes nowhere, and was taken.
              outboundService: () => new Response(null, { status: 204 }),
            },
          }),
        ],
        test: {
          name: "workers",
          ...common,
          // One runtime serves many files: starting it and compiling all modules for each took twice as long in all.
          isolate: false,
          setupFiles: ["./test/support/isolation.ts", ...setupFiles],
          include: ["test/**/*.workers.test.ts"],
          ...patience,
        },
      },
      {
        test: {
          name: "blackbox",
          ...common,
          include: ["test/**/*.blackbox.test.ts"],
          exclude: ["test/browser/**"],
          globalSetup: "./test/support/build.ts",
          // What a browser has, and the official web provider asks for.
          execArgv: ["--experimental-eventsource", "--disable-warning=UNDICI-ES"],
          ...patience,
        },
      },
      {
        test: {
          name: "browser",
          ...common,
          include: ["test/browser/**/*.blackbox.test.ts"],
          globalSetup: ["./test/support/build.ts", "./test/support/browser-setup.ts"],
          ...patience,
        },
      },
    ],
  },
});
