import { evaluate, type Packed } from "@vercel/flags-core";
import { type MakeEngine, METADATA, VARIANT } from "../engine.ts";
import { type FlagSpec, type RuleSpec, type Test } from "../scenario.ts";

/*
 * The package's pure `evaluate`, not its client, which wraps the same function in promises and metrics.
 */

type Definition = Packed.FlagDefinition;
const OFF = 0;
const ON = 1;

function definition(flag: FlagSpec, seed: number): Definition {
  const rules = flag.rules.map((rule: RuleSpec): Packed.Rule => {
    return { conditions: [condition(rule.test)], outcome: outcome(rule.percentage) };
  });
  return {
    variants: [false, true],
    variantIds: ["off", "on"],
    seed,
    environments: { production: { rules, fallthrough: outcome(flag.percentage) } },
  };
}

function condition(test: Test): Packed.Condition {
  // The comparators are a declared enum that the package doesn't export as a value; these are its literals.
  const comparison = test.attribute === "orders" ? ["gte", test.atLeast] : ["oneOf", [...test.oneOf]];
  return [["user", test.attribute], ...comparison] as unknown as Packed.Condition;
}

function outcome(percentage: number): Packed.Outcome {
  if (percentage === 100) return ON;
  if (percentage === 0) return OFF;
  return { type: "split", base: ["user", "id"], weights: [100 - percentage, percentage], defaultVariant: OFF };
}

export const make: MakeEngine<Record<string, unknown>, { value?: unknown }> = (single, all) => {
  const one = definition(single, 1);
  const many = all.map((flag, i) => ({ key: flag.key, definition: definition(flag, i) }));
  const environment = "production";
  return {
    context: ({ targetingKey, ...rest }) => ({ user: { id: targetingKey, ...rest } }),
    evaluate: (entities) => evaluate<boolean>({ definition: one, environment, entities }),
    isOn: (answer) => answer.value === true,
    evaluateAll: (entities) =>
      JSON.stringify({
        flags: many.map(({ key, definition }) => {
          const { value, reason } = evaluate<boolean>({ definition, environment, entities });
          return { key, value, variant: VARIANT(value === true), reason, metadata: METADATA };
        }),
      }),
  };
};
