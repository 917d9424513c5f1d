import { convertWith } from "../../src/interchange/convert.ts";
import { importUnleash } from "../../src/interchange/unleash/importer.ts";
import { answering, refusalOf } from "./cases.ts";

export type UnleashCase = {
  group: string;
  flagKey: string;
  definition: unknown;
  context: Record<string, unknown>;
  expected: { enabled: boolean } | { variant: { name: string; payload?: { value: string } } };
};

/** `right`, `wrong`, or the code of the refusal. */
export function judgeUnleash({ definition, flagKey, context, expected }: UnleashCase): string {
  const { document, report } = convertWith(importUnleash, "unleash", { main: definition }, { partial: true });
  const refusal = refusalOf(report, flagKey);
  if (refusal !== undefined) return refusal;
  const { userId, properties, ...rest } = context;
  const sent = { ...(properties as object), ...rest, ...(userId === undefined ? {} : { targetingKey: userId }) };
  const answers = answering(document!, sent);
  const missing = report.flags.every(({ source }) => source !== flagKey);
  if (missing) return "enabled" in expected ? (expected.enabled ? "wrong" : "right") : "right";
  if ("enabled" in expected)
    return (answers(`${flagKey}.enabled`) ?? answers(flagKey))?.value === expected.enabled ? "right" : "wrong";
  const variants = answers(`${flagKey}.enabled`) === undefined ? undefined : answers(flagKey);
  const { name, payload } = expected.variant;
  if ((variants?.variant ?? "disabled") !== name) return "wrong";
  const value = variants?.value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return payload === undefined || text === payload.value ? "right" : "wrong";
}
