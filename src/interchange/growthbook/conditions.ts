import type { Condition } from "../../contract/flag.ts";
import { textOf } from "../../core/attributes.ts";
import { Pattern } from "../../core/pattern/automaton.ts";
import * as LIMITS from "../../contract/limits.ts";
import { isRecord, list, own, record } from "../documents.ts";
import {
  all,
  ALWAYS,
  any,
  compares,
  exists,
  holds,
  isIn,
  NEVER,
  not,
  ofType,
  onText,
  type Order,
  ordered,
  version,
} from "../logic.ts";
import { fromJavaScript } from "../patterns.ts";
import { type Place, refuse } from "../report.ts";

/*
 * GrowthBook's conditions (design, interchange.md § 5.2): MongoDB's operators as its JavaScript SDK applies them. There
 * an absent attribute is null, and null is 0, "null" or an empty version wherever it is compared with such.
 */

export type Groups = {
  /** A saved group by its id; undefined when there is none. */
  group: (id: string) => unknown;
  /** A condition that holds for who is in a saved group that is a condition. @throws Refusal */
  inGroup: (id: string, place: Place) => Condition;
  /** Counts values of saved groups, which are written out wherever they are used. @throws Refusal of too many */
  spend: (values: number, place: Place) => void;
  /** The attribute that a path is here. @throws Refusal */
  attribute: (path: string, place: Place) => string;
};

/** @throws Refusal */
export function condition(value: unknown, place: Place, groups: Groups): Condition {
  const parts = Object.entries(record(value, place)).map(([name, operand]): Condition => {
    const at = [...place, name];
    if (name === "$or") return some(operand, at, groups);
    if (name === "$nor") return not(some(operand, at, groups));
    if (name === "$and") return all(...conditions(operand, at, groups));
    if (name === "$not") return not(condition(operand, at, groups));
    if (name === "$savedGroup") return savedGroup(operand, at, groups);
    return tested(groups.attribute(name, at), operand, at, groups);
  });
  return all(...parts);
}

function some(value: unknown, place: Place, groups: Groups): Condition {
  const parts = conditions(value, place, groups);
  return parts.length === 0 ? ALWAYS : any(...parts);
}

function conditions(value: unknown, place: Place, groups: Groups): Condition[] {
  if (!Array.isArray(value)) return refuse("malformed", place, "This must be a list of conditions.");
  return value.map((one: unknown, i) => condition(one, [...place, i], groups));
}

/** What is tested of one attribute. */
function tested(attribute: string, value: unknown, place: Place, groups: Groups): Condition {
  const absent = not(exists(attribute));
  if (value === null) return absent;
  if (typeof value === "string") return orAbsent(attribute, value === "null", isIn(attribute, [value], { as: "text" }));
  if (typeof value === "number") return orAbsent(attribute, value === 0, isIn(attribute, [value], { as: "number" }));
  if (typeof value === "boolean") return isIn(attribute, [value], { as: "truth" });
  const names = isRecord(value) ? Object.keys(value) : [];
  if (names.length === 0 || names.some((name) => !name.startsWith("$")))
    return refuse("deep-equality", place, "The attribute is compared with a list or an object as a whole.");
  return all(...names.map((name) => operator(name, attribute, own(value, name), [...place, name], groups)));
}

/** GrowthBook compares null where the attribute is absent; `holdsForNull`: with what outcome. */
function orAbsent(attribute: string, holdsForNull: boolean, test: Condition): Condition {
  return holdsForNull ? any(test, not(exists(attribute))) : test;
}

type Asked = { attribute: string; operand: unknown; place: Place; groups: Groups };

function operator(name: string, attribute: string, operand: unknown, place: Place, groups: Groups): Condition {
  const test = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (test === undefined)
    return refuse("unknown-field", place, `It isn't known what ${JSON.stringify(name.slice(0, 100))} means.`);
  return test({ attribute, operand, place, groups });
}

