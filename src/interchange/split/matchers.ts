import type { Condition } from "../../contract/flag.ts";
import { compileVersions } from "../../core/precedence.ts";
import { type JsonRecord, list, onlyKnown, own, record, text } from "../documents.ts";
import {
  ALWAYS,
  all,
  exists,
  isIn,
  NEVER,
  not,
  ofType,
  onText,
  type Order,
  ordered,
  serves,
  version,
} from "../logic.ts";
import { fromJavaScript } from "../patterns.ts";
import { type Draft, type Place, refuse } from "../report.ts";

/* Split's matchers (design, interchange.md § 7.4). Without an attribute they ask about the key. */

const MATCHER = new Set(
  (
    "matcherType negate keySelector userDefinedSegmentMatcherData userDefinedLargeSegmentMatcherData " +
    "whitelistMatcherData unaryNumericMatcherData betweenMatcherData dependencyMatcherData booleanMatcherData " +
    "stringMatcherData betweenStringMatcherData"
  ).split(" "),
);
/** What of a key of two parts is hashed. */
export const BUCKETING_KEY = "bucketingKey";
const DAY = 86_400_000;
const MINUTE = 60_000;
/** JavaScript has no dates beyond. */
const LAST_DATE = 8.64e15;

export type Reading = {
  draft: Draft;
  /** The attribute that is the key here. */
  key: string;
  /** A segment's members, by its name. @throws Refusal when they aren't known */
  members: (name: string, place: Place) => readonly string[];
  /** Whoever is in a segment with listed members. */
  segment: (name: string, place: Place) => Condition;
  /** Whoever is in a segment of rules. */
  ruleBased: (name: string) => Condition;
  /** The treatments of a flag that it can serve; undefined when there is no such flag. */
  treatments: (flag: string) => ReadonlySet<string> | undefined;
};

/** Matchers that must all hold. @throws Refusal */
export function matcherGroup(value: unknown, place: Place, reading: Reading): Condition {
  const at = [...place, "matchers"];
  const matchers = list(own(record(value, place), "matchers"), at);
  if (matchers.length === 0) refuse("malformed", at, "Without matchers Split's engine answers control.");
  return all(...matchers.map((one, i) => matcher(one, [...at, i], reading)));
}

/** What is asked about. `given`: an attribute, which may be absent, empty or something else than a text. */
type Asked = { attribute: string; given: boolean; value: JsonRecord; place: Place; reading: Reading };

function matcher(value: unknown, place: Place, reading: Reading): Condition {
  const one = record(value, place);
  onlyKnown(one, MATCHER, place);
  const type = text(own(one, "matcherType"), [...place, "matcherType"]);
  const test = Object.hasOwn(MATCHERS, type) ? MATCHERS[type] : undefined;
  if (test === undefined)
    return refuse("unknown-field", [...place, "matcherType"], "It isn't known what this matcher asks.");
  const name = own(own(one, "keySelector"), "attribute") ?? "";
  const at = [...place, "keySelector", "attribute"];
  if (typeof name !== "string") return refuse("malformed", at, "An attribute must be a text.");
  if (name.includes("."))
    reading.draft.refuseUnlessAccepted(
      "dotted",
      at,
      "The attribute's name has a dot, which is a path here: accept this if no context has the path and lacks the name.",
      "The attribute's name has a dot: a context that lacks it, and has what it means as a path, is judged by that.",
    );
  const given = name !== "";
  const asked = test({ attribute: given ? name : reading.key, given, value: one, place, reading });
  // The engine never takes a key for a number or a boolean.
  const holds = given || !NO_TEXT.test(type) ? asked : NEVER;
  return own(one, "negate") === true ? not(holds) : holds;
}

/** Matchers that ask for a number or a boolean. */
const NO_TEXT = /^(?:EQUAL_TO|EQUAL_TO_BOOLEAN|GREATER_THAN_OR_EQUAL_TO|LESS_THAN_OR_EQUAL_TO|BETWEEN)$/;

