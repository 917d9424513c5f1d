import type { Condition } from "../../contract/flag.ts";
import { readInstant } from "../../contract/instant.ts";
import { compileVersions } from "../../core/precedence.ts";
import { list, onlyKnown, own, record, text } from "../documents.ts";
import type { Options } from "../importer.ts";
import { all, any, exists, inSegment, isIn, NEVER, not, onText, onTime, ordered, version } from "../logic.ts";
import { fromJavaScript } from "../patterns.ts";
import { type Draft, type Place, refuse } from "../report.ts";

/* LaunchDarkly's clauses and the attributes that they ask for (design, interchange.md § 6.2). */

const KNOWN = new Set(["attribute", "op", "values", "negate", "contextKind", "_id", "id"]);

export type Reading = {
  draft: Draft;
  options: Options;
  /** Kinds of contexts in the document, but for users: what is nested under their names here. */
  kinds: ReadonlySet<string>;
  /** The key that a segment has here; undefined when there is none. @throws Refusal when it isn't known */
  segment: (key: string, place: Place) => string | undefined;
};

/** Clauses that must all hold. @throws Refusal */
export function clauses(value: unknown, place: Place, reading: Reading): Condition {
  const parts = list(value, place);
  return all(...parts.map((one, i) => clause(one, [...place, i], reading)));
}

function clause(value: unknown, place: Place, reading: Reading): Condition {
  const one = record(value, place);
  onlyKnown(one, KNOWN, place);
  const op = text(own(one, "op"), [...place, "op"]);
  const values = list(own(one, "values"), [...place, "values"]);
  const negate = own(one, "negate") === true;
  if (op === "segmentMatch") {
    const keys = values.filter((each) => typeof each === "string");
    const segments = keys.map((key, i) => reading.segment(key, [...place, "values", i]));
    const inside = any(...segments.filter((key) => key !== undefined).map(inSegment));
    return negate ? not(inside) : inside;
  }
  const kind = kindOf(own(one, "contextKind"), [...place, "contextKind"]);
  const attribute = attributeOf(own(one, "attribute"), kind, [...place, "attribute"], reading);
  const holds = compared(op, attribute.path, values, place, reading.options);
  const present = exists(attribute.path);
  const decided = negate ? all(present, not(holds)) : holds;
  if (!attribute.anonymous) return decided;
  // A context that doesn't say whether it is anonymous isn't.
  const ofFalse = (op === "in" && values.includes(false)) !== negate;
  return ofFalse ? any(decided, all(exists(identityOf(kind, reading)), not(present))) : decided;
}

/** The kind that is named, undefined where none is. */
export function kindOf(value: unknown, place: Place): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || !/^[\w.-]+$/.test(value) || value === "kind")
    return refuse("malformed", place, "This isn't a kind of contexts.");
  if (value.includes(".")) return refuse("dotted", place, "The kind's name has a dot, which is a path here.");
  return value;
}

/** Where the key of a kind's context is here. */
export function identityOf(kind: string | undefined, { options }: Pick<Reading, "options">): string {
  if (kind !== undefined && kind !== "user") return `${kind}.key`;
  return options.id === "keep" ? "key" : "targetingKey";
}

export type Attribute = { path: string; anonymous: boolean };

/** The path here of what LaunchDarkly calls by a literal name, or, where a kind is named, by a reference. */
export function attributeOf(value: unknown, kind: string | undefined, place: Place, reading: Reading): Attribute {
  const name = value ?? "";
  if (typeof name !== "string") return refuse("malformed", place, "An attribute must be a text.");
  const steps = kind === undefined ? [name] : stepsOf(name);
  if (steps === undefined || steps.includes("") || (kind !== undefined && steps[0] === "_meta"))
    return refuse("malformed", place, "This names no attribute: LaunchDarkly fails, and its caller's default applies.");
  if (steps.length === 1 && steps[0] === "kind")
    refuse("context-kind", place, "The clause asks of which kind a context is, which contexts don't say here.");
  const ofUser = kind === undefined || kind === "user";
  if (steps.some((step) => step.includes("."))) {
    const reason = "The attribute's name has a dot, which is a path here";
    if (!ofUser || steps.length > 1) refuse("dotted", place, `${reason}.`);
    reading.draft.refuseUnlessAccepted(
      "dotted",
      place,
      `${reason}: accept this if no context has the path and lacks the name.`,
      "The attribute's name has a dot: a context that lacks it, and has what it means as a path, is judged by that.",
    );
  }
  if (ofUser && reading.kinds.has(steps[0]!))
    refuse("context-kind", place, "A user's attribute and a kind of contexts have one name, and would be one here.");
  const anonymous = steps.length === 1 && steps[0] === "anonymous";
  if (!ofUser) return { path: [kind, ...steps].join("."), anonymous };
  const isKey = steps.length === 1 && steps[0] === "key";
  return { path: isKey ? identityOf(undefined, reading) : steps.join("."), anonymous };
}

