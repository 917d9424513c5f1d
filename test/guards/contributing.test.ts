import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";

/* CONTRIBUTING.md leads to files that are there, for at least twenty tasks, and names scripts that there are. */

const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!);

test.each([...new Set(links)])("%s is there", (target) => {
  expect(existsSync(join(ROOT, target))).toBe(true);
});

test("twenty tasks or more are listed, each with a file", () => {
  const [, table = ""] = text.split(/\| to change +\| look at/);
  const rows = table.split("\n").filter((line) => /^\| [a-z]/.test(line));
  expect(rows.length).toBeGreaterThanOrEqual(20);
  for (const row of rows) expect(row).toMatch(/\]\((?:src|docs)\//);
});

test("the commands are scripts of package.json", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
  const named = [...text.matchAll(/`npm run ([a-z:]+)`/g)].map(([, name]) => name!);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});
