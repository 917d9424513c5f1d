import type { Condition } from "../../contract/flag.ts";
import { compileVersions } from "../../core/precedence.ts";
import { bucket, cutWhere, type Hashing } from "../cuts.ts";
import { type JsonRecord, list, onlyKnown, own, record, text } from "../documents.ts";
import type { Options } from "../importer.ts";
import {
  all,
  any,
  compares,
  decided,
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
import { type Draft, type Place, refuse } from "../report.ts";

/*
 * The rules of Flagsmith's segments (design, interchange.md § 7.3). A condition's value is a text that is cast to
 * whatever type the trait has: so most conditions are one for each type.
 */

const RULE = new Set(["type", "rules", "conditions"]);
const CONDITION = new Set(["operator", "value", "property_", "description"]);
/** How many places Flagsmith's hash has. */
export const PLACES = 9998;

export type Reading = {
  draft: Draft;
  options: Options;
  /** The attribute that is an identity's identifier here. */
  identity: string;
  environment: { name: unknown; key: string };
  /** Refuses what hashes the key of an identity, unless it is known how that is made. @throws Refusal */
  hashes: (place: Place) => void;
};

/** Who is in a segment; nobody without an identity is. */
export function segmentCondition(segment: JsonRecord, id: string, place: Place, reading: Reading): Condition {
  const rules = list(own(segment, "rules"), [...place, "rules"]);
  if (rules.length === 0) return NEVER;
  const matched = rules.map((one, i) => rule(one, id, [...place, "rules", i], reading));
  return all(exists(reading.identity), ...matched);
}

function rule(value: unknown, segment: string, place: Place, reading: Reading): Condition {
  const one = record(value, place);
  onlyKnown(one, RULE, place);
  const type = text(own(one, "type"), [...place, "type"]);
  const conditions = list(own(one, "conditions"), [...place, "conditions"]).map((each, i) =>
    condition(each, segment, [...place, "conditions", i], reading),
  );
  const rules = list(own(one, "rules"), [...place, "rules"]).map((each, i) =>
    rule(each, segment, [...place, "rules", i], reading),
  );
  return all(...[conditions, rules].filter(({ length }) => length > 0).map((parts) => combined(type, parts)));
}

function combined(type: string, parts: readonly Condition[]): Condition {
  if (type === "ALL") return all(...parts);
  if (type === "ANY") return any(...parts);
  return type === "NONE" ? not(any(...parts)) : NEVER;
}

function condition(value: unknown, segment: string, place: Place, reading: Reading): Condition {
  const one = record(value, place);
  onlyKnown(one, CONDITION, place);
  const operator = text(own(one, "operator"), [...place, "operator"]);
  const property = own(one, "property_") ?? "";
  const at = [...place, "property_"];
  if (typeof property !== "string") return refuse("malformed", at, "A property must be a text.");
  if (operator === "PERCENTAGE_SPLIT") return share(own(one, "value"), property, segment, place, reading);
  if (property === "") return NEVER;
  const constant = property === "$.environment.name" || property === "$.environment.key";
  if (!constant) return asked(operator, traitOf(property, at, reading), own(one, "value"), [...place, "value"]);
  const known = property === "$.environment.name" ? reading.environment.name : reading.environment.key;
  return decided(holds(asked(operator, "value", own(one, "value"), [...place, "value"]), { value: known }));
}

/** The attribute that a property is here: a trait, or the identifier. */
function traitOf(property: string, place: Place, { draft, identity }: Reading): string {
  if (property === "$.identity.identifier") return identity;
  const name =
    /^\$\.identity\.traits\['(.+)'\]$/.exec(property)?.[1] ?? /^\$\.identity\.traits\.(.+)$/.exec(property)?.[1];
  if (name === undefined && property.startsWith("$."))
    return refuse("unknown-field", place, "It isn't known what this path means here.");
  const trait = name ?? property;
  if (trait.includes("."))
    draft.refuseUnlessAccepted(
      "dotted",
      place,
      "The trait's name has a dot, which is a path here: accept this if no context has the path and lacks the name.",
      "The trait's name has a dot: a context that lacks it, and has what it means as a path, is judged by that.",
    );
  return trait;
}

function share(value: unknown, property: string, segment: string, place: Place, reading: Reading): Condition {
  const most = Number.parseFloat(String(value));
  const cut = cutWhere(PLACES, (n) => (n / PLACES) * 100 <= most);
  if (cut === 0) return NEVER;
  const hashing = hashingOf(property, segment, [...place, "property_"], reading);
  return hashing === undefined ? NEVER : bucket([[0, cut]], hashing);
}

/** What is hashed for a share: the identity's key, its identifier or a trait; a trait by its bare name is none. */
function hashingOf(property: string, segment: string, place: Place, reading: Reading): Hashing | undefined {
  const { identity, environment } = reading;
  const hashed = (by: string, salt: string): Hashing => ({ by, hash: "flagsmith", salt, as: "truthy", places: PLACES });
  if (property === "" || property === "$.identity.key") {
    reading.hashes(place);
    return hashed(identity, `${segment},${environment.key}_`);
  }
  if (property === "$.identity.identifier") return hashed(identity, `${segment},`);
  const trait = /^\$\.identity\.traits\.([A-Za-z_]\w*)$/.exec(property)?.[1];
  if (trait !== undefined) return hashed(trait, `${segment},`);
  if (!property.startsWith("$.")) return undefined;
  return refuse("unknown-field", place, "It isn't known what this path means here.");
}

// ---- operators

const ORDERS: { [operator: string]: Order } = {
  GREATER_THAN: "greaterThan",
  GREATER_THAN_INCLUSIVE: "atLeast",
  LESS_THAN: "lessThan",
  LESS_THAN_INCLUSIVE: "atMost",
};
const COMPARISONS: { [operator: string]: string } = {
  EQUAL: "=",
  GREATER_THAN: ">",
  GREATER_THAN_INCLUSIVE: ">=",
  LESS_THAN: "<",
  LESS_THAN_INCLUSIVE: "<=",
};

function asked(operator: string, trait: string, value: unknown, place: Place): Condition {
  if (operator === "IS_SET") return exists(trait);
  if (operator === "IS_NOT_SET") return not(exists(trait));
  if (operator === "MODULO") return refuse("strategy", place, "Remainders of a division can't be asked for here.");
  if (operator === "IN") return listed(trait, value, place);
  if (typeof value !== "string") return refuse("malformed", place, "The value of a condition must be a text.");
  const semver = value.endsWith(":semver");
  const bare = semver ? value.replace(":semver", "") : value;
  const comparison = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (semver && comparison !== undefined) return versioned(trait, comparison + bare.trim());
  if (semver && !Number.isNaN(Number(bare)) && operator === "NOT_EQUAL")
    return refuse("malformed", place, "A number isn't a version.");
  switch (operator) {
    case "EQUAL":
      return equal(trait, bare, place);
    case "NOT_EQUAL":
      return all(
        exists(trait),
        not(semver ? any(isIn(trait, [bare], { as: "whole" }), asObject(trait, bare)) : equal(trait, bare, place)),
      );
    case "CONTAINS":
      return contains(trait, bare);
    case "NOT_CONTAINS":
      if (value === "") return NEVER;
      return all(ofType(trait, "string"), not(onText(trait, "contains", [value], { as: "whole" })));
    case "REGEX":
      return value === "" ? NEVER : onText(trait, "matches", [pattern(value, place)], { as: "text" });
  }
  const order = Object.hasOwn(ORDERS, operator) ? ORDERS[operator] : undefined;
  return order === undefined ? NEVER : inOrder(trait, order, bare, place);
}

/** What a boolean trait is compared with. */
const truthOf = (value: string): boolean => value !== "False" && value !== "false";

/** The number that a number trait is compared with; undefined when it is none. */
function numberOf(value: string, place: Place): number | undefined {
  const number = Number.parseFloat(value);
  if (Number.isNaN(number)) return undefined;
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) refuse("limit", place, "The number is beyond 2^53 - 1.");
  return number;
}

