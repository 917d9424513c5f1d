import type { TestProject } from "vitest/node";
import { type BrowserProgram, findBrowser } from "./chromium.ts";

/** A browser, or why there is none. */
export type FoundBrowser = BrowserProgram | { missing: string };

declare module "vitest" {
  export interface ProvidedContext {
    browser: FoundBrowser;
  }
}

/** Finds the browser once, before any test in test/browser. Where CI is set there must be one. */
export async function setup(project: TestProject): Promise<void> {
  const found = await findBrowser().catch((error: Error): FoundBrowser => ({ missing: error.message.split("\n")[0]! }));
  if ("missing" in found && process.env["CI"]) throw new Error(`The tests need a browser: ${found.missing}`);
  project.provide("browser", found);
}
