import { createInstance, type InstanceOptions } from "@featurevisor/sdk";
import { type MakeEngine, METADATA, VARIANT } from "../engine.ts";
import type { FlagSpec, Test, User } from "../scenario.ts";

type Datafile = Exclude<InstanceOptions["datafile"], string | undefined>;

function instance(flags: readonly FlagSpec[]) {
  const segments: Datafile["segments"] = {};
  const features: Datafile["features"] = {};
  for (const flag of flags) {
    const traffic = flag.rules.map((rule) => {
      const segment = `${flag.key}/${rule.id}`;
      segments[segment] = { key: segment, conditions: [condition(rule.test)] };
      return { key: rule.id, segments: segment, percentage: rule.percentage * 1000 };
    });
    traffic.push({ key: "everyone", segments: "*", percentage: flag.percentage * 1000 });
    features[flag.key] = { key: flag.key, bucketBy: "targetingKey", traffic };
  }
  return createInstance({ datafile: { schemaVersion: "2", revision: "1", segments, features }, logLevel: "fatal" });
}

function condition(test: Test) {
  if (test.attribute === "orders")
    return { attribute: "orders", operator: "greaterThanOrEquals" as const, value: test.atLeast };
  return { attribute: test.attribute, operator: "in" as const, value: [...test.oneOf] };
}

export const make: MakeEngine<User, { enabled?: boolean }> = (single, all) => {
  const one = instance([single]);
  const many = instance(all);
  const keys = all.map((flag) => flag.key);
  return {
    context: (user) => ({ ...user }),
    evaluate: (context) => one.evaluateFlag(single.key, context),
    isOn: (answer) => answer.enabled === true,
    evaluateAll: (context) =>
      JSON.stringify({
        flags: keys.map((key) => {
          const { enabled, reason } = many.evaluateFlag(key, context);
          return { key, value: enabled, variant: VARIANT(enabled === true), reason, metadata: METADATA };
        }),
      }),
  };
};
