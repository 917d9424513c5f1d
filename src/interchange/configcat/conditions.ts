import type { Condition } from "../../contract/flag.ts";
import { compileVersions } from "../../core/precedence.ts";
import { type JsonRecord, list, number, onlyKnown, own, record, text } from "../documents.ts";
import { all, any, exists, isIn, NEVER, not, ofType, onText, ordered, version } from "../logic.ts";
import { fromJavaScript } from "../patterns.ts";
import { type Place, refuse } from "../report.ts";

/*
 * ConfigCat's conditions on attributes (design, interchange.md § 7.1). One that can't be decided, because the attribute
 * is absent, empty or no number where a number is wanted, holds no more than its negation does.
 */

const KNOWN = new Set(["a", "c", "s", "d", "l"]);

/** A condition in two parts: where it can be decided at all, and what then decides. */
export type Decision = { decided: Condition; test: Condition };

/** @throws Refusal */
export function userCondition(value: unknown, place: Place, attributeOf: (name: string) => string): Decision {
  const condition = record(value, place);
  onlyKnown(condition, KNOWN, place);
  const attribute = attributeOf(text(own(condition, "a"), [...place, "a"]));
  const comparator = number(own(condition, "c"), [...place, "c"]);
  const asked: Asked = { attribute, condition, place };
  const [decide, negated] = COMPARATORS.get(comparator) ?? unknown(comparator, place);
  const { decided, test } = decide(asked);
  const given = all(exists(attribute), not(isIn(attribute, [""], { as: "whole" })), decided);
  return { decided: given, test: negated ? not(test) : test };
}

function unknown(comparator: number, place: Place): never {
  if (comparator === 16 || comparator === 17 || (comparator >= 20 && comparator <= 27))
    return refuse(
      "hashed-values",
      place,
      "The comparison values are hashed: switch confidential comparators off in ConfigCat, and download the file again.",
    );
  return refuse("unknown-field", [...place, "c"], `It isn't known what comparator ${comparator} means.`);
}

type Asked = { attribute: string; condition: JsonRecord; place: Place };
type Decide = (asked: Asked) => Decision;

const textIsOneOf: Decide = (asked) => textual(isIn(asked.attribute, texts(asked), { as: "text" }));
const textEquals: Decide = (asked) => textual(isIn(asked.attribute, [one(asked)], { as: "text" }));
const someText =
  (operator: "contains" | "startsWith" | "endsWith"): Decide =>
  (asked) =>
    textual(onText(asked.attribute, operator, texts(asked), { as: "text" }));

const COMPARATORS: ReadonlyMap<number, readonly [decide: Decide, negated: boolean]> = new Map([
  [0, [textIsOneOf, false]],
  [1, [textIsOneOf, true]],
  [2, [someText("contains"), false]],
  [3, [someText("contains"), true]],
  [4, [(asked) => isVersion(asked, false), false]],
  [5, [(asked) => isVersion(asked, true), false]],
  [6, [compared("<"), false]],
  [7, [compared("<="), false]],
  [8, [compared(">"), false]],
  [9, [compared(">="), false]],
  [10, [numeric("equal"), false]],
  [11, [numeric("equal"), true]],
  [12, [numeric("less"), false]],
  [13, [numeric("less", "equal"), false]],
  [14, [numeric("greater"), false]],
  [15, [numeric("greater", "equal"), false]],
  [18, [numeric("less"), false]],
  [19, [numeric("greater"), false]],
  [28, [textEquals, false]],
  [29, [textEquals, true]],
  [30, [someText("startsWith"), false]],
  [31, [someText("startsWith"), true]],
  [32, [someText("endsWith"), false]],
  [33, [someText("endsWith"), true]],
  [34, [anyElement, false]],
  [35, [anyElement, true]],
]);

function textual(test: Condition): Decision {
  return { decided: all(), test };
}

function one({ condition, place }: Asked): string {
  const value = own(condition, "s") ?? undefined;
  return value === undefined
    ? refuse("malformed", place, "There is no comparison value.")
    : text(value, [...place, "s"]);
}

