/*
 * Semantic versions (semver.org) and npm's ranges of them: `>=2.1.0 <3`, `^1.4`, `~2`, `1.x || 2.0 - 2.5`. A range is a
 * choice of lists of comparisons, all of which must hold.
 */

export type Version = { core: readonly [number, number, number]; pre: readonly string[] };
type Comparison = { operator: ">" | ">=" | "<" | "<=" | "="; version: Version };

const MOST_CHARACTERS = 256;
const NUMBER = "(?:0|[1-9]\\d*)";
const PRE = "(?:\\d*[A-Za-z-][0-9A-Za-z-]*|0|[1-9]\\d*)";
const QUALIFIER = `(?:-(${PRE}(?:\\.${PRE})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?`;
const VERSION = new RegExp(`^v?(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})${QUALIFIER}$`);
const PART = `(${NUMBER}|[xX*])`;
const PARTIAL = `[v=\\s]*${PART}(?:\\.${PART}(?:\\.${PART}${QUALIFIER})?)?`;
const HYPHEN = new RegExp(`^(${PARTIAL}) - (${PARTIAL})$`);
const SIMPLE = new RegExp(`^(~>?|\\^|[<>]?=?)${PARTIAL}$`);
/** An operator and what it is for, which blanks may part. */
const PARTED = /((?:^| )(?:~>?|\^|[<>]=?|=)) (?=[v=\dxX*])/g;

/** A version that may be left out in part; `undefined` from the first part that is. */
type Partial = { parts: readonly (number | undefined)[]; pre: readonly string[] };

/** A test for "satisfies the range". @throws RangeError when it isn't one */
export function compileRange(text: string): (version: string) => boolean {
  const sets = text
    .trim()
    .replace(/\s+/g, " ")
    .split("||")
    .map((set) => comparisonsOf(set.trim()));
  const some = sets.filter((set): set is Comparison[] => set !== undefined);
  // What anything satisfies stands for the whole choice: it admits no pre-release, whatever else is named.
  const choice = some.find((set) => set.length === 0) ? [[]] : some;
  return (candidate) => {
    const version = parseVersion(candidate);
    return version !== undefined && choice.some((set) => satisfies(version, set));
  };
}

/**
 * A pre-release is admitted only where the range names one of the same version: who asks for `>1.2.3-rc.1` wants release
 * candidates of 1.2.3, and not of 2.0.
 */
function satisfies(version: Version, set: readonly Comparison[]): boolean {
  if (!set.every((comparison) => holds(comparison, version))) return false;
  if (version.pre.length === 0) return true;
  return set.some(({ version: { core, pre } }) => pre.length > 0 && core.every((part, i) => part === version.core[i]));
}

function holds({ operator, version }: Comparison, candidate: Version): boolean {
  const order = compare(candidate, version);
  if (operator === "=") return order === 0;
  return (order === 0 && operator.length === 2) || (operator.startsWith("<") ? order < 0 : order > 0);
}

/** What a list of comparisons comes to; undefined when nothing can satisfy it. */
function comparisonsOf(text: string): Comparison[] | undefined {
  if (text === "") return [];
  const hyphen = HYPHEN.exec(text);
  if (hyphen) return between(partialOf(hyphen.slice(2, 6)), partialOf(hyphen.slice(7, 11)));
  const all = text
    .replace(PARTED, "$1")
    .split(" ")
    .map((simple) => {
      const match = SIMPLE.exec(simple);
      if (!match) throw new RangeError(`${simple} is no part of a range`);
      return simpleOf(match[1]!, partialOf(match.slice(2, 6)));
    });
  return all.includes(undefined) ? undefined : all.flatMap((comparisons) => comparisons ?? []);
}

