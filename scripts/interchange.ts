import { existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "../src/core/compile.ts";
import { evaluate } from "../src/core/evaluate.ts";
import { packMembers } from "../src/core/members.ts";
import { publishedFlag, SNAPSHOT_FORMAT } from "../src/contract/snapshot.ts";
import { convertWith, type NativeDocument } from "../src/interchange/convert.ts";
import { importUnleash } from "../src/interchange/unleash/importer.ts";

/*
 * Gives vendors' public evaluation cases to the importers, and writes how many were right, refused and wrong into
 * docs/interchange.md. The cases aren't part of the project: without them nothing is written.
 */

const CASES = new URL("../../shared/conformance/unleash.jsonl", import.meta.url);
const DOCUMENT = fileURLToPath(new URL("../docs/interchange.md", import.meta.url));
const BEGIN = "<!-- begin: cases -->";
const END = "<!-- end: cases -->";
const NOW = Date.parse("2026-11-30T12:00:00Z");

type Case = {
  group: string;
  flagKey: string;
  definition: unknown;
  context: Record<string, unknown>;
  expected: { enabled: boolean } | { variant: { name: string; payload?: { value: string } } };
};
type Tally = { cases: number; right: number; refused: Map<string, number>; wrong: number };

/** Whether the cases are here. */
export const havingCases = existsSync(CASES);

/** The table of the cases by group, in Markdown. */
export function tableOfCases(): string {
  const lines = readFileSync(CASES, "utf8").split("\n");
  const tallies = new Map<string, Tally>();
  for (const line of lines) {
    if (line === "") continue;
    const one = JSON.parse(line) as Case;
    const tally = tallies.get(one.group) ?? { cases: 0, right: 0, refused: new Map<string, number>(), wrong: 0 };
    tallies.set(one.group, tally);
    tally.cases++;
    const verdict = judge(one);
    if (verdict === "right" || verdict === "wrong") tally[verdict]++;
    else tally.refused.set(verdict, (tally.refused.get(verdict) ?? 0) + 1);
  }
  const rows = [...tallies]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, tally]) => row(`Unleash ${group}`, tally));
  const all = [...tallies.values()];
  const sum = (count: (tally: Tally) => number): number => all.reduce((total, tally) => total + count(tally), 0);
  const refused = sum((tally) => [...tally.refused.values()].reduce((a, b) => a + b, 0));
  const last = `| **all** | ${sum((tally) => tally.cases)} | ${sum((tally) => tally.right)} | ${refused} | ${sum((tally) => tally.wrong)} |`;
  return ["| group | cases | right | refused | wrong |", "| --- | --: | --: | --- | --: |", ...rows, last].join("\n");
}

function row(name: string, { cases, right, refused, wrong }: Tally): string {
  const reasons = [...refused].map(([code, count]) => `${count} \`${code}\``).join(", ");
  return `| ${name} | ${cases} | ${right} | ${reasons || 0} | ${wrong} |`;
}

/** `right`, `wrong`, or the code of the refusal. */
function judge({ definition, flagKey, context, expected }: Case): string {
  const { document, report } = convertWith(importUnleash, "unleash", { main: definition }, { partial: true });
  const refusal = report.flags.find(({ source, status }) => source === flagKey && status === "refused");
  if (refusal !== undefined) return refusal.issues.find(({ level }) => level === "refused")!.code;
  const { userId, properties, ...rest } = context;
  const sent = { ...(properties as object), ...rest, ...(userId === undefined ? {} : { targetingKey: userId }) };
  const answers = answering(document!, sent);
  const missing = report.flags.every(({ source }) => source !== flagKey);
  if (missing) return "enabled" in expected ? (expected.enabled ? "wrong" : "right") : "right";
  if ("enabled" in expected)
    return (answers(`${flagKey}.enabled`) ?? answers(flagKey))?.value === expected.enabled ? "right" : "wrong";
  const variants = answers(`${flagKey}.enabled`) === undefined ? undefined : answers(flagKey);
  const { name, payload } = expected.variant;
  if ((variants?.variant ?? "disabled") !== name) return "wrong";
  const value = variants?.value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return payload === undefined || text === payload.value ? "right" : "wrong";
}

function answering(document: NativeDocument, context: Record<string, unknown>) {
  const { bytes, ranges } = packMembers(document.segments);
  const snapshot = compile(
    {
      format: SNAPSHOT_FORMAT,
      environment: "cases",
      incarnation: "cases",
      version: 1,
      at: 0,
      keys: [],
      flags: document.flags.map((flag) => ({ version: 1, flag: publishedFlag(flag) })),
      segments: document.segments.map(({ key, by, when }) => ({ key, by, when, ...ranges.get(key)! })),
      members: bytes.length === 0 ? null : "0".repeat(64),
    },
    bytes,
  );
  return (key: string) => {
    const flag = snapshot.flag(key, "server");
    return flag === undefined ? undefined : evaluate(flag, context, NOW);
  };
}

/** The document with a table in its place. */
export function withTable(document: string, table: string): string {
  const [before, after] = [document.indexOf(BEGIN) + BEGIN.length, document.indexOf(END)];
  return `${document.slice(0, before)}\n\n${table}\n\n${document.slice(after)}`;
}

if (import.meta.main) {
  if (!havingCases) console.log("The public cases aren't here; docs/interchange.md stays as it is.");
  else await writeFile(DOCUMENT, withTable(await readFile(DOCUMENT, "utf8"), tableOfCases()));
}
