import { type Browser, chromium } from "playwright-core";
import { describe, inject } from "vitest";

/* A browser for tests in test/browser: what test/support/browser-setup.ts has found before they run. */

/**
 * Tests that need a browser stand in one of these. On a machine that can have none they are skipped, hooks and all; where
 * CI is set they fail.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  describe.skipIf("missing" in inject("browser") && !process.env["CI"])(name, tests);
}

/** A browser without a window. Its caller closes it. */
export function startBrowser(): Promise<Browser> {
  const found = inject("browser");
  if ("missing" in found) throw new Error(`There is no browser: ${found.missing}`);
  const env = { ...(process.env as Record<string, string>), ...found.env };
  return chromium.launch({ executablePath: found.path, args: found.args, env });
}
