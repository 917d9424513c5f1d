import type { Condition } from "../../contract/flag.ts";
import {
  ALWAYS,
  all,
  any,
  compares,
  decided,
  exists,
  isIn,
  NEVER,
  not,
  ofType,
  onText,
  type Order,
  ordered,
  version,
  within,
} from "../logic.ts";
import { type Draft, type Place, refuse } from "../report.ts";
import { argumentPlace, type Literal, type Operation, type Reading, read, type Term, type Variable } from "./terms.ts";

/* flagd's targeting in the place of a condition (design, interchange.md § 3.3). */

export type Scope = Reading & {
  draft: Draft;
  /** What a reference stands for in the place of a condition. */
  reference: (name: unknown, place: Place) => Condition;
};

const ORDERS: { [name: string]: Order | undefined } = {
  "<": "lessThan",
  "<=": "atMost",
  ">": "greaterThan",
  ">=": "atLeast",
};
const MIRRORED: { [operator in Order]: Order } = {
  lessThan: "greaterThan",
  atMost: "atLeast",
  greaterThan: "lessThan",
  atLeast: "atMost",
};

/** When an expression is truthy. */
export function condition(node: unknown, place: Place, scope: Scope): Condition {
  const term = read(node, place, scope);
  switch (term.kind) {
    case "literal":
      return decided(Boolean(term.value));
    case "timestamp":
      return ALWAYS;
    case "list":
      return refuse("jsonlogic", place, "A list in the place of a condition has no counterpart here.");
    case "variable":
      scope.draft.note(
        "truthiness",
        place,
        "Lists and objects count as true here; flagd's engines don't agree on them.",
      );
      return withFallback(term, isIn(term.path, [true], { as: "truth" }), Boolean(term.fallback));
    case "operation":
      return operation(term, scope);
  }
}

function operation(term: Operation, scope: Scope): Condition {
  const { name, arguments: all_, place } = term;
  const each = (): Condition[] => all_.map((one, i) => condition(one, argumentPlace(term, i), scope));
  switch (name) {
    case "and":
      return all(...each());
    case "or":
      return any(...each());
    case "!":
      return not(only(term, scope));
    case "!!":
      return only(term, scope);
    case "$ref":
      return scope.reference(all_[0], place);
    case "==":
    case "===":
      return equality(term, scope);
    case "!=":
    case "!==":
      return not(equality(term, scope));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return order(term, ORDERS[name]!, scope);
    case "in":
      return membership(term, scope);
    case "starts_with":
    case "ends_with":
      return textual(term, scope).holds;
    case "sem_ver":
      return versioned(term, scope).holds;
  }
  return refuse("jsonlogic", place, `The operation ${JSON.stringify(name.slice(0, 50))} has no counterpart here.`);
}

function only(term: Operation, scope: Scope): Condition {
  if (term.arguments.length !== 1) refuse("jsonlogic", term.place, "This operation must have exactly one argument.");
  return condition(term.arguments[0], argumentPlace(term, 0), scope);
}

/** A condition on a variable, and what holds where the variable is absent. */
function withFallback({ path, fallback }: Variable, present: Condition, absent: boolean): Condition {
  if (fallback === null && !absent) return present;
  return absent ? any(not(exists(path)), present) : all(exists(path), present);
}

function terms(term: Operation, scope: Scope, ...counts: number[]): Term[] {
  if (!counts.includes(term.arguments.length))
    refuse("jsonlogic", term.place, `This operation must have ${counts.join(" or ")} arguments.`);
  return term.arguments.map((one, i) => read(one, argumentPlace(term, i), scope));
}

// ---- equality

function equality(term: Operation, scope: Scope): Condition {
  const [one, other] = terms(term, scope, 2) as [Term, Term];
  const strict = term.name === "===" || term.name === "!==";
  if (one.kind === "variable" && other.kind === "literal") return equals(one, other.value, strict);
  if (other.kind === "variable" && one.kind === "literal") return equals(other, one.value, strict);
  if (one.kind === "literal" && other.kind === "literal" && typeof one.value === typeof other.value)
    return decided(one.value === other.value);
  return refuse("jsonlogic", term.place, "Only a variable and a literal can be compared here.");
}

