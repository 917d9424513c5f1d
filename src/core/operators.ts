import type { Clause } from "../contract/flag.ts";
import { utf8Length } from "../contract/json.ts";
import * as LIMITS from "../contract/limits.ts";
import { numberOf, textOf } from "./attributes.ts";
import { compileRanges } from "./cidr.ts";
import { compare } from "./comparisons.ts";
import { foldCase } from "./fold.ts";
import { Pattern, TooLarge } from "./pattern/automaton.ts";
import { compileVersions } from "./precedence.ts";
import { scanned } from "./run.ts";
import { compileRange, completed } from "./versions.ts";

/** Whether a value satisfies something. Never throws, whatever the value. */
type ValueTest = (value: unknown) => boolean;

/** `elements`: of an array, any element may satisfy it; otherwise it is asked about the array itself. */
export type Operator = { accepts: ValueTest; elements: boolean };

/** Reports that value number `index` of a clause can't be compiled. */
type Refuse = (index: number, message: string) => void;
/** Reports that a pattern of a clause was compiled to so many steps. */
type Cost = (steps: number) => void;

/** The operator of a clause with its values. It is asked only about what is present: neither undefined nor null. */
export function compileOperator(clause: Clause, refuse: Refuse, cost: Cost = () => {}): Operator {
  if (clause.operator === "exists") return { accepts: () => true, elements: false };
  if (clause.operator === "containsAll") return { accepts: containsAll(clause.values), elements: false };
  if (clause.operator === "type") return { accepts: isOfType(clause.values), elements: false };
  if (clause.operator === "version")
    return { accepts: compileVersions(clause, refuse), elements: clause.scheme !== "padded" };
  const accepts = compileValueTest(clause, refuse, cost);
  switch (clause.as) {
    case undefined:
    case "each":
    case "typed":
      return { accepts, elements: true };
    case "whole":
      return { accepts, elements: false };
    case "text":
      return { accepts: (value) => accepts(textOf(value)), elements: false };
    case "number":
      return { accepts: (value) => accepts(numberOf(value)), elements: false };
    case "truth":
      return { accepts: (value) => accepts(Boolean(value)), elements: false };
  }
  throw new TypeError("unknown reading"); // in a body that came another way than through the schema
}

type Whole = { operator: "exists" | "containsAll" | "type" | "version" };

function compileValueTest(clause: Exclude<Clause, Whole>, refuse: Refuse, cost: Cost): ValueTest {
  switch (clause.operator) {
    case "in":
      return clause.ignoreCase ? isInIgnoringCase(clause.values) : isIn(clause.values);
    case "contains":
      return onText(clause, clause.values.length, (value) => (text) => text.includes(value));
    case "startsWith":
      return onText(clause, 0, (value) => (text) => text.startsWith(value));
    case "endsWith":
      return onText(clause, 0, (value) => (text) => text.endsWith(value));
    case "matches":
      return matches(clause, refuse, cost);
    case "semver":
      return semver(clause.values, refuse);
    case "cidr": {
      const test = compileRanges(clause.values, refuse);
      return (value) => typeof value === "string" && test(value);
    }
    case "lessThan":
    case "atMost":
    case "greaterThan":
    case "atLeast":
    case "before":
    case "after":
      return compare(clause, refuse);
  }
  throw new TypeError("unknown operator"); // in a body that came another way than through the schema
}

function anyOf<T>(tests: readonly ((value: T) => boolean)[]): (value: T) => boolean {
  if (tests.length === 1) return tests[0]!;
  return (value) => {
    for (let i = 0; i < tests.length; i++) if (tests[i]!(value)) return true;
    return false;
  };
}

type Scalar = string | number | boolean;

/** As many values are as quickly compared one by one as looked up. */
const FEW = 8;

function isAmong(values: readonly unknown[], value: unknown): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] === value) return true;
  return false;
}

function isIn(values: readonly Scalar[]): ValueTest {
  if (values.length === 1) {
    const only = values[0];
    return (value) => value === only;
  }
  if (values.length <= FEW) return (value) => isAmong(values, value);
  const set: ReadonlySet<unknown> = new Set(values);
  return (value) => set.has(value);
}

function isInIgnoringCase(values: readonly Scalar[]): ValueTest {
  const set: ReadonlySet<unknown> = new Set(values.map((one) => (typeof one === "string" ? foldCase(one) : one)));
  return (value) => {
    if (typeof value !== "string") return set.has(value);
    scanned(value, FOLDING);
    return set.has(foldCase(value));
  };
}

function isOfType(values: readonly string[]): ValueTest {
  return (value) => values.includes(Array.isArray(value) ? "array" : typeof value);
}

function containsAll(values: readonly Scalar[]): ValueTest {
  const wanted = [...new Set(values)];
  return (value) => {
    if (!Array.isArray(value)) return false;
    if (wanted.length <= FEW) return wanted.every((one) => isAmong(value, one));
    const held = new Set(value);
    return wanted.every((one) => held.has(one));
  };
}

/** @param passes how often a whole text is looked through */
function onText(
  clause: { values: readonly string[]; ignoreCase: boolean },
  passes: number,
  test: (value: string) => (text: string) => boolean,
): ValueTest {
  const { ignoreCase, values } = clause;
  const any = anyOf(values.map((value) => test(ignoreCase ? foldCase(value) : value)));
  return (value) => {
    if (typeof value !== "string") return false;
    scanned(value, passes + (ignoreCase ? FOLDING : 0));
    return any(ignoreCase ? foldCase(value) : value);
  };
}

/** Folding takes so many times as long as looking for something. */
const FOLDING = 16;

function matches(clause: { values: readonly string[]; ignoreCase: boolean }, refuse: Refuse, cost: Cost): ValueTest {
  const patterns = clause.values.flatMap((value, index): Pattern[] => {
    const pattern = compilePattern(value, clause.ignoreCase);
    if (typeof pattern === "string") {
      refuse(index, pattern);
      return [];
    }
    cost(pattern.size);
    return [pattern];
  });
  const any = anyOf(patterns.map((pattern) => (text: string) => pattern.test(text)));
  return (value) => typeof value === "string" && isShort(value) && any(value);
}

/** Whether a text is short enough to be judged by a pattern; none is judged by its beginning. */
function isShort(text: string): boolean {
  if (text.length * 3 <= LIMITS.textBytes) return true;
  return text.length <= LIMITS.textBytes && utf8Length(text) <= LIMITS.textBytes;
}

/** The compiled pattern, or what is wrong with it. */
function compilePattern(pattern: string, ignoreCase: boolean): Pattern | string {
  if (utf8Length(pattern) > LIMITS.patternBytes) return `must be at most ${LIMITS.patternBytes} bytes`;
  try {
    return new Pattern(pattern, ignoreCase, LIMITS.patternInstructions);
  } catch (error) {
    if (error instanceof TooLarge) return `must compile to at most ${LIMITS.patternInstructions} instructions`;
    if (error instanceof SyntaxError) return `is not a valid RE2 pattern: ${error.message}`;
    throw error;
  }
}

function semver(values: readonly string[], refuse: Refuse): ValueTest {
  const ranges = values.flatMap((value, index) => {
    try {
      return [compileRange(value)];
    } catch {
      refuse(index, "is not a version range");
      return [];
    }
  });
  const any = anyOf(ranges);
  return (value) => typeof value === "string" && value.length <= LIMITS.semverLength && any(completed(value));
}
