import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandsPage, REFERENCE } from "../../scripts/commands.ts";

/** Without what the formatter aligns. */
const plain = (text: string): string => text.replaceAll(/[ -]+/g, " ").trim();

test("the reference of commands is what they are (npm run commands)", () => {
  expect(plain(readFileSync(REFERENCE, "utf8"))).toBe(plain(commandsPage()));
  expect(commandsPage().match(/^## sluice /gm)?.length).toBeGreaterThan(30);
});
