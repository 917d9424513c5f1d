import { TestRunner } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    prove: boolean;
  }
  interface TaskMeta {
    /** What the test has counted or found, in its order. */
    proof?: string[];
  }
}

/** Adds a line to what is known of the running test. */
export function record(text: string): void {
  const test = TestRunner.getCurrentTest();
  if (test) (test.meta.proof ??= []).push(text);
}