function texts({ condition, place }: Asked): string[] {
  const at = [...place, "l"];
  const values = own(condition, "l");
  if (!Array.isArray(values)) return refuse("malformed", place, "There is no list of comparison values.");
  return list(values, at).map((value, i) => text(value, [...at, i]));
}

// ---- versions

const LEAST = ">=0.0.0-0";

function isReadable(comparison: string): boolean {
  let valid = true;
  const clause = { attribute: "v", operator: "version", scheme: "prefixed", values: [comparison] } as const;
  compileVersions({ ...clause, values: [comparison] }, () => (valid = false));
  return valid;
}

function ofVersion(attribute: string, ...comparisons: string[]): Condition {
  return all(ofType(attribute, "string"), version(attribute, "prefixed", ...comparisons));
}

function compared(operator: string): Decide {
  return (asked) => {
    const comparison = operator + one(asked).trim();
    const { attribute } = asked;
    return {
      decided: ofVersion(attribute, LEAST),
      test: isReadable(comparison) ? version(attribute, "prefixed", comparison) : NEVER,
    };
  };
}

/** One value that is no version makes the comparison false, also the negated one. */
function isVersion(asked: Asked, negated: boolean): Decision {
  const { attribute } = asked;
  const decided = ofVersion(attribute, LEAST);
  const comparisons = texts(asked)
    .filter((value) => value !== "")
    .map((value) => `=${value.trim()}`);
  if (!comparisons.every(isReadable)) return { decided, test: NEVER };
  const same = version(attribute, "prefixed", ...comparisons);
  return { decided, test: negated ? not(same) : same };
}

// ---- numbers

/** What a text must not be to be a number for ConfigCat, though JavaScript reads it as one: blank, or hexadecimal. */
const NO_NUMBER = translated(String.raw`^\s*$|^\s*0[^\d.eE]`);
const NOT_A_NUMBER = translated(String.raw`^\s*NaN\s*$`);
const WITH_COMMA = translated(String.raw`^\s*[+-]?(?:\d+,\d*|,\d+)\s*$`);
const NEGATIVE = translated(String.raw`^\s*-`);

function translated(pattern: string): string {
  return fromJavaScript(pattern, []);
}

type Relation = "less" | "equal" | "greater";

function numeric(...relations: Relation[]): Decide {
  return ({ attribute, condition, place }) => {
    const bound = own(condition, "d");
    if (typeof bound !== "number") return refuse("malformed", place, "There is no number to compare with.");
    if (Math.abs(bound) > Number.MAX_SAFE_INTEGER)
      refuse("limit", [...place, "d"], "A number beyond 2^53 - 1 can't be compared.");
    const reads = any(ordered(attribute, "lessThan", [0], "number"), ordered(attribute, "atLeast", [0], "number"));
    const plain = all(ofType(attribute, "number", "string"), reads, not(matching(attribute, NO_NUMBER)));
    const direct: { [relation in Relation]: Condition } = {
      less: ordered(attribute, "lessThan", [bound], "number"),
      equal: isIn(attribute, [bound], { as: "number" }),
      greater: ordered(attribute, "greaterThan", [bound], "number"),
    };
    const comma = withComma(attribute, bound);
    return {
      decided: any(plain, matching(attribute, WITH_COMMA), matching(attribute, NOT_A_NUMBER)),
      test: any(...relations.flatMap((relation) => [direct[relation], comma[relation]])),
    };
  };
}

function matching(attribute: string, pattern: string): Condition {
  return onText(attribute, "matches", [pattern], { as: "whole" });
}

/**
 * How a text with a decimal comma compares with a number: ConfigCat reads it as if it had a point. Which digits are less
 * than others is a question of patterns; a text that has an exponent as well is outside of what is
 * promised.
 */
