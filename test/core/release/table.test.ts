import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PHASES } from "../../../src/contract/release.ts";
import { TABLE } from "../../../src/core/release/step.ts";

const document = readFileSync(new URL("../../../docs/release.md", import.meta.url), "utf8");

/** The rows of the table whose first heading is this. */
function rowsOf(heading: string): string[][] {
  const lines = document.split("\n");
  const cells = (line: string): string[] =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", ""));
  const first = lines.findIndex((line) => line.startsWith("|") && cells(line)[0] === heading);
  const after = lines.slice(first);
  const table = after.slice(
    0,
    after.findIndex((line) => !line.startsWith("|")),
  );
  return table.filter((_, i) => i !== 1).map(cells);
}

test("the document's table of states × events is what the code does", () => {
  const [head, ...rows] = rowsOf("event");
  expect(head).toEqual(["event", ...PHASES]);
  const written = rows.map(([event, ...cells]) => [
    event,
    Object.fromEntries(PHASES.map((phase, i) => [phase, cells[i]])),
  ]);
  const events = Object.keys(TABLE.draft) as (keyof typeof TABLE.draft)[];
  const done = events.map((event) => [
    event,
    Object.fromEntries(PHASES.map((phase) => [phase, TABLE[phase][event].name])),
  ]);
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(done));
});

test("the document describes every state and every cell", () => {
  expect(
    rowsOf("state")
      .slice(1)
      .map(([state]) => state),
  ).toEqual([...PHASES]);
  const cells = new Set(PHASES.flatMap((phase) => Object.values(TABLE[phase]).map((cell) => cell.name)));
  for (const cell of cells) expect(document, cell).toContain(`**${cell}**`);
});

test("the document numbers 17 invariants", () => {
  expect(document.match(/^\d+\. /gm)).toEqual(Array.from({ length: 17 }, (_, i) => `${i + 1}. `));
});