function equals(variable: Variable, literal: Literal, strict: boolean): Condition {
  const { path, fallback } = variable;
  const absent =
    fallback === literal || (!strict && fallback !== null && literal !== null && looselyEqual(fallback, literal));
  if (literal === null) return withFallback({ ...variable, fallback: null }, NEVER, absent);
  if (strict) return withFallback(variable, isIn(path, [literal], { as: "whole" }), absent);
  if (typeof literal !== "string")
    return withFallback(variable, isIn(path, [Number(literal)], { as: "number" }), absent);
  const same = isIn(path, [literal], { as: "whole" });
  const number = Number(literal);
  const coerced = Number.isNaN(number)
    ? NEVER
    : all(ofType(path, "number", "boolean"), isIn(path, [number], { as: "number" }));
  return withFallback(variable, any(same, coerced), absent);
}

function looselyEqual(one: string | number | boolean, other: string | number | boolean): boolean {
  return typeof one === "string" && typeof other === "string" ? one === other : Number(one) === Number(other);
}

// ---- order

function order(term: Operation, operator: Order, scope: Scope): Condition {
  const all_ = terms(term, scope, 2, 3);
  const pairs = all_.slice(1).map((right, i) => pair(all_[i]!, operator, right, term.place));
  return all(...pairs);
}

function pair(left: Term, operator: Order, right: Term, place: Place): Condition {
  if (right.kind === "variable" || right.kind === "timestamp") {
    if (left.kind !== "literal") return refuse("jsonlogic", place, "Two variables can't be compared here.");
    return pair(right, MIRRORED[operator], left, place);
  }
  if (
    right.kind !== "literal" ||
    right.value === null ||
    (left.kind !== "literal" && left.kind !== "variable" && left.kind !== "timestamp")
  )
    return refuse("jsonlogic", place, "Only a variable and a literal can be compared here.");
  const literal = typeof right.value === "boolean" ? Number(right.value) : right.value;
  if (left.kind === "timestamp") return instant(operator, literal, place);
  if (left.kind === "literal") return decided(compareLiterals(left.value, operator, literal));
  const absent = compareLiterals(left.fallback, operator, literal);
  const { path } = left;
  if (typeof literal === "number") return withAbsent(left, ordered(path, operator, [literal], "number"), absent);
  const number = Number(literal);
  const asText = all(ofType(path, "string"), ordered(path, operator, [literal], "text"));
  const asNumber = Number.isNaN(number)
    ? NEVER
    : all(not(ofType(path, "string")), ordered(path, operator, [number], "number"));
  return withAbsent(left, any(asText, asNumber), absent);
}

/** In an order, an absent variable is 0. */
function withAbsent(variable: Variable, present: Condition, absent: boolean): Condition {
  return absent ? any(not(exists(variable.path)), present) : withFallback(variable, present, false);
}

function compareLiterals(one: Literal, operator: Order, other: string | number): boolean {
  if (typeof one === "string" && typeof other === "string") return compares(operator, one, other);
  return compares(operator, Number(one), Number(other));
}

/** flagd's time is in whole seconds. */
function instant(operator: Order, literal: string | number, place: Place): Condition {
  if (typeof literal !== "number" || !(Math.abs(literal) < 8e12))
    return refuse("date", place, "The time must be compared with a number of seconds.");
  const [at, next] = [Math.ceil(literal) * 1000, (Math.floor(literal) + 1) * 1000];
  if (operator === "greaterThan") return within(next, null);
  if (operator === "atLeast") return within(at, null);
  if (operator === "lessThan") return within(null, at);
  return within(null, next);
}

// ---- membership, texts, versions

function membership(term: Operation, scope: Scope): Condition {
  const [needle, hay] = terms(term, scope, 2) as [Term, Term];
  const place = [...term.place, 1];
  if (hay.kind === "list") {
    const values = hay.items.map((item, i) => {
      const value = read(item, [...place, i], scope);
      if (value.kind !== "literal")
        return refuse("jsonlogic", [...place, i], "A list of values must have literals only.");
      if (value.value === null)
        return refuse("null-in-list", [...place, i], "null among the values can't be said here.");
      return value.value;
    });
    if (needle.kind === "literal") return decided(needle.value !== null && values.includes(needle.value));
    if (needle.kind !== "variable")
      return refuse("jsonlogic", term.place, "Only a variable can be looked up in a list.");
    const absent = needle.fallback !== null && values.includes(needle.fallback);
    return withFallback(needle, isIn(needle.path, values, { as: "whole" }), absent);
  }
  if (hay.kind === "variable" && needle.kind === "literal" && typeof needle.value === "string" && needle.value !== "") {
    const { value } = needle;
    const absent = typeof hay.fallback === "string" && hay.fallback.includes(value);
    const inText = onText(hay.path, "contains", [value], { as: "whole" });
    return withFallback(hay, any(inText, all(ofType(hay.path, "array"), isIn(hay.path, [value]))), absent);
  }
  return refuse(
    "jsonlogic",
    term.place,
    "A text can be looked for in a variable, or a variable in a list; nothing else.",
  );
}

