import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/build.ts";

/* Each room says in a few lines what it is for, where to begin, and what it may not do; what it names is there. */

const SRC = join(ROOT, "src");
const rooms = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe.each(rooms.map(({ name }) => name))("the README of src/%s", (room) => {
  const text = (): string => readFileSync(join(SRC, room, "README.md"), "utf8");

  test("is short", () => {
    expect(text().split("\n").length).toBeLessThanOrEqual(14);
  });

  test("names files that are there", () => {
    const files = [...text().matchAll(/`([\w/-]+\.tsx?)`/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(0);
    const missing = files.filter((file) => !existsSync(join(SRC, room, file)) && !existsSync(join(SRC, file)));
    expect(missing).toEqual([]);
  });
});
