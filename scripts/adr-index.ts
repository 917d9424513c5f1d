import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./build.ts";

/* `npm run adr`: writes the index of decisions anew, from the first line of each page. */

const FOLDER = join(ROOT, "docs/adr");
export const INDEX = join(FOLDER, "README.md");

const INTRODUCTION = `# Decisions

Why things are as they are, a page each: what was decided, why, and what was rejected. Numbers come in groups by subject; gaps mean nothing. A page that a later one has changed says so. \`npm run adr\` writes this index.
`;

/** The index as it must be: a line for each page, by number. */
export function adrIndex(): string {
  const pages = readdirSync(FOLDER).filter((file) => /^\d{3}-.*\.md$/.test(file));
  const lines = pages.toSorted().map((file) => `- ${file.slice(0, 3)} [${titleOf(file)}](${file})`);
  return `${INTRODUCTION}\n${lines.join("\n")}\n`;
}

function titleOf(file: string): string {
  const [first = ""] = readFileSync(join(FOLDER, file), "utf8").split("\n", 1);
  return first.replace(/^#\s*\d+[.:]?\s*(?:—\s*)?/, "").trim();
}

if (import.meta.main) writeFileSync(INDEX, adrIndex());
