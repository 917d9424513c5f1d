import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PRODUCT_VERSION } from "../../src/contract/version.ts";
import { ROOT } from "../../scripts/build.ts";

test("the product says the version that its package has", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  expect(PRODUCT_VERSION).toBe(version);
});