const OPERATORS: { [name: string]: (asked: Asked) => Condition } = {
  $eq: equal,
  $ne: (asked) => not(equal(asked)),
  $lt: comparison("lessThan"),
  $lte: comparison("atMost"),
  $gt: comparison("greaterThan"),
  $gte: comparison("atLeast"),
  $in: (asked) => listed(asked, (values) => among(asked, values, false)),
  $nin: (asked) => listed(asked, (values) => not(among(asked, values, false))),
  $ini: (asked) => listed(asked, (values) => among(asked, values, true)),
  $nini: (asked) => listed(asked, (values) => not(among(asked, values, true))),
  $inGroup: (asked) => inList(asked, (members) => members),
  $notInGroup: (asked) => inList(asked, not),
  $exists: ({ attribute, operand }) => (operand ? exists(attribute) : not(exists(attribute))),
  $type: typed,
  $not: ({ attribute, operand, place, groups }) => not(tested(attribute, operand, place, groups)),
  $regex: (asked) => matching(asked, false),
  $regexi: (asked) => matching(asked, true),
  $veq: versions("="),
  $vne: (asked) => not(versions("=")(asked)),
  $vgt: (asked) => not(versions("<=")(asked)),
  $vgte: versions(">="),
  $vlt: (asked) => not(versions(">=")(asked)),
  $vlte: versions("<="),
  $elemMatch: element,
  $all: everyOne,
  $alli: ({ operand, place }) =>
    Array.isArray(operand) ? refuse("list-elements", place, "Elements of a list are compared as texts.") : NEVER,
  $size: ({ place }) => refuse("list-length", place, "The length of a list is compared."),
};

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** By identity: a list or an object is never the same as another. */
function equal({ attribute, operand }: Asked): Condition {
  if (operand === null) return not(exists(attribute));
  return isScalar(operand) ? isIn(attribute, [operand], { as: "whole" }) : NEVER;
}

/** As JavaScript compares: two texts as texts, everything else as numbers. A list or an object is its text. */
function comparison(order: Order): (asked: Asked) => Condition {
  return ({ attribute, operand, place }) => {
    const bound = typeof operand === "object" && operand !== null ? textOf(operand) : operand;
    const number = Number(bound);
    const asNumber = Number.isNaN(number) ? NEVER : ordered(attribute, order, [safe(number, place)], "number");
    const forNull = !Number.isNaN(number) && compares(order, 0, number);
    if (typeof bound !== "string") return orAbsent(attribute, forNull, asNumber);
    const plain = ofType(attribute, "number", "boolean");
    const asText = all(not(plain), ordered(attribute, order, [bound], "text"));
    return orAbsent(attribute, forNull, any(asText, all(plain, asNumber)));
  };
}

function safe(number: number, place: Place): number {
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER
    ? number
    : refuse("limit", place, "A number beyond 2^53 - 1 can't be compared.");
}

// ---- lists

function listed({ operand }: Asked, test: (values: readonly unknown[]) => Condition): Condition {
  return Array.isArray(operand) ? test(operand) : NEVER;
}

function among(
  { attribute, place }: Pick<Asked, "attribute" | "place">,
  values: readonly unknown[],
  ignoreCase: boolean,
) {
  if (values.includes(null))
    refuse("null-in-list", place, "null is among the values, and an element of a list may be null.");
  const scalars = values.filter(isScalar);
  if (!ignoreCase) return isIn(attribute, scalars);
  const texts = scalars.filter((value) => typeof value === "string");
  const guarded = texts.some((text) => FOLDED_WITH_OTHERS.test(text));
  if (texts.some((text) => CASED_ALONE.test(text)))
    refuse("list-elements", place, "A letter of these texts has a lower case that depends on its neighbours.");
  const same = isIn(attribute, scalars, { ignoreCase: true });
  return guarded ? all(same, not(onText(attribute, "contains", ALONE))) : same;
}

/**
 * Letters that Unicode's folding makes equal to another, and JavaScript's lower case doesn't: a text that has one of
 * them is only equal to itself there. The other letters of such groups are in FOLDED_WITH_OTHERS.
 */
const ALONE =
  "\u017f \u00b5 \u0345 \u0390 \u03b0 \u03c2 \u03d0 \u03d1 \u03d5 \u03d6 \u03f0 \u03f1 \u03f5 \u1e9b \u1fbe \u1fd3 \u1fe3 \ufb05 \ufb06 \u1c80 \u1c81 \u1c82 \u1c83 \u1c84 \u1c85 \u1c86 \u1c87 \u1c88".split(
    " ",
  );
const FOLDED_WITH_OTHERS =
  /[Ss\u0392\u0395\u0398\u0399\u039a\u039c\u03a0\u03a1\u03a6\u03b2\u03b5\u03b8\u03b9\u03ba\u03bc\u03c0\u03c1\u03c6\u03f4\u0412\u0414\u041e\u0421\u0422\u042a\u0432\u0434\u043e\u0441\u0442\u044a\u0462\u0463\u1e60\u1e61\ua64a\ua64b]/;
/** Such letters among the values themselves, sigmas, and the i that has two code points in lower case. */
const CASED_ALONE = new RegExp(`[\u03a3\u03c3\u0130\u0307${ALONE.join("")}]`);