const MATCHERS: { [type: string]: (asked: Asked) => Condition } = {
  ALL_KEYS: (asked) => (asked.given ? onTexts(asked, exists(asked.attribute)) : ALWAYS),
  WHITELIST: (asked) => onTexts(asked, isIn(asked.attribute, whitelist(asked), { as: "text" })),
  STARTS_WITH: textual("startsWith"),
  ENDS_WITH: textual("endsWith"),
  CONTAINS_STRING: textual("contains"),
  MATCHES_STRING: (asked) => {
    const at = [...asked.place, "stringMatcherData"];
    const pattern = fromJavaScript(text(own(asked.value, "stringMatcherData"), at), at);
    return onTexts(asked, onText(asked.attribute, "matches", [pattern], { as: "text" }));
  },
  EQUAL_TO: (asked) => {
    const { number, date } = unary(asked);
    if (!date) return isIn(asked.attribute, [number], { as: "number" });
    const day = new Date(number).setUTCHours(0, 0, 0, 0);
    return between(asked, day, day + DAY);
  },
  GREATER_THAN_OR_EQUAL_TO: (asked) => {
    const { number, date } = unary(asked);
    return date ? between(asked, minuteOf(number), undefined) : compared(asked, "atLeast", number);
  },
  LESS_THAN_OR_EQUAL_TO: (asked) => {
    const { number, date } = unary(asked);
    return date ? between(asked, undefined, minuteOf(number) + MINUTE) : compared(asked, "atMost", number);
  },
  BETWEEN: (asked) => {
    const at = [...asked.place, "betweenMatcherData"];
    const data = record(own(asked.value, "betweenMatcherData"), at);
    const date = own(data, "dataType") === "DATETIME";
    const start = numberOf(own(data, "start"), date, [...at, "start"]);
    const end = numberOf(own(data, "end"), date, [...at, "end"]);
    if (date) return between(asked, minuteOf(start), minuteOf(end) + MINUTE);
    return all(compared(asked, "atLeast", start), compared(asked, "atMost", end));
  },
  CONTAINS_ANY_OF_SET: ({ attribute, ...asked }) =>
    all(ofType(attribute, "array"), isIn(attribute, whitelist({ attribute, ...asked }).flatMap(elements))),
  CONTAINS_ALL_OF_SET: (asked) => {
    const values = whitelist(asked);
    if (values.length === 0 || new Set(values).size < values.length)
      refuse("list-length", [...asked.place, "whitelistMatcherData"], "The length of a list can't be compared here.");
    const each = values.map((one) => isIn(asked.attribute, elements(one)));
    return all(ofType(asked.attribute, "array"), ...each);
  },
  EQUAL_TO_SET: everyElement,
  PART_OF_SET: everyElement,
  EQUAL_TO_BOOLEAN: ({ attribute, value, place }) => {
    const wanted = own(value, "booleanMatcherData");
    if (typeof wanted !== "boolean")
      return refuse("malformed", [...place, "booleanMatcherData"], "This must be true or false.");
    return isIn(attribute, [wanted, ...spellings(String(wanted))], { as: "whole" });
  },
  EQUAL_TO_SEMVER: (asked) => equalVersions(asked, [text(own(asked.value, "stringMatcherData"), asked.place)]),
  IN_LIST_SEMVER: (asked) => equalVersions(asked, whitelist(asked)),
  GREATER_THAN_OR_EQUAL_TO_SEMVER: (asked) => versions(asked, ">=", own(asked.value, "stringMatcherData")),
  LESS_THAN_OR_EQUAL_TO_SEMVER: (asked) => versions(asked, "<=", own(asked.value, "stringMatcherData")),
  BETWEEN_SEMVER: (asked) => {
    const data = own(asked.value, "betweenStringMatcherData");
    return all(versions(asked, ">=", own(data, "start")), versions(asked, "<=", own(data, "end")));
  },
  IN_SPLIT_TREATMENT: (asked) => {
    ofTheKey(asked);
    const at = [...asked.place, "dependencyMatcherData"];
    const data = record(own(asked.value, "dependencyMatcherData"), at);
    const flag = text(own(data, "split"), [...at, "split"]);
    const known = asked.reading.treatments(flag);
    if (known === undefined) return refuse("missing-flag", [...at, "split"], "This flag isn't in the document.");
    const wanted = new Set(
      list(own(data, "treatments"), [...at, "treatments"]).filter((one) => known.has(one as string)),
    );
    return wanted.size === 0 ? NEVER : serves(flag, [...wanted] as string[]);
  },
  IN_SEGMENT: ({ attribute, given, value, place, reading }) => {
    const at = [...place, "userDefinedSegmentMatcherData", "segmentName"];
    const name = text(own(own(value, "userDefinedSegmentMatcherData"), "segmentName"), at);
    return given ? isIn(attribute, reading.members(name, at), { as: "text" }) : reading.segment(name, at);
  },
  IN_RULE_BASED_SEGMENT: (asked) => {
    ofTheKey(asked);
    const at = [...asked.place, "userDefinedSegmentMatcherData", "segmentName"];
    return asked.reading.ruleBased(text(own(own(asked.value, "userDefinedSegmentMatcherData"), "segmentName"), at));
  },
  IN_LARGE_SEGMENT: ({ place }) =>
    refuse("big-segment", [...place, "matcherType"], "The members of a large segment are in Split's store alone."),
};

function ofTheKey({ given, place }: Asked): void {
  if (given)
    refuse("unknown-field", [...place, "keySelector", "attribute"], "It isn't known what this means of an attribute.");
}

