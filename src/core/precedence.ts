import type { Clause, VersionScheme } from "../contract/flag.ts";
import * as LIMITS from "../contract/limits.ts";
import { compare, completed, parseVersion, type Version } from "./versions.ts";

/*
 * The order of versions by precedence alone (semver.org § 11): build metadata is ignored, and a pre-release is a version
 * like any other, where npm's ranges (versions.ts) admit it only beside its own kind.
 */

type VersionClause = Extract<Clause, { operator: "version" }>;
type Refuse = (index: number, message: string) => void;

/** Whether an attribute is a version that compares with any of the values as they say. */
export function compileVersions({ scheme, values }: VersionClause, refuse: Refuse): (value: unknown) => boolean {
  if (scheme === "padded") return compileIn(values, refuse, padded, (a, b) => (a < b ? -1 : Number(a > b)));
  return compileIn(values, refuse, (value) => readVersion(value, scheme), compare);
}

function compileIn<T>(
  values: readonly string[],
  refuse: Refuse,
  read: (value: unknown) => T | undefined,
  order: (one: T, other: T) => number,
): (value: unknown) => boolean {
  const comparisons = values.map((value, index) => {
    const [, operator = "", operand] = /^(=|[<>]=?)?(.*)$/s.exec(value)!;
    const bound = read(operand);
    if (operator === "" || bound === undefined) refuse(index, "is not a comparison with a version of this scheme");
    return { operator, bound };
  });
  return (value) => {
    const version = read(value);
    if (version === undefined) return false;
    return comparisons.some(({ operator, bound }) => {
      const sign = order(version, bound!);
      return operator.includes(sign === 0 ? "=" : sign < 0 ? "<" : ">");
    });
  };
}

/** What may stand before a version. */
const PREFIXES: { [scheme in VersionScheme]?: RegExp } = { prefixed: /^v/, loose: /^v{1,2}/i };

/** The version that a value is; undefined when it is none. */
function readVersion(value: unknown, scheme: VersionScheme): Version | undefined {
  const text = scheme === "loose" && typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.length > LIMITS.semverLength) return undefined;
  const bare = text.trim().replace(PREFIXES[scheme] ?? "", "");
  if (!/^\d/.test(bare)) return undefined;
  return parseVersion(scheme === "partial" || (scheme === "loose" && !/[-+]/.test(bare)) ? completed(bare) : bare);
}

/**
 * GrowthBook's order is one of texts: each part that is a number is filled with blanks to five characters, and a version
 * without a pre-release gets a `~` behind it, which comes after all that a pre-release begins with. Every value is one.
 */
function padded(value: unknown): string {
  const text = typeof value === "number" ? String(value) : value;
  const version = typeof text === "string" && text !== "" ? text : "0";
  const parts = version.replace(/^v|\+.*$/g, "").split(/[-.]/);
  if (parts.length === 3) parts.push("~");
  return parts.map((part) => (/^[0-9]+$/.test(part) ? part.padStart(5) : part)).join("-");
}
