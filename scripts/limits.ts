import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as COUNTER_LIMITS from "../src/contract/counter-limits.ts";
import * as LIMITS from "../src/contract/limits.ts";
import { ROOT } from "./build.ts";

/* Writes docs/limits.md from src/contract/limits.ts and counter-limits.ts: names and numbers as they are used, words from the comments there. */

export const LIMITS_PAGE = join(ROOT, "docs/limits.md");
const FOLDER = join(ROOT, "src/contract");

const HEAD = `# Limits

Everything that a caller can make grow has a bound. This page is made from [src/contract/limits.ts](../src/contract/limits.ts) and [counter-limits.ts](../src/contract/counter-limits.ts), where every limit stands (\`npm run limits\`). Sizes count bytes of UTF-8 unless it says otherwise; times are in milliseconds. Where nothing more is said, the name says it, or the line above.

| limit | value | what it bounds |
| ----- | ----: | -------------- |
`;

/** The page as it has to be. */
export function limitsPage(): string {
  const rows = rowsOf("limits.ts", LIMITS, "");
  const counter =
    "An environment has four counters. These are of each of them; what exceeds them is counted as `other` or `full`.";
  rows.push(`| \`counter\` | | ${counter} |`);
  rows.push(...rowsOf("counter-limits.ts", COUNTER_LIMITS, "counter."));
  return HEAD + rows.join("\n") + "\n";
}

/** A row for each limit of a file, in the file's order, with the comment before it. */
function rowsOf(file: string, limits: Readonly<Record<string, number>>, prefix: string): string[] {
  const source = readFileSync(join(FOLDER, file), "utf8");
  const declared = source.matchAll(/(?:\/\*\*([\s\S]*?)\*\/\n)?^export const (\w+) =/gm);
  return Array.from(declared, ([, comment = "", name = ""]) => {
    const words = comment
      .replaceAll(/\s*\n\s*\*\s*/g, " ")
      .replaceAll("|", "\\|")
      .trim();
    return `| \`${prefix}${name}\` | ${shown(name, limits[name]!)} | ${words} |`;
  });
}

/** A number with its unit, where its name has one. */
function shown(name: string, value: number): string {
  if (/bytes$|Length$/i.test(name) && value % 1024 === 0)
    return value % 1_048_576 === 0 ? `${value / 1_048_576} Mi` : `${value / 1024} Ki`;
  return value.toLocaleString("en-US").replaceAll(",", " ");
}

if (import.meta.main) writeFileSync(LIMITS_PAGE, limitsPage());
