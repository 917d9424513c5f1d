import type { EvaluationContext } from "@openfeature/core";
import { FlagdCore } from "@openfeature/flagd-core";
import type { MakeEngine } from "../engine.ts";
import type { FlagSpec, Test } from "../scenario.ts";

/** The interpreter instead of generated code, because Workers forbid `new Function` (the engine's own option for that). */
const OPTIONS = { disableDynamicCodeGeneration: true };
const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

export function flagdCore(flags: readonly FlagSpec[]): FlagdCore {
  const core = new FlagdCore(undefined, SILENT, OPTIONS);
  core.setConfigurations(
    JSON.stringify({ flags: Object.fromEntries(flags.map((flag) => [flag.key, definition(flag)])) }),
  );
  return core;
}

function definition(flag: FlagSpec) {
  const branches = flag.rules.flatMap((rule) => [condition(rule.test), outcome(rule.percentage)]);
  const rest = outcome(flag.percentage);
  const targeted = branches.length > 0 ? { if: [...branches, rest] } : rest;
  return {
    state: "ENABLED",
    variants: { on: true, off: false },
    defaultVariant: typeof rest === "string" ? rest : "off",
    metadata: { version: "1" },
    ...(typeof targeted === "string" ? {} : { targeting: targeted }),
  };
}

function condition(test: Test) {
  if (test.attribute === "orders") return { ">=": [{ var: "orders" }, test.atLeast] };
  return { in: [{ var: test.attribute }, test.oneOf] };
}

function outcome(percentage: number) {
  if (percentage === 100) return "on";
  if (percentage === 0) return "off";
  return {
    fractional: [
      ["on", percentage],
      ["off", 100 - percentage],
    ],
  };
}

export const make: MakeEngine<EvaluationContext, { value: unknown }> = (single, all) => {
  const one = flagdCore([single]);
  const many = flagdCore(all);
  return {
    context: (user) => ({ ...user }),
    evaluate: (context) => one.resolveBooleanEvaluation(single.key, false, context),
    isOn: (answer) => answer.value === true,
    evaluateAll: (context) =>
      JSON.stringify({
        flags: many.resolveAll(context).map(({ flagKey, value, variant, reason, flagMetadata }) => {
          return { key: flagKey, value, variant, reason, metadata: flagMetadata };
        }),
      }),
  };
};