/** When a comparison holds, and when it can be made at all: where it can't, flagd serves the default. */
type Partly = { holds: Condition; typed: Condition };
const NOT_TYPED: Partly = { holds: NEVER, typed: NEVER };

export function textual(term: Operation, scope: Scope): Partly {
  if (term.arguments.length !== 2) return NOT_TYPED;
  const [subject, part] = terms(term, scope, 2) as [Term, Term];
  const operator = term.name === "starts_with" ? "startsWith" : "endsWith";
  if (part.kind !== "literal" || (subject.kind !== "variable" && subject.kind !== "literal"))
    return refuse("jsonlogic", term.place, "Only a variable can be compared with a literal text here.");
  const { value } = part;
  if (typeof value !== "string") return NOT_TYPED;
  const literally = (text: Literal): Partly => {
    if (typeof text !== "string") return NOT_TYPED;
    return { holds: decided(operator === "startsWith" ? text.startsWith(value) : text.endsWith(value)), typed: ALWAYS };
  };
  if (subject.kind === "literal") return literally(subject.value);
  return either(
    subject,
    { holds: onText(subject.path, operator, [value], { as: "whole" }), typed: ofType(subject.path, "string") },
    literally(subject.fallback),
  );
}

/** What holds of a variable where it is present, and of its fallback where it isn't. */
function either(variable: Variable, present: Partly, absent: Partly): Partly {
  if (variable.fallback === null) return present;
  const missing = not(exists(variable.path));
  return {
    holds: any(all(exists(variable.path), present.holds), all(missing, absent.holds)),
    typed: any(all(exists(variable.path), present.typed), all(missing, absent.typed)),
  };
}

export function versioned(term: Operation, scope: Scope): Partly {
  if (term.arguments.length !== 3) return NOT_TYPED;
  const [subject, operator, wanted] = terms(term, scope, 3) as [Term, Term, Term];
  if (
    subject.kind !== "variable" ||
    operator.kind !== "literal" ||
    wanted.kind !== "literal" ||
    subject.fallback !== null
  )
    return refuse("jsonlogic", term.place, "Only a variable can be compared with a literal version here.");
  const parts = looseVersion(wanted.value);
  if (parts === undefined || typeof operator.value !== "string") return NOT_TYPED;
  const { path } = subject;
  const compared = (comparison: string): Condition => version(path, "loose", comparison);
  const between = (low: string, high: string): Condition => all(compared(`>=${low}-0`), not(compared(`>=${high}-0`)));
  const typed = compared(">=0.0.0-0");
  const { text, major, minor } = parts;
  switch (operator.value) {
    case "=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return { holds: compared(operator.value + text), typed };
    case "!=":
      return { holds: all(typed, not(compared(`=${text}`))), typed };
    case "^":
      return { holds: between(`${major}.0.0`, `${major + 1}.0.0`), typed };
    case "~":
      return { holds: between(`${major}.${minor}.0`, `${major}.${minor + 1}.0`), typed };
  }
  return NOT_TYPED;
}

const NUMBER = "(0|[1-9]\\d{0,14})";
const WHOLE = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?$`);
const PARTIAL = new RegExp(`^${NUMBER}(?:\\.${NUMBER})?$`);

/** A version as the scheme `loose` has it; undefined for what is none. */
function looseVersion(value: Literal): { text: string; major: number; minor: number } | undefined {
  const text = String(value)
    .trim()
    .replace(/^[vV]{1,2}/, "");
  const match = WHOLE.exec(text) ?? PARTIAL.exec(text);
  if (match === null || value === null || typeof value === "boolean" || text.length > 250) return undefined;
  const [, major, minor = "0"] = match;
  return { text, major: Number(major), minor: Number(minor) };
}