/** Lists and objects are compared as texts. */
function asObject(trait: string, value: string): Condition {
  return all(ofType(trait, "array", "object"), isIn(trait, [value], { as: "text" }));
}

function equal(trait: string, value: string, place: Place): Condition {
  const number = numberOf(value, place);
  const values = [value, truthOf(value), ...(number === undefined ? [] : [number])];
  return any(isIn(trait, values, { as: "whole" }), asObject(trait, value));
}

function inOrder(trait: string, order: Order, value: string, place: Place): Condition {
  const number = numberOf(value, place);
  const truth = truthOf(value);
  const truths = [true, false].filter((one) => compares(order, Number(one), Number(truth)));
  return any(
    all(ofType(trait, "string", "array", "object"), ordered(trait, order, [value], "text")),
    number === undefined ? NEVER : all(ofType(trait, "number"), ordered(trait, order, [number], "typed")),
    truths.length === 0 ? NEVER : isIn(trait, truths, { as: "whole" }),
  );
}

function contains(trait: string, value: string): Condition {
  const within = onText(trait, "contains", [value], { as: "whole" });
  const filled = value === "" ? all(within, not(isIn(trait, [""], { as: "whole" }))) : within;
  return any(filled, all(ofType(trait, "array"), isIn(trait, [value])));
}

/** A list as such, as JSON, or with commas between. Nothing that is false by itself is in a list, nor true. */
function listed(trait: string, value: unknown, place: Place): Condition {
  const values = valuesOf(value, place);
  if (values.length === 0) return NEVER;
  const inside = isIn(trait, values, { as: "text" });
  const empty = values.includes("") || values.includes("0") ? [not(isIn(trait, ["", 0], { as: "whole" }))] : [];
  return all(not(ofType(trait, "boolean")), ...empty, inside);
}

function valuesOf(value: unknown, place: Place): string[] {
  const texts = (values: readonly unknown[]): string[] => values.filter((one) => typeof one === "string");
  if (Array.isArray(value)) return texts(value);
  if (typeof value !== "string")
    return refuse("malformed", place, "The value of a condition must be a text or a list.");
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed)) return texts(parsed);
  } catch {
    // then there are commas between
  }
  return value.split(",");
}

function versioned(trait: string, comparison: string): Condition {
  let valid = true;
  const clause = { attribute: trait, operator: "version", scheme: "prefixed", values: [comparison] } as const;
  compileVersions({ ...clause, values: [comparison] }, () => (valid = false));
  return valid ? all(ofType(trait, "string"), version(trait, "prefixed", comparison)) : NEVER;
}

/** Engines agree on a pattern that can match at the beginning only. */
function pattern(value: string, place: Place): string {
  if (!value.startsWith("^") || hasChoice(value))
    refuse(
      "regex",
      place,
      "Flagsmith's engines differ on where a pattern may match: begin it with ^, without a choice outside of brackets.",
    );
  return fromJavaScript(value, place);
}

/** Whether there is a `|` outside of all brackets. */
function hasChoice(value: string): boolean {
  let depth = 0;
  for (let i = 0; i < value.length; i++) {
    const character = value[i]!;
    if (character === "\\") i++;
    else if (character === "[") {
      while (i < value.length && value[i] !== "]") i += value[i] === "\\" ? 2 : 1;
    } else if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "|" && depth === 0) return true;
  }
  return false;
}
