import { afterAll, vi } from "vitest";

/* Set up before every test file: what it put in place of time and globals doesn't reach the next one of its process. */

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
