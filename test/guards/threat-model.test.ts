import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";

/* docs/threat-model.md claims nothing that no test holds: each link names a test that is in the file linked to. */

const DOCUMENT = join(ROOT, "docs/threat-model.md");
const text = readFileSync(DOCUMENT, "utf8");
const links = [...text.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)].map(([, name, file]) => ({ name: name!, file: file! }));

test("every row of its tables has a test", () => {
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && !/^\| (?:attack|---)/.test(line));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) expect(row).toMatch(/\[`[^`]+`\]\([^)]+\) ?.*\|$/);
});

test.each(links)("$file has the test: $name", ({ name, file }) => {
  expect(readFileSync(join(dirname(DOCUMENT), file), "utf8")).toContain(name);
});
