import { isDeepStrictEqual } from "node:util";
import { convertWith } from "../../src/interchange/convert.ts";
import { importLaunchDarkly } from "../../src/interchange/launchdarkly/importer.ts";
import { answering, refusalOf } from "./cases.ts";

export type LaunchDarklyCase = {
  group: string;
  case: string;
  kind: "flag" | "operator" | "hash";
  flagKey: string;
  /** Of which type the caller wants it. */
  valueType?: "bool" | "int" | "double" | "string" | "any";
  codeDefault?: unknown;
  definition: unknown;
  context: Record<string, unknown>;
  expected: { value?: unknown; variationIndex?: number; reason?: { kind: string } };
};

/** `right`, `wrong`, or the code of the refusal. */
export function judgeLaunchDarkly(one: LaunchDarklyCase): string {
  const { definition, flagKey, valueType = "any", codeDefault, context, expected } = one;
  const { document, report } = convertWith(importLaunchDarkly, "launchdarkly", { main: definition }, { partial: true });
  const refusal = refusalOf(report, flagKey);
  if (refusal !== undefined) return refusal;
  const evaluation = answering(document!, sentToLaunchDarkly(context))(flagKey);
  if (!("value" in expected)) return Number(evaluation?.variant) === expected.variationIndex ? "right" : "wrong";
  const wanted = valueType === "any" || typeof evaluation?.value === TYPES[valueType];
  const value = evaluation?.variant === undefined || !wanted ? codeDefault : evaluation.value;
  return isDeepStrictEqual(value, expected.value) ? "right" : "wrong";
}

const TYPES = { bool: "boolean", int: "number", double: "number", string: "string" };

/** A context as it is sent here: a user's attributes at the top, those of other kinds under the kind's name. */
export function sentToLaunchDarkly(context: Record<string, unknown>): Record<string, unknown> {
  const { kind, ...attributes } = context;
  if (kind === "multi") return Object.assign({}, ...Object.entries(attributes).map(([of, one]) => ofKind(of, one)));
  return ofKind(kind ?? "user", attributes);
}

function ofKind(kind: unknown, one: unknown): Record<string, unknown> {
  const { key, custom, ...attributes } = one as Record<string, unknown>;
  if (kind !== "user") return { [String(kind)]: one };
  return { ...(custom as object), ...attributes, ...(key === undefined ? {} : { targetingKey: key }) };
}
