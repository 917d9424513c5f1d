import { convertWith } from "../../src/interchange/convert.ts";
import { importConfigCat } from "../../src/interchange/configcat/importer.ts";
import { answering, refusalOf } from "./cases.ts";

export type ConfigCatCase = {
  group: string;
  flagKey: string;
  codeDefault?: unknown;
  definition: unknown;
  context: Record<string, unknown> | null;
  expected: { value?: unknown };
};

/** `right`, `wrong`, or the code of the refusal. */
export function judgeConfigCat({ definition, flagKey, codeDefault, context, expected }: ConfigCatCase): string {
  const { document, report } = convertWith(importConfigCat, "configcat", { main: definition }, { partial: true });
  const refusal = refusalOf(report, flagKey);
  if (refusal !== undefined) return refusal;
  const { Identifier, ...rest } = context ?? {};
  const sent = { ...rest, ...(Identifier === undefined ? {} : { targetingKey: Identifier }) };
  const evaluation = answering(document!, sent)(flagKey);
  const value = evaluation?.variant === undefined ? codeDefault : evaluation.value;
  return value === expected.value ? "right" : "wrong";
}