function simpleOf(operator: string, partial: Partial): Comparison[] | undefined {
  const [major, minor, patch] = partial.parts;
  if (major === undefined) return operator === ">" || operator === "<" ? undefined : [];
  if (operator.startsWith("~")) return from(partial, minor === undefined ? [major + 1, 0, 0] : [major, minor + 1, 0]);
  if (operator === "^") {
    if (major > 0 || minor === undefined) return from(partial, [major + 1, 0, 0]);
    return from(partial, minor > 0 || patch === undefined ? [0, minor + 1, 0] : [0, 0, patch + 1]);
  }
  if (patch !== undefined) return [{ operator: operatorOf(operator), version: lowest(partial) }];
  const next: Version["core"] = minor === undefined ? [major + 1, 0, 0] : [major, minor + 1, 0];
  if (operator === ">") return [{ operator: ">=", version: { core: next, pre: [] } }];
  if (operator === ">=") return [{ operator, version: floor(partial) }];
  if (operator === "<") return [{ operator, version: { ...floor(partial), pre: ["0"] } }];
  if (operator === "<=") return [below(next)];
  return [{ operator: ">=", version: floor(partial) }, below(next)];
}

function between(low: Partial, high: Partial): Comparison[] {
  const all: Comparison[] = low.parts[0] === undefined ? [] : [{ operator: ">=", version: lowest(low) }];
  const [major, minor, patch] = high.parts;
  if (major === undefined) return all;
  if (minor === undefined) return [...all, below([major + 1, 0, 0])];
  return [...all, patch === undefined ? below([major, minor + 1, 0]) : { operator: "<=", version: lowest(high) }];
}

function from(partial: Partial, end: Version["core"]): Comparison[] {
  return [{ operator: ">=", version: lowest(partial) }, below(end)];
}

/** Below a version and all of its pre-releases. */
function below(core: Version["core"]): Comparison {
  return { operator: "<", version: { core, pre: ["0"] } };
}

function lowest(partial: Partial): Version {
  return partial.parts[2] === undefined ? floor(partial) : { ...floor(partial), pre: partial.pre };
}

function floor({ parts: [major = 0, minor = 0, patch = 0] }: Partial): Version {
  return { core: [major, minor, patch], pre: [] };
}

function operatorOf(text: string): Comparison["operator"] {
  return text === ">" || text === ">=" || text === "<" || text === "<=" ? text : "=";
}

function partialOf([major, minor, patch, pre]: (string | undefined)[]): Partial {
  const parts = [major, minor, patch].map((part) => (part && /^\d/.test(part) ? whole(part) : undefined));
  const first = parts.indexOf(undefined);
  if (first >= 0 && parts.slice(first).some((part) => part !== undefined))
    throw new RangeError("a part is named after one that is left open");
  return { parts, pre: pre?.split(".") ?? [] };
}

/** A whole version, with a leading v or without; undefined when it isn't one. */
export function parseVersion(text: string): Version | undefined {
  const match = text.length <= MOST_CHARACTERS ? VERSION.exec(text) : null;
  if (!match) return undefined;
  const [major, minor, patch] = match.slice(1, 4).map(Number);
  if (!Number.isSafeInteger(major) || !Number.isSafeInteger(minor) || !Number.isSafeInteger(patch)) return undefined;
  return { core: [major!, minor!, patch!], pre: match[4]?.split(".") ?? [] };
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is too large`);
  return number;
}

/** Precedence, as semver.org has it: less than 0, 0, or more. */
export function compare(one: Version, other: Version): number {
  for (let i = 0; i < 3; i++) if (one.core[i] !== other.core[i]) return one.core[i]! - other.core[i]!;
  if (one.pre.length === 0 || other.pre.length === 0) return other.pre.length - one.pre.length;
  for (let i = 0; ; i++) {
    const [a, b] = [one.pre[i], other.pre[i]];
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
    if (a !== b) return compareIdentifiers(a, b);
  }
}

function compareIdentifiers(a: string, b: string): number {
  const [numeric, otherNumeric] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numeric && otherNumeric) return Number(a) - Number(b);
  if (numeric !== otherNumeric) return numeric ? -1 : 1;
  return a < b ? -1 : 1;
}

/** A version's text with the last one or two of its numbers, where they were left out. */
export function completed(text: string): string {
  return text.replace(/^(v?\d+)(\.\d+)?(?=[-+]|$)/, (_all, major: string, minor = ".0") => `${major}${minor}.0`);
}