/** In a saved group, which must be a list: written out, because a segment's members are texts, and 1 isn't "1". */
function inList(asked: Asked, then: (members: Condition) => Condition): Condition {
  const { operand, place, groups } = asked;
  const group = groups.group(textOf(operand));
  const values = Array.isArray(group) || group === undefined ? (group ?? []) : listOf(group);
  if (values === null) return NEVER;
  groups.spend(values.length, place);
  return then(among(asked, values, false));
}

function listOf(group: unknown): readonly unknown[] | null {
  const values = own(group, "type") === "list" ? own(group, "values") : undefined;
  return Array.isArray(values) ? values : null;
}

function savedGroup(reference: unknown, place: Place, groups: Groups): Condition {
  const id = own(reference, "id");
  const attributeKey = own(reference, "attributeKey");
  if (typeof id !== "string" || (attributeKey !== undefined && typeof attributeKey !== "string")) return NEVER;
  const group = groups.group(id);
  const type = own(group, "type");
  if (type === "condition") return typeof own(group, "condition") === "object" ? groups.inGroup(id, place) : NEVER;
  const values = listOf(group);
  const key = attributeKey ?? own(group, "attributeKey");
  if (values === null || typeof key !== "string") return NEVER;
  groups.spend(values.length, place);
  return among({ attribute: groups.attribute(key, place), place }, values, false);
}

/** An element of a list, that isn't null, is one of some values. */
function element({ attribute, operand, place }: Asked): Condition {
  const [name, ...more] = isRecord(operand) ? Object.keys(operand) : [];
  const value = name === undefined ? undefined : own(operand, name);
  if (more.length > 0 || (name !== "$eq" && name !== "$in"))
    return refuse("list-elements", place, "Elements of a list are tested one by one.");
  const values = name === "$eq" ? [value] : Array.isArray(value) ? value : [];
  return all(ofType(attribute, "array"), isIn(attribute, values.filter(isScalar)));
}

/** Each of some texts is that of an element. */
function everyOne({ attribute, operand, place }: Asked): Condition {
  if (!Array.isArray(operand)) return NEVER;
  const each = operand.map((value: unknown, i): Condition => {
    if (typeof value !== "string" || value === "null")
      return refuse("list-elements", [...place, i], "Elements of a list are compared with something that is no text.");
    return isIn(attribute, [value, ...twins(value, [...place, i])]);
  });
  return all(ofType(attribute, "array"), ...each);
}

/** The number and the boolean that have a text. */
function twins(text: string, place: Place): (number | boolean)[] {
  if (text === "true" || text === "false") return [text === "true"];
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text ? [safe(number, place)] : [];
}

// ---- types, patterns, versions

const TYPES = ["string", "number", "boolean", "array", "object"] as const;

function typed({ attribute, operand }: Asked): Condition {
  if (operand === "null") return not(exists(attribute));
  const type = TYPES.find((one) => one === operand);
  return type === undefined ? NEVER : ofType(attribute, type);
}

/** A pattern that is none never holds, also where it is negated by `$not` around it. */
function matching({ attribute, operand, place }: Asked, ignoreCase: boolean): Condition {
  if (typeof operand !== "string" || !isPattern(operand)) return NEVER;
  const pattern = fromJavaScript(operand, place, { ignoreCase });
  return orAbsent(attribute, matchesNull(pattern), onText(attribute, "matches", [pattern], { as: "text" }));
}

function isPattern(text: string): boolean {
  try {
    RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function matchesNull(pattern: string): boolean {
  try {
    return new Pattern(pattern, false, LIMITS.patternInstructions).test("null");
  } catch {
    return false; // too large a pattern is refused with the flag
  }
}

/** In GrowthBook's order of texts, in which null, and everything that is neither a text nor a number, is `0`. */
function versions(comparison: "=" | "<=" | ">="): (asked: Asked) => Condition {
  return ({ attribute, operand, place }) => {
    const text = typeof operand === "number" ? String(operand) : operand;
    const bound = typeof text === "string" && text !== "" ? text : "0";
    if (bound.length > LIMITS.semverLength - 2)
      refuse("limit", place, `A version may have ${LIMITS.semverLength - 2} characters.`);
    const test = version(attribute, "padded", comparison + bound);
    return orAbsent(attribute, holds(test, { [attribute]: "0" }), test);
  };
}

/** A list of pairs of numbers that may be left out. @throws Refusal */
export function pairs(value: unknown, place: Place): [number, number][] {
  return list(value, place).map((pair, i) => pairOf(pair, [...place, i]));
}

/** @throws Refusal of what isn't two numbers */
export function pairOf(pair: unknown, place: Place): [number, number] {
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((one) => typeof one === "number"))
    return refuse("malformed", place, "This must be two numbers.");
  return pair as [number, number];
}
