import { existsSync, readFileSync } from "node:fs";
import { compile } from "../../src/core/compile.ts";
import { evaluate, type Evaluation } from "../../src/core/evaluate.ts";
import { packMembers } from "../../src/core/members.ts";
import { publishedFlag, SNAPSHOT_FORMAT } from "../../src/contract/snapshot.ts";
import type { NativeDocument, Report } from "../../src/interchange/convert.ts";

/* Vendors' public evaluation cases, which aren't part of the project: whoever judges them says so where they aren't there. */

/** When the cases are evaluated. */
const NOW = Date.parse("2026-11-30T12:00:00Z");

/** The cases of a vendor; none where they aren't present. */
export function casesOf<T>(vendor: string): T[] {
  const file = new URL(`../../../shared/conformance/${vendor}.jsonl`, import.meta.url);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as T);
}

/** Why a flag was refused; undefined when it wasn't. */
export function refusalOf(report: Report, flag: string): string | undefined {
  const entry = report.flags.find(({ source, status }) => source === flag && status === "refused");
  return entry?.issues.find(({ level }) => level === "refused")!.code;
}

/** Evaluates what was imported for one context; undefined where there is no such flag. */
export function answering(
  document: NativeDocument,
  context: Record<string, unknown>,
): (key: string) => Evaluation | undefined {
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
  return (key) => {
    const flag = snapshot.flag(key, "server");
    return flag === undefined ? undefined : evaluate(flag, context, NOW);
  };
}
