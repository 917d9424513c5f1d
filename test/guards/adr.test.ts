import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { adrIndex, INDEX } from "../../scripts/adr-index.ts";

test("the index of decisions names every decision, by number and title (npm run adr)", () => {
  expect(readFileSync(INDEX, "utf8")).toBe(adrIndex());
  expect(adrIndex().match(/^- \d{3} \[[^\]]+\]/gm)?.length).toBeGreaterThan(30);
});
