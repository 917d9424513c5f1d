import type { Clause, Condition, ReadAs, VersionScheme } from "../contract/flag.ts";
import * as LIMITS from "../contract/limits.ts";
import { type Context, compilePath } from "../core/attributes.ts";
import { AttributeTest } from "../core/conditions.ts";
import { compileOperator } from "../core/operators.ts";

/*
 * Conditions as importers build them: what always or never holds is folded away, nesting is flattened, and lists longer
 * than a clause may have become several clauses.
 */

export const ALWAYS: Condition = { all: [] };
export const NEVER: Condition = { any: [] };

export const isAlways = (node: Condition): boolean => "all" in node && node.all.length === 0;
export const isNever = (node: Condition): boolean => "any" in node && node.any.length === 0;

export function all(...parts: readonly Condition[]): Condition {
  const flat = parts.flatMap((part) => ("all" in part ? part.all : [part]));
  if (flat.some(isNever)) return NEVER;
  return flat.length === 1 ? flat[0]! : { all: flat };
}

export function any(...parts: readonly Condition[]): Condition {
  const flat = parts.flatMap((part) => ("any" in part ? part.any : [part]));
  if (flat.some(isAlways)) return ALWAYS;
  return flat.length === 1 ? flat[0]! : { any: flat };
}

export function not(part: Condition): Condition {
  if (isAlways(part)) return NEVER;
  if (isNever(part)) return ALWAYS;
  return "not" in part ? part.not : { not: part };
}

/** ALWAYS or NEVER. */
export const decided = (holds: boolean): Condition => (holds ? ALWAYS : NEVER);

type Scalar = string | number | boolean;

/** Lists longer than a clause may have, in several. */
function chunks<T>(values: readonly T[], most: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < values.length; i += most) parts.push(values.slice(i, i + most));
  return parts;
}

function reading<C extends Clause>(clause: C, as: ReadAs | undefined): C {
  return as === undefined ? clause : { ...clause, as };
}

type InOptions = { as?: "whole" | "text" | "number" | "truth"; ignoreCase?: boolean };

export function isIn(
  attribute: string,
  values: readonly Scalar[],
  { as, ignoreCase = false }: InOptions = {},
): Condition {
  const clauses = chunks(values, LIMITS.listedValues).map((part) =>
    reading({ attribute, operator: "in" as const, values: part, ignoreCase }, as),
  );
  return any(...clauses);
}

type TextOperator = "contains" | "startsWith" | "endsWith" | "matches";

export function onText(
  attribute: string,
  operator: TextOperator,
  values: readonly string[],
  { as, ignoreCase = false }: { as?: "whole" | "text"; ignoreCase?: boolean } = {},
): Condition {
  const clauses = chunks(values, LIMITS.scannedValues).map((part) =>
    reading({ attribute, operator, values: part, ignoreCase }, as),
  );
  return any(...clauses);
}

export type Order = "lessThan" | "atMost" | "greaterThan" | "atLeast";

/** Holds where the attribute compares so with any of the values. */
export function ordered(
  attribute: string,
  operator: Order,
  values: readonly (string | number)[],
  as?: "typed" | "whole" | "text" | "number",
): Condition {
  const clauses = chunks(values, LIMITS.scannedValues).map((part) =>
    reading({ attribute, operator, values: part }, as),
  );
  return any(...clauses);
}

/** Whether a number compares so with another. */
export function compares(operator: Order, one: number | string, other: number | string): boolean {
  if (operator === "lessThan") return one < other;
  if (operator === "atMost") return one <= other;
  if (operator === "greaterThan") return one > other;
  return one >= other;
}

export function exists(attribute: string): Condition {
  return { attribute, operator: "exists", values: [] };
}

export function ofType(
  attribute: string,
  ...values: ("string" | "number" | "boolean" | "array" | "object")[]
): Condition {
  return { attribute, operator: "type", values };
}

/** Versions that compare as any of the values says, such as `>=1.2.0`. */
export function version(attribute: string, scheme: VersionScheme, ...values: string[]): Condition {
  const clauses = chunks(values, LIMITS.scannedValues).map((part): Condition => ({
    attribute,
    operator: "version",
    scheme,
    values: part,
  }));
  return any(...clauses);
}

export function inNetworks(attribute: string, values: readonly string[], as?: "text"): Condition {
  const clauses = chunks(values, LIMITS.listedValues).map((part) =>
    reading({ attribute, operator: "cidr" as const, values: part }, as),
  );
  return any(...clauses);
}

export function onTime(
  attribute: string,
  operator: "before" | "after",
  values: readonly (string | number)[],
): Condition {
  const clauses = chunks(values, LIMITS.scannedValues).map((part): Condition => ({
    attribute,
    operator,
    values: part,
  }));
  return any(...clauses);
}

/** From one instant on and before another, in epoch milliseconds; null is open. */
export function within(from: number | null, until: number | null): Condition {
  if (from === null && until === null) return ALWAYS;
  if (from !== null && until !== null && from >= until) return NEVER;
  const text = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return { window: { from: text(from), until: text(until) } };
}

export const inSegment = (segment: string): Condition => ({ segment });
export const serves = (flag: string, variants: string[]): Condition => ({ flag, variants });

/** Whether a condition of clauses alone holds for a context. What can't be compiled, or isn't a clause, doesn't hold. */
export function holds(node: Condition, context: Context): boolean {
  if ("all" in node) return node.all.every((child) => holds(child, context));
  if ("any" in node) return node.any.some((child) => holds(child, context));
  if ("not" in node) return !holds(node.not, context);
  if (!("operator" in node)) return false;
  return new AttributeTest(
    compilePath(node.attribute),
    compileOperator(node, () => {}),
  ).holds(context);
}
