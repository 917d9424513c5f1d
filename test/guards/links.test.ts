import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";

/* Documents lead to files that are there, and to headings that they have. */

const below = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file));
const documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", ...below("docs")].filter((file) =>
  file.endsWith(".md"),
);

const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8").replaceAll(/```.*?```/gs, "");

test("there are documents", () => expect(documents.length).toBeGreaterThan(50));

test.each(documents)("every link of %s leads somewhere", (file) => {
  const targets = [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  const broken = targets
    .filter((target) => !/^(?:https?:|mailto:|#)/.test(target))
    .map((target) => relative(ROOT, join(ROOT, dirname(file), decodeURI(target.split("#", 1)[0]!))))
    .filter((path) => !existsSync(join(ROOT, path)));
  expect(broken).toEqual([]);
});
