import { EventEmitter } from "node:events";
import type { Context } from "unleash-client";
import clientModule from "unleash-client/lib/client";
import type { RepositoryInterface } from "unleash-client/lib/repository";
import { defaultStrategies } from "unleash-client/lib/strategy";
import { type MakeEngine, METADATA, VARIANT } from "../engine.ts";
import type { FlagSpec, RuleSpec, Test } from "../scenario.ts";

/*
 * The evaluating class of the Node client on a repository that holds the features as data. It tells only the value.
 */

// The module is CommonJS with a `default` of its own, which a default import doesn't look into.
const { default: UnleashClient } = clientModule as unknown as { default: typeof clientModule };

type Feature = NonNullable<ReturnType<RepositoryInterface["getToggle"]>>;
type Strategy = NonNullable<Feature["strategies"]>[number];

function feature(flag: FlagSpec): Feature {
  const strategies = flag.rules.map((rule: RuleSpec) => strategy(flag, rule.percentage, [constraint(rule.test)]));
  if (flag.percentage > 0) strategies.push(strategy(flag, flag.percentage, []));
  return { name: flag.key, enabled: true, strategies };
}

function strategy(flag: FlagSpec, percentage: number, constraints: Strategy["constraints"]): Strategy {
  if (percentage === 100) return { name: "default", parameters: {}, constraints };
  const parameters = { rollout: String(percentage), stickiness: "userId", groupId: flag.key };
  return { name: "flexibleRollout", parameters, constraints };
}

function constraint(test: Test): Strategy["constraints"][number] {
  // The operators are a TypeScript enum inside the package; the cast names its literal.
  const common = { contextName: test.attribute as string, inverted: false, caseInsensitive: false };
  return test.attribute === "orders"
    ? { ...common, operator: "NUM_GTE" as Operator, values: [], value: String(test.atLeast) }
    : { ...common, operator: "IN" as Operator, values: [...test.oneOf] };
}
type Operator = Strategy["constraints"][number]["operator"];

function client(flags: readonly FlagSpec[]) {
  const features = new Map(flags.map((flag) => [flag.key, feature(flag)]));
  const repository = Object.assign(new EventEmitter(), {
    getToggle: (name: string) => features.get(name),
    getToggles: () => [...features.values()],
    getTogglesWithSegmentData: () => [],
    getSegment: () => undefined,
    stop() {},
    start: async () => {},
  });
  return new UnleashClient(repository, defaultStrategies);
}

export const make: MakeEngine<Context, boolean> = (single, all) => {
  const one = client([single]);
  const many = client(all);
  const keys = all.map((flag) => flag.key);
  const no = () => false;
  return {
    context: ({ targetingKey, ...rest }) => ({ userId: targetingKey, properties: rest }),
    evaluate: (context) => one.isEnabled(single.key, context, no),
    isOn: (answer) => answer,
    evaluateAll: (context) =>
      JSON.stringify({
        flags: keys.map((key) => {
          const value = many.isEnabled(key, context, no);
          return { key, value, variant: VARIANT(value), reason: "UNKNOWN", metadata: METADATA };
        }),
      }),
  };
};