/** The steps of a reference; undefined when it is none. A tilde at the very beginning is read differently by engines. */
function stepsOf(reference: string): string[] | undefined {
  if (!reference.startsWith("/")) return /\/\/|~$/.test(reference) ? undefined : [reference];
  if (/\/\/|~(?![01])/.test(reference) || reference.startsWith("/~")) return undefined;
  return reference
    .slice(1)
    .split("/")
    .map((step) => (step.startsWith("~") ? "" : step.replaceAll("~1", "/").replaceAll("~0", "~")));
}

type Scalar = string | number | boolean;

function compared(op: string, a: string, values: readonly unknown[], place: Place, options: Options): Condition {
  const at = [...place, "values"];
  const texts = values.filter((value) => typeof value === "string");
  const numbers = (): number[] =>
    values.filter((value) => typeof value === "number").map((n, i) => safe(n, [...at, i]));
  switch (op) {
    case "in":
      return isIn(
        a,
        values.map((value, i) => scalar(value, [...at, i])),
      );
    case "startsWith":
    case "endsWith":
    case "contains":
      return onText(a, op, texts);
    case "matches":
      return onText(
        a,
        op,
        values.flatMap((value, i) => {
          if (typeof value !== "string") return [];
          return options.engine === "go" ? value : fromJavaScript(value, [...at, i]);
        }),
      );
    case "lessThan":
    case "greaterThan":
      return ordered(a, op, numbers(), "typed");
    case "lessThanOrEqual":
      return ordered(a, "atMost", numbers(), "typed");
    case "greaterThanOrEqual":
      return ordered(a, "atLeast", numbers(), "typed");
    case "before":
    case "after": {
      const moments = values.flatMap((value, i) => momentOf(value, [...at, i]));
      // LaunchDarkly wants capitals.
      return moments.length === 0 ? NEVER : all(onTime(a, op, moments), not(onText(a, "contains", ["t", "z"])));
    }
    case "semVerEqual":
      return versions(a, "=", values);
    case "semVerLessThan":
      return versions(a, "<", values);
    case "semVerGreaterThan":
      return versions(a, ">", values);
  }
  return NEVER; // an operator that the engine doesn't know
}

function scalar(value: unknown, place: Place): Scalar {
  if (value === null) return refuse("null-in-list", place, "null can't be among the values.");
  if (typeof value === "object")
    return refuse("deep-equality", place, "Objects and lists can't be compared as a whole.");
  return typeof value === "number" ? safe(value, place) : (value as Scalar);
}

function safe(value: number, place: Place): number {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) refuse("limit", place, "The number is beyond 2^53 - 1.");
  return value;
}

/** How LaunchDarkly recognizes a date; whether it is one is then up to JavaScript. */
const DATE = /^\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d(?::\d\d)?)/;

/** The instants that a value is, in epoch milliseconds: one or none. */
function momentOf(value: unknown, place: Place): number[] {
  if (typeof value === "number") return [safe(value, place)];
  if (typeof value !== "string" || !DATE.test(value)) return [];
  const instant = readInstant(value);
  const theirs = Date.parse(value);
  if (instant !== undefined && instant.ms === theirs) return [theirs];
  if (instant === undefined && Number.isNaN(theirs)) return [];
  return refuse("date", place, "LaunchDarkly's engines don't agree on what this date is.");
}

function versions(a: string, operator: string, values: readonly unknown[]): Condition {
  return version(a, "partial", ...values.flatMap((value) => versionOf(value)).map((one) => operator + one));
}

/** A value as the version that LaunchDarkly takes it for: one or none. Only behind a blank may it have a v. */
function versionOf(value: unknown): string[] {
  if (typeof value !== "string" || value.startsWith("v")) return [];
  const blank = /^\s/.test(value);
  const bare = blank ? value.trim().replace(/^v/, "") : value.trim();
  let valid = true;
  const scheme = blank ? "strict" : "partial";
  compileVersions({ attribute: "", operator: "version", scheme, values: [`=${bare}`] }, () => (valid = false));
  return valid ? [bare] : [];
}

/** Whether a context is one of listed keys. */
export function isOneOf(identity: string, keys: readonly string[]): Condition {
  return keys.length === 0 ? NEVER : isIn(identity, keys, { as: "whole" });
}
