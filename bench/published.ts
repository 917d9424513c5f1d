import { type Flag, flag as flagSchema } from "../src/contract/flag.ts";
import { SNAPSHOT_FORMAT, type SnapshotBody } from "../src/contract/snapshot.ts";
import type { FlagSpec, RuleSpec, Test } from "./scenario.ts";

/* The scenario in Sluice's own format. */

/** The flag as a person would send it to the administration API. */
export function flagInput(flag: FlagSpec) {
  return {
    key: flag.key,
    type: "boolean",
    variants: { on: true, off: false },
    rules: flag.rules.map((rule: RuleSpec) => ({
      id: rule.id,
      when: condition(rule.test),
      serve: serve(rule.percentage),
    })),
    default: serve(flag.percentage),
  };
}

function condition(test: Test) {
  if (test.attribute === "orders") return { attribute: "orders", operator: "atLeast", values: [test.atLeast] };
  return { attribute: test.attribute, operator: "in", values: test.oneOf };
}

function serve(percentage: number) {
  if (percentage === 100) return { variant: "on" };
  if (percentage === 0) return { variant: "off" };
  return { rollout: { percentage, split: [{ variant: "on", weight: 1 }], otherwise: "off" } };
}

/** The snapshot body that the Environment object would publish for these flags. */
export function snapshotBody(flags: readonly FlagSpec[]): SnapshotBody {
  return {
    format: SNAPSHOT_FORMAT,
    environment: "production",
    incarnation: "0123456789ab",
    version: 1,
    at: 0,
    keys: [],
    flags: flags.map((flag) => ({ version: 1, flag: published(flagSchema.parse(flagInput(flag))) })),
    segments: [],
    members: null,
  };
}

function published({ description: _description, owner: _owner, tags: _tags, kind: _kind, ...rest }: Flag) {
  return rest;
}