function withComma(attribute: string, bound: number): { [relation in Relation]: Condition } {
  const [whole, fraction] = decimalOf(Math.abs(bound));
  const integer = whole === "0" ? "" : whole;
  const signed = (unsigned: string): Condition => matching(attribute, translated(`^\\s*[+-]?(?:${unsigned})\\s*$`));
  const written = matching(attribute, WITH_COMMA);
  const negative = matching(attribute, NEGATIVE);
  const same = all(written, signed(`0*${integer},${fraction}0*`));
  const below = [
    ...lesser(integer, true).map((digits) => `0*${digits},\\d*`),
    ...lesser(fraction, false).map((digits) => `0*${integer},${digits}`),
  ];
  const smaller = below.length === 0 ? NEVER : all(written, signed(below.join("|")));
  const larger = all(written, not(same), not(smaller));
  if (bound > 0)
    return {
      less: any(all(written, negative), smaller),
      equal: all(same, not(negative)),
      greater: all(larger, not(negative)),
    };
  if (bound === 0) return { less: all(larger, negative), equal: same, greater: all(larger, not(negative)) };
  return {
    less: all(larger, negative),
    equal: all(same, negative),
    greater: any(all(written, not(negative)), smaller),
  };
}

/** The digits before and behind a number's decimal point. */
function decimalOf(magnitude: number): [whole: string, fraction: string] {
  const [mantissa, exponent = "0"] = String(magnitude).split("e") as [string, string?];
  const [whole, fraction = ""] = mantissa.split(".") as [string, string?];
  const zeros = -Number(exponent); // numbers that are written with a positive one are beyond 2^53
  return zeros === 0 ? [whole, fraction] : ["0", "0".repeat(zeros - 1) + whole + fraction];
}

/** Patterns of the digits that are less than others: of a whole number without zeros before it, or behind a comma. */
function lesser(digits: string, whole: boolean): string[] {
  const shorter = whole && digits.length > 0 ? [`\\d{0,${digits.length - 1}}`] : [];
  const differing = Array.from(digits).flatMap((digit, i): string[] => {
    const rest = whole ? `\\d{${digits.length - i - 1}}` : "\\d*";
    const less = digit === "0" ? [] : [`${digits.slice(0, i)}[0-${Number(digit) - 1}]${rest}`];
    return whole ? less : [...less, digits.slice(0, i)];
  });
  return [...shorter, ...differing];
}

// ---- lists

/** A list of texts as JSON, which ConfigCat takes for the list. */
const JSON_TEXT = String.raw`"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"`;
const BLANKS = String.raw`[ \t\n\r]*`;
const JSON_LIST = `^${BLANKS}\\[${BLANKS}(?:${JSON_TEXT}${BLANKS}(?:,${BLANKS}${JSON_TEXT}${BLANKS})*)?\\]${BLANKS}$`;
const MOST_IN_A_PATTERN = 500;

function anyElement(asked: Asked): Decision {
  const { attribute } = asked;
  const values = texts(asked);
  const listed = ofType(attribute, "array");
  const written = onText(attribute, "matches", [JSON_LIST], { as: "whole" });
  const has = onText(attribute, "matches", patternsOf(values), { as: "whole" });
  return { decided: any(listed, written), test: any(all(listed, isIn(attribute, values)), all(written, has)) };
}

/** Patterns of JSON lists that have any of some values, several values to a pattern. */
function patternsOf(values: readonly string[]): string[] {
  const groups: string[] = [];
  let group = "";
  for (const value of values) {
    const quoted = JSON.stringify(value)
      .slice(1, -1)
      .replaceAll(/[^A-Za-z0-9 _\u0080-\uffff]/g, String.raw`\$&`);
    if (group !== "" && group.length + quoted.length > MOST_IN_A_PATTERN) {
      groups.push(group);
      group = "";
    }
    group += group === "" ? quoted || "(?:)" : `|${quoted}`;
  }
  if (values.length > 0) groups.push(group);
  const before = `^${BLANKS}\\[${BLANKS}(?:${JSON_TEXT}${BLANKS},${BLANKS})*`;
  return groups.map((each) => `${before}"(?:${each})"`);
}
