import { isDeepStrictEqual } from "node:util";
import { convertWith } from "../../src/interchange/convert.ts";
import { importGrowthBook } from "../../src/interchange/growthbook/importer.ts";
import { answering, refusalOf } from "./cases.ts";

export type GrowthBookCase = {
  group: string;
  kind: string;
  flagKey: string;
  definition: unknown;
  context: { attributes?: Record<string, unknown>; forcedVariations?: unknown; url?: unknown; enabled?: unknown };
  expected: { value: unknown };
};

/** Whether a case is about a definition, and not about what its caller forces or switches off. */
export function isOfDefinition({ kind, context }: GrowthBookCase): boolean {
  const forced = Boolean(context.forcedVariations) || Boolean(context.url) || context.enabled !== undefined;
  return ["operator", "flag", "experiment"].includes(kind) && !forced;
}

/** `right`, `wrong`, or the code of the refusal. A feature that isn't there has no value. */
export function judgeGrowthBook({ definition, flagKey, context, expected }: GrowthBookCase): string {
  const { document, report } = convertWith(importGrowthBook, "growthbook", { main: definition }, { partial: true });
  const refusal = refusalOf(report, flagKey);
  if (refusal !== undefined) return refusal;
  const { id, ...rest } = context.attributes ?? {};
  const sent = { ...rest, ...(id === undefined ? {} : { targetingKey: id }) };
  const value = answering(document!, sent)(flagKey)?.value ?? null;
  return isDeepStrictEqual(value, expected.value) ? "right" : "wrong";
}
