import { type FeatureDefinition, type FeatureRule, GrowthBookClient, type UserContext } from "@growthbook/growthbook";
import { type MakeEngine, METADATA, VARIANT } from "../engine.ts";
import type { FlagSpec, Test } from "../scenario.ts";

function client(flags: readonly FlagSpec[]): GrowthBookClient {
  const features = Object.fromEntries(flags.map((flag) => [flag.key, definition(flag)]));
  return new GrowthBookClient().initSync({ payload: { features } });
}

function definition(flag: FlagSpec): FeatureDefinition<boolean> {
  const rules: FeatureRule<boolean>[] = flag.rules.map((rule) => ({
    id: rule.id,
    condition: condition(rule.test),
    force: true,
    ...(rule.percentage < 100 ? { coverage: rule.percentage / 100, hashAttribute: "id" } : {}),
  }));
  if (flag.percentage > 0 && flag.percentage < 100)
    rules.push({ id: "rollout", force: true, coverage: flag.percentage / 100, hashAttribute: "id" });
  return { defaultValue: flag.percentage === 100, rules };
}

function condition(test: Test) {
  return test.attribute === "orders"
    ? { orders: { $gte: test.atLeast } }
    : { [test.attribute]: { $in: [...test.oneOf] } };
}

export const make: MakeEngine<UserContext, { value: unknown }> = (single, all) => {
  const one = client([single]);
  const many = client(all);
  const keys = all.map((flag) => flag.key);
  return {
    context: ({ targetingKey, ...rest }) => ({ attributes: { id: targetingKey, ...rest } }),
    evaluate: (context) => one.evalFeature(single.key, context),
    isOn: (answer) => answer.value === true,
    evaluateAll: (context) =>
      JSON.stringify({
        flags: keys.map((key) => {
          const { value, on, source } = many.evalFeature(key, context);
          return { key, value, variant: VARIANT(on), reason: source, metadata: METADATA };
        }),
      }),
  };
};