/** Where the attribute is a text for Split: something that isn't empty. */
function onTexts({ attribute, given }: Asked, holds: Condition): Condition {
  if (!given) return holds;
  return all(holds, not(ofType(attribute, "object")), not(isIn(attribute, [""], { as: "text" })));
}

function whitelist({ value, place }: Asked): string[] {
  const at = [...place, "whitelistMatcherData", "whitelist"];
  return list(own(own(value, "whitelistMatcherData"), "whitelist"), at).filter((one) => typeof one === "string");
}

function textual(operator: "startsWith" | "endsWith" | "contains"): (asked: Asked) => Condition {
  return (asked) => onTexts(asked, onText(asked.attribute, operator, whitelist(asked), { as: "text" }));
}

// ---- numbers and dates

function unary({ value, place }: Asked): { number: number; date: boolean } {
  const at = [...place, "unaryNumericMatcherData"];
  const data = record(own(value, "unaryNumericMatcherData"), at);
  const date = own(data, "dataType") === "DATETIME";
  return { number: numberOf(own(data, "value"), date, [...at, "value"]), date };
}

function numberOf(value: unknown, date: boolean, place: Place): number {
  if (typeof value !== "number") return refuse("malformed", place, "This must be a number.");
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) refuse("limit", place, "The number is beyond 2^53 - 1.");
  if (date && Math.abs(value) > LAST_DATE - DAY) refuse("date", place, "This is no date.");
  return value;
}

function minuteOf(instant: number): number {
  return new Date(instant).setUTCSeconds(0, 0);
}

function compared({ attribute }: Asked, order: Order, number: number): Condition {
  return ordered(attribute, order, [number], "number");
}

/** From one instant on and before another, of all that are dates. */
function between(asked: Asked, from = -LAST_DATE, before?: number): Condition {
  return all(
    compared(asked, "atLeast", from),
    before === undefined ? compared(asked, "atMost", LAST_DATE) : compared(asked, "lessThan", before),
  );
}

// ---- lists and booleans

/** What an element of a list may be that Split reads as this text. */
function elements(value: string): (string | number | boolean)[] {
  const number = Number(value);
  const twin = String(number) === value && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? [number] : [];
  return [value, ...twin, ...(value === "true" ? [true] : value === "false" ? [false] : [])];
}

function everyElement({ place }: Asked): Condition {
  return refuse(
    "list-elements",
    [...place, "matcherType"],
    "That every element of a list is in another can't be asked here.",
  );
}

/** A word in all mixtures of small and large letters. */
function spellings(word: string): string[] {
  return Array.from({ length: 2 ** word.length }, (_, mask) =>
    word
      .split("")
      .map((letter, i) => ((mask >> i) & 1 ? letter.toUpperCase() : letter))
      .join(""),
  );
}

// ---- versions

const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([^+]*))?(?:\+([^]+))?$/;

/** Equality is one of texts, but for zeros before a number; metadata counts. A value that is no version holds for nobody. */
function equalVersions(asked: Asked, values: readonly string[]): Condition {
  const patterns = values.map((value) => {
    const match = VERSION.exec(value);
    const before = match?.[4]?.split(".") ?? [];
    if (match === null || before.includes("")) return undefined;
    const core = match
      .slice(1, 4)
      .map((part) => numberPattern(part))
      .join("\\.");
    const pre = before.map((part) => (/^\d+$/.test(part) ? numberPattern(part) : literal(part))).join("\\.");
    const metadata = match[5] === undefined ? "" : `\\+${literal(match[5])}`;
    return `^${core}${pre === "" ? "" : `-${pre}`}${metadata}$`;
  });
  if (patterns.includes(undefined)) return NEVER;
  return onTexts(asked, onText(asked.attribute, "matches", patterns as string[], { as: "text" }));
}

function numberPattern(digits: string): string {
  return `0*${digits.replace(/^0+(?=\d)/, "")}`;
}

/** A text as a pattern that matches it alone. */
function literal(value: string): string {
  return value.replaceAll(/[^A-Za-z0-9]/gu, (character) => `\\x{${character.codePointAt(0)!.toString(16)}}`);
}

function versions(asked: Asked, operator: string, value: unknown): Condition {
  const { attribute } = asked;
  if (typeof value !== "string" || !VERSION.test(value)) return NEVER;
  const plain = value.replaceAll(/(^|[-.])0+(?=\d+(?:[-.+]|$))/g, "$1");
  const comparison = operator + plain;
  let valid = true;
  const clause = { attribute, operator: "version", scheme: "strict" } as const;
  compileVersions({ ...clause, values: [comparison] }, () => (valid = false));
  if (!valid)
    return refuse("malformed", asked.place, "This is a version to Split alone: it can't be compared with here.");
  // No blank may stand around it.
  return all(
    onText(attribute, "matches", ["^[0-9][^\\s]*$"], { as: "whole" }),
    version(attribute, "strict", comparison),
  );
}
