import { DECIMAL, type Clause } from "../contract/flag.ts";
import { parseInstant } from "../contract/instant.ts";
import { utf8Length } from "../contract/json.ts";
import { LIMITS } from "../contract/limits.ts";
import { numberOf, textOf } from "./attributes.ts";
import { compileRanges } from "./cidr.ts";
import { Pattern, TooLarge } from "./pattern/automaton.ts";
import { compileVersions } from "./precedence.ts";
import { compileRange, completed } from "./versions.ts";

/** Whether a value satisfies something. Never throws, whatever the value. */
type ValueTest = (value: unknown) => boolean;

/** `elements`: of an array, any element may satisfy it; otherwise it is asked about the array itself. */
export type Operator = { accepts: ValueTest; elements: boolean };

/** Reports that value number `index` of a clause can't be compiled. */
type Refuse = (index: number, message: string) => void;

/** The operator of a clause with its values. It is asked only about what is present: neither undefined nor null. */
export function compileOperator(clause: Clause, refuse: Refuse): Operator {
  if (clause.operator === "exists") return { accepts: () => true, elements: false };
  if (clause.operator === "containsAll") return { accepts: containsAll(clause.values), elements: false };
  if (clause.operator === "type") return { accepts: isOfType(clause.values), elements: false };
  if (clause.operator === "version")
    return { accepts: compileVersions(clause, refuse), elements: clause.scheme !== "padded" };
  const accepts = compileValueTest(clause, refuse);
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

function compileValueTest(clause: Exclude<Clause, Whole>, refuse: Refuse): ValueTest {
  switch (clause.operator) {
    case "in":
      return clause.ignoreCase ? isInIgnoringCase(clause.values) : isIn(clause.values);
    case "contains":
      return onText(clause, (value) => (text) => text.includes(value));
    case "startsWith":
      return onText(clause, (value) => (text) => text.startsWith(value));
    case "endsWith":
      return onText(clause, (value) => (text) => text.endsWith(value));
    case "matches":
      return matches(clause, refuse);
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
  const set: ReadonlySet<unknown> = new Set(values.map((one) => (typeof one === "string" ? one.toLowerCase() : one)));
  return (value) => set.has(typeof value === "string" ? value.toLowerCase() : value);
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

/** A text as the text operators see it: its first 4096 UTF-8 bytes, cut between code points. */
export function head(text: string): string {
  if (text.length * 3 <= LIMITS.textBytes) return text;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    let size = unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    const start = i;
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next <= 0xdfff) {
        size = 4;
        i++;
      }
    }
    bytes += size;
    if (bytes > LIMITS.textBytes) return text.slice(0, start);
  }
  return text;
}

function onText(
  clause: { values: readonly string[]; ignoreCase: boolean },
  test: (value: string) => (text: string) => boolean,
): ValueTest {
  const { ignoreCase } = clause;
  const any = anyOf(clause.values.map((value) => test(ignoreCase ? value.toLowerCase() : value)));
  return (value) => {
    if (typeof value !== "string") return false;
    const text = head(value);
    return any(ignoreCase ? text.toLowerCase() : text);
  };
}

function matches(clause: { values: readonly string[]; ignoreCase: boolean }, refuse: Refuse): ValueTest {
  const patterns = clause.values.flatMap((value, index): Pattern[] => {
    const pattern = compilePattern(value, clause.ignoreCase);
    if (typeof pattern !== "string") return [pattern];
    refuse(index, pattern);
    return [];
  });
  const any = anyOf(patterns.map((pattern) => (text: string) => pattern.test(text)));
  return (value) => typeof value === "string" && any(head(value));
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

type Comparison = Extract<Clause, { operator: "lessThan" | "atMost" | "greaterThan" | "atLeast" | "before" | "after" }>;

/** An order holds for any of the values if it holds for the most generous one, so that there is one bound to compare with. */
function compare(clause: Comparison, refuse: Refuse): ValueTest {
  const { operator, as } = clause;
  if (as === "text") return ordered(operator, clause.values.map(textOf), textOf); // by their UTF-16 units
  const measure = operator === "before" || operator === "after" ? asInstant : asNumber;
  const values = clause.values.map((value, index) => {
    const number = measure(value);
    if (Number.isNaN(number))
      refuse(index, measure === asNumber ? "must be a decimal number" : "must be an RFC 3339 date-time");
    return number;
  });
  return ordered(operator, values, as === "typed" ? asTyped : measure);
}

function ordered<T extends string | number>(
  operator: Comparison["operator"],
  values: readonly T[],
  measure: (value: unknown) => T,
): ValueTest {
  if (values.length === 0) return () => false;
  const most = values.reduce((a, b) => (a < b ? b : a));
  const least = values.reduce((a, b) => (b < a ? b : a));
  switch (operator) {
    case "lessThan":
    case "before":
      return (value) => measure(value) < most;
    case "atMost":
      return (value) => measure(value) <= most;
    case "greaterThan":
    case "after":
      return (value) => measure(value) > least;
    case "atLeast":
      return (value) => measure(value) >= least;
  }
}

function asTyped(value: unknown): number {
  return typeof value === "number" ? value : NaN;
}

/** A number, or a text that is wholly a decimal number; else NaN, which compares with nothing. */
function asNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && DECIMAL.test(value) ? Number(value) : NaN;
}

/** Epoch milliseconds of a number or an RFC 3339 text; else NaN. */
function asInstant(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" ? (parseInstant(value) ?? NaN) : NaN;
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
