import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LIMITS_PAGE, limitsPage } from "../../scripts/limits.ts";
import * as COUNTER_LIMITS from "../../src/contract/counter-limits.ts";
import * as LIMITS from "../../src/contract/limits.ts";

/** Without what the formatter aligns. */
const plain = (text: string): string => text.replaceAll(/[ -]+/g, " ").trim();

test("docs/limits.md is what the limits are (npm run limits)", () => {
  expect(plain(readFileSync(LIMITS_PAGE, "utf8"))).toBe(plain(limitsPage()));
  const names = [...Object.keys(LIMITS), ...Object.keys(COUNTER_LIMITS).map((name) => `counter.${name}`)];
  for (const name of names) expect(limitsPage()).toContain(`| \`${name}\` |`);
  expect(limitsPage()).toMatch(/\| `members` \| 1 000 000 \| Listed members over all segments of an environment\. \|/);
});
