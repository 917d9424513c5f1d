import type { Condition } from "../../contract/flag.ts";
import { parseInstant } from "../../contract/instant.ts";
import { utf8Length } from "../../contract/json.ts";
import * as LIMITS from "../../contract/limits.ts";
import { compileRanges } from "../../core/cidr.ts";
import { Pattern, TooLarge } from "../../core/pattern/automaton.ts";
import { compileVersions } from "../../core/precedence.ts";
import { list, onlyKnown, own, record, text } from "../documents.ts";
import type { Options } from "../importer.ts";
import {
  all,
  any,
  inNetworks,
  isIn,
  NEVER,
  not,
  ofType,
  onText,
  onTime,
  type Order,
  ordered,
  version,
  within,
} from "../logic.ts";
import { type Draft, type Place, refuse } from "../report.ts";
import type { Part } from "./documents.ts";

/* Unleash's constraints (design, interchange.md § 4.3). What is compared is always the text of a context's value. */

const KNOWN = new Set(["contextName", "operator", "value", "values", "inverted", "caseInsensitive"]);

export type Reading = { draft: Draft; options: Options };

/** The attribute that a context's field is here. */
export function attributeOf(contextName: string, { id }: Options): string {
  return contextName === "userId" && id !== "keep" ? "targetingKey" : contextName;
}

/** All of several constraints. @throws Refusal */
export function constraints(parts: readonly Part[], reading: Reading): Condition {
  return all(...parts.map((part) => constraint(part, reading)));
}

function constraint({ value, place }: Part, { draft, options }: Reading): Condition {
  const one = record(value, place);
  onlyKnown(one, KNOWN, place);
  const contextName = text(own(one, "contextName"), [...place, "contextName"]);
  const operator = text(own(one, "operator"), [...place, "operator"]);
  const asked: Asked = {
    attribute: attributeOf(contextName, options),
    contextName,
    values: valuesOf(own(one, "values"), [...place, "values"]),
    value: own(one, "value"),
    ignoreCase: own(one, "caseInsensitive") === true,
    place,
    draft,
  };
  const test = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (test === undefined) return NEVER; // also when it is inverted
  const holds = test(asked);
  return own(one, "inverted") === true ? not(holds) : holds;
}

type Asked = {
  attribute: string;
  contextName: string;
  values: string[];
  value: unknown;
  ignoreCase: boolean;
  place: Place;
  draft: Draft;
};

/** Empty ones are dropped, and then blanks around the others. */
function valuesOf(values: unknown, place: Place): string[] {
  return list(values, place)
    .map((value, i) => text(value ?? "", [...place, i]))
    .filter((value) => value !== "")
    .map((value) => value.trim());
}

const OPERATORS: { [operator: string]: (asked: Asked) => Condition } = {
  IN: ({ attribute, values }) => isIn(attribute, values, { as: "text" }),
  NOT_IN: ({ attribute, values }) => not(isIn(attribute, values, { as: "text" })),
  STR_STARTS_WITH: textual("startsWith"),
  STR_ENDS_WITH: textual("endsWith"),
  STR_CONTAINS: textual("contains"),
  NUM_EQ: numeric("equal"),
  NUM_GT: numeric("greaterThan"),
  NUM_GTE: numeric("atLeast"),
  NUM_LT: numeric("lessThan"),
  NUM_LTE: numeric("atMost"),
  SEMVER_EQ: versioned("="),
  SEMVER_GT: versioned(">"),
  SEMVER_GTE: versioned(">="),
  SEMVER_LT: versioned("<"),
  SEMVER_LTE: versioned("<="),
  DATE_AFTER: dated("after"),
  DATE_BEFORE: dated("before"),
  REGEX: pattern,
  IN_CIDR: ({ attribute, values }) => networks(attribute, values),
};

function textual(operator: "startsWith" | "endsWith" | "contains"): (asked: Asked) => Condition {
  return ({ attribute, values, ignoreCase }) => onText(attribute, operator, values, { as: "text", ignoreCase });
}

function numeric(operator: Order | "equal"): (asked: Asked) => Condition {
  return ({ attribute, value, place }) => {
    if (value !== undefined && typeof value !== "string" && typeof value !== "number")
      return refuse("malformed", [...place, "value"], "The value must be the text of a number.");
    const number = Number(value);
    if (Number.isNaN(number)) return NEVER;
    if (Math.abs(number) > Number.MAX_SAFE_INTEGER)
      refuse("limit", [...place, "value"], "The number is beyond 2^53 - 1.");
    const compared =
      operator === "equal"
        ? isIn(attribute, [number], { as: "number" })
        : ordered(attribute, operator, [number], "number");
    return all(not(ofType(attribute, "boolean")), compared); // its text is no number
  };
}

function versioned(operator: string): (asked: Asked) => Condition {
  return ({ attribute, value }) => {
    if (typeof value !== "string") return NEVER;
    let valid = true;
    const comparison = operator + value.trim();
    compileVersions({ attribute, operator: "version", scheme: "strict", values: [comparison] }, () => (valid = false));
    return valid ? version(attribute, "strict", comparison) : NEVER;
  };
}

/** The time of an evaluation is the context's, if it has one. */
function dated(operator: "after" | "before"): (asked: Asked) => Condition {
  return ({ attribute, contextName, value, place }) => {
    if (contextName !== "currentTime")
      return refuse(
        "date",
        [...place, "contextName"],
        "Only currentTime can be compared with a date: Unleash's engines don't agree on others.",
      );
    const instant = typeof value === "string" ? parseInstant(value) : undefined;
    if (instant === undefined) return refuse("date", [...place, "value"], "The value isn't an RFC 3339 date and time.");
    const whole = Math.floor(instant);
    const given = isIn(attribute, [true], { as: "truth" });
    const byClock = operator === "after" ? within(whole + 1, null) : within(null, whole);
    return any(all(given, onTime(attribute, operator, [whole])), all(not(given), byClock));
  };
}

function pattern({ attribute, value, ignoreCase, place, draft }: Asked): Condition {
  if (typeof value !== "string") return NEVER;
  if (utf8Length(value) > LIMITS.patternBytes)
    refuse("limit", [...place, "value"], `A pattern may have ${LIMITS.patternBytes} bytes.`);
  try {
    new Pattern(value, ignoreCase, LIMITS.patternInstructions);
  } catch (error) {
    if (error instanceof TooLarge) return refuse("limit", [...place, "value"], "The pattern is too large.");
    draft.note("regex", [...place, "value"], "This is no RE2 pattern, and so never holds, as in Unleash.");
    return NEVER;
  }
  return onText(attribute, "matches", [value], { as: "text", ignoreCase });
}

/**
 * Addresses in networks; what isn't one is dropped. An IPv4 address that is written as an IPv6 one is in no IPv4 network
 * for Unleash, nor the other way round.
 */
export function networks(attribute: string, values: readonly string[]): Condition {
  const valid = values.filter(isNetwork);
  const colon = onText(attribute, "contains", [":"], { as: "text" });
  const of = (some: readonly string[], written: Condition): Condition =>
    some.length === 0 ? NEVER : all(written, inNetworks(attribute, some, "text"));
  return any(
    of(
      valid.filter((value) => !value.includes(":")),
      not(colon),
    ),
    of(
      valid.filter((value) => value.includes(":")),
      colon,
    ),
  );
}

function isNetwork(value: string): boolean {
  let valid = value.length <= 64;
  if (valid) compileRanges([value], () => (valid = false));
  return valid;
}
