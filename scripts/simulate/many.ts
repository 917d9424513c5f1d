import { FixedThreshold, Guarded, type Rule, ZTest } from "./rules.ts";
import { type Outcome, release, type Scenario } from "./run.ts";
import { ALPHA, LIMITS } from "./scenarios.ts";

/* Many releases of a scenario, once for each rule, on the same traffic. */

export const RULES = ["sluice", "threshold", "z-test"] as const;
export type RuleName = (typeof RULES)[number];

/** What came of the releases of one scenario under one rule. */
export type Summary = {
  runs: number;
  /** Shares of the runs. `early`: of the un-releases, those before there was any harm; in a healthy scenario, all. */
  unreleased: number;
  early: number;
  completed: number;
  held: number;
  /** Medians over all runs, from the beginning of harm on; a release that isn't taken back counts as for ever. */
  minutes: number;
  requests: number;
  people: number;
  /** The last verdicts on releases that were held, most frequent first. */
  heldBy: string[];
};

function ruleOf(name: RuleName, scenario: Scenario): Rule {
  switch (name) {
    case "sluice":
      return new Guarded({ limits: LIMITS, alpha: ALPHA, sliced: scenario.slices !== false });
    case "threshold":
      return new FixedThreshold();
    case "z-test":
      return new ZTest(ALPHA);
  }
}

/** `each` is called after every release. */
export function simulate(scenario: Scenario, rule: RuleName, runs: number, seed: number, each?: () => void): Summary {
  const outcomes: Outcome[] = [];
  for (let run = 0; run < runs; run++) {
    outcomes.push(release(scenario, ruleOf(rule, scenario), ALPHA, seed, run));
    each?.();
  }
  const share = (of: (outcome: Outcome) => boolean): number => outcomes.filter(of).length / runs;
  const median = (of: (outcome: Outcome) => number): number =>
    outcomes.map((one) => (one.end === "unreleased" ? of(one) : Infinity)).toSorted((a, b) => a - b)[runs >> 1]!;
  const held = Object.groupBy(
    outcomes.filter(({ end }) => end === "held"),
    ({ last }) => last,
  );
  return {
    runs,
    unreleased: share(({ end }) => end === "unreleased"),
    early: share(({ end, after }) => end === "unreleased" && (scenario.healthy || after <= 0)),
    completed: share(({ end }) => end === "completed"),
    held: share(({ end }) => end === "held"),
    minutes: median(({ after }) => after),
    requests: median(({ exposed }) => exposed),
    people: median(({ people }) => people),
    heldBy: Object.entries(held)
      .toSorted(([, a], [, b]) => b.length - a.length)
      .map(([verdict]) => verdict),
  };
}

/** The most false un-releases that so many runs may have: alpha, and three standard deviations. */
export function mostFalse(runs: number): number {
  return ALPHA + 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / runs);
}
