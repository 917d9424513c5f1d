import type { Dynamic, Find } from "./find.ts";
import type { Report } from "./readiness.ts";

/* A report of flags in code as a comment on a pull request. What people named is shown as it is, never as markup. */

/** By this a pipeline finds its own comment again. */
export const MARKER = "<!-- sluice refs -->";
/** What a comment on GitHub may have, less some room for what is put around it. */
const MAX_LENGTH = 60_000;
const ROWS = 50;

export type Seen = Report & {
  files: number;
  finds: readonly Find[];
  dynamic: readonly Dynamic[];
  environments: readonly string[];
};

export function markdown({ missing, unasked, removable, dynamic, files, finds, environments }: Seen): string {
  const safe = removable.filter(({ readiness }) => readiness === "safe");
  const careful = removable.filter(({ readiness }) => readiness === "careful");
  const rows = (all: readonly { key: string; reason: string; finds: number }[]): string[] =>
    table(
      ["flag", "why", "places"],
      all.map((one) => [code(one.key), escaped(one.reason), String(one.finds)]),
    );
  const sections: [title: string, count: number, lines: string[]][] = [
    [
      "Asked for, and not there",
      missing.length,
      table(
        ["flag", "where", ""],
        missing.map((one) => [
          code(one.key),
          code(`${one.file}:${one.line}`),
          one.archived ? "archived" : one.confidence,
        ]),
      ),
    ],
    ["Ready to be removed", safe.length, rows(safe)],
    ["Could be removed, with care", careful.length, rows(careful)],
    ["Nobody here asks for", unasked.length, listed(unasked.map(code))],
    [
      "Put together while it runs",
      dynamic.length,
      listed(dynamic.map((one) => `${code(one.pattern)} at ${code(`${one.file}:${one.line}`)}`)),
    ],
  ];
  const head = `**Flags in code**: ${finds.length} finds in ${files} files, against ${environments.map(code).join(", ") || "no environment"}.`;
  const lines = [MARKER, head, ""];
  const shown = sections.filter(([, count]) => count > 0);
  if (shown.length === 0) lines.push("Every flag that is asked for is there, and none is ready to be removed.");
  for (const [title, count, rest] of shown) {
    const section = [`### ${title} (${count})`, "", ...rest, ""];
    if ([...lines, ...section].join("\n").length > MAX_LENGTH)
      lines.push(`### ${title} (${count})`, "", "Too many to be shown.", "");
    else lines.push(...section);
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

function listed(items: string[]): string[] {
  return [...items.slice(0, ROWS).map((item) => `- ${item}`), ...more(items.length)];
}

function table(headings: string[], rows: string[][]): string[] {
  const line = (cells: string[]): string => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.slice(0, ROWS).map(line), ...more(rows.length)];
}

function more(count: number): string[] {
  return count > ROWS ? ["", `… and ${count - ROWS} more.`] : [];
}

/** Text between as many backticks as it needs. A bar would end a table's cell even there. */
function code(text: string): string {
  const plain = text
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, "\ufffd")
    .slice(0, 300)
    .replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const space = plain.startsWith("`") || plain.endsWith("`") ? " " : "";
  return `${fence}${space}${plain}${space}${fence}`;
}

/** Text without a character that would be markup, a mention, or a link. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ")
    .slice(0, 500)
    .replaceAll(/[\\`*_{}[\]()#+!|<>~&@]/g, (mark) => (mark === "@" ? "@\u200b" : `\\${mark}`));
}
