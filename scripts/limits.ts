import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../src/contract/limits.ts";
import { ROOT } from "./build.ts";

/* Writes docs/limits.md from src/contract/limits.ts: names and numbers as they are used, words from the comments there. */

export const LIMITS_PAGE = join(ROOT, "docs/limits.md");
const SOURCE = join(ROOT, "src/contract/limits.ts");

const HEAD = `# Limits

Everything that a caller can make grow has a bound. This page is made from [src/contract/limits.ts](../src/contract/limits.ts), where every limit stands (\`npm run limits\`). Sizes count bytes of UTF-8 unless it says otherwise; times are in milliseconds. Where nothing more is said, the name says it, or the line above.

| limit | value | what it bounds |
| ----- | ----: | -------------- |
`;

/** The page as it has to be. */
export function limitsPage(): string {
  const words = wordsOf(readFileSync(SOURCE, "utf8"));
  return HEAD + rowsOf(LIMITS, "", words).join("\n") + "\n";
}

function rowsOf(limits: object, prefix: string, words: Map<string, string>): string[] {
  return Object.entries(limits).flatMap(([name, value]: [string, number | object]) => {
    const path = prefix + name;
    const said = words.get(path) ?? "";
    if (typeof value === "number") return [`| \`${path}\` | ${shown(name, value)} | ${said} |`];
    return [`| \`${path}\` | | ${said} |`, ...rowsOf(value, `${path}.`, words)];
  });
}

/** The comment before each limit, by its path. */
function wordsOf(source: string): Map<string, string> {
  const words = new Map<string, string>();
  const within: string[] = [];
  const body = source.slice(source.indexOf("export const LIMITS"));
  for (const [, comment, name, opens] of body.matchAll(/(?:\/\*\*([\s\S]*?)\*\/\s*)?^ +(?:(\w+):\s*(\{)?|\})/gm)) {
    if (name === undefined) {
      within.pop();
      continue;
    }
    const path = [...within, name].join(".");
    if (comment !== undefined)
      words.set(
        path,
        comment
          .replaceAll(/\s*\n\s*\*\s*/g, " ")
          .replaceAll("|", "\\|")
          .trim(),
      );
    if (opens !== undefined) within.push(name);
  }
  return words;
}

/** A number with its unit, where its name has one. */
function shown(name: string, value: number): string {
  if (/bytes$|Length$/i.test(name) && value % 1024 === 0)
    return value % 1_048_576 === 0 ? `${value / 1_048_576} Mi` : `${value / 1024} Ki`;
  return value.toLocaleString("en-US").replaceAll(",", " ");
}

if (import.meta.main) writeFileSync(LIMITS_PAGE, limitsPage());
