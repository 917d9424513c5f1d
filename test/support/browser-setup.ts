import type { TestProject } from "vitest/node";
import { type BrowserProgram, findBrowser } from "./chromium.ts";

/** A browser, or why there is none. */
export type FoundBrowser = BrowserProgram | { missing: string };

declare module "vitest" {
  export interface ProvidedContext {
    browser: FoundBrowser;
  }
}

/** Finds the browser once, before any test in test/browser. */
export async function setup(project: TestProject): Promise<void> {
  const missing = (error: Error): FoundBrowser => ({ missing: error.message.split("\n")[0]! });
  project.provide("browser", await findBrowser().catch(missing));
}
