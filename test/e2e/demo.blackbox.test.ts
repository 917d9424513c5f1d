import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";

/* `npm run demo`, where nobody sees a terminal: what README invites to works. */

test("the demonstration completes one release, takes the other back, and ends", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [`${ROOT}scripts/demo.ts`], { timeout: 300_000 });
  expect(stdout).toMatch(/start +20%.*\n[^]*advance +50%[^]*advance +100%[^]*complete +100%/);
  expect(stdout).toMatch(/unrelease 50% +The guard errors is in harm\./);
  expect(stdout).toContain("The first is completed, the second unreleased, and nobody had to look.");
  expect(stdout).not.toContain("\x1b");
}, 300_000);
