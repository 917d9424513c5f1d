import { FixedThreshold, Guarded, MannWhitney, type Rule, Sequential, ZTest } from "./rules.ts";
import { type Outcome, release, type Scenario, stage } from "./run.ts";
import { ALPHA, BETA, LIMITS, peopleOf, SETTINGS, TIMED, type Timed } from "./scenarios.ts";
import type { Service } from "./traffic.ts";
import { sizing, type SizedGuardrail } from "../../src/core/statistics/sizing.ts";

/* Many releases of a scenario, once for each rule, on the same traffic. */

export const RULES = ["sluice", "threshold", "z-test", "Mann-Whitney", "mSPRT"] as const;
export type RuleName = (typeof RULES)[number];

/** What came of the releases of one scenario under one rule. */
export type Summary = {
  runs: number;
  /** Shares of the runs. `early`: un-releases before there was any harm. */
  unreleased: number;
  early: number;
  completed: number;
  held: number;
  invalid: number;
  /** Of those taken back within two hours of the beginning of harm. */
  soon: number;
  /** Medians over all runs, from the beginning of harm on; a release that isn't taken back counts as for ever. */
  minutes: number;
  requests: number;
  /** Median minutes until completion, of those that complete. */
  took: number;
  /** Of releases that are held, the last verdicts, most frequent first; medians of φ and of the minutes that they say it takes yet. */
  heldBy: string[];
  dispersion: number;
  estimate: number;
};

function ruleOf(name: RuleName, { service }: Scenario): Rule {
  switch (name) {
    case "sluice":
      return new Guarded(service.timed === true ? TIMED : SETTINGS);
    case "threshold":
      return new FixedThreshold();
    case "z-test":
      return new ZTest(ALPHA);
    case "Mann-Whitney":
      return new MannWhitney();
    case "mSPRT":
      return new Sequential(ALPHA);
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
  const taken = (of: (outcome: Outcome) => number): number =>
    median(outcomes.map((one) => (one.end === "unreleased" ? of(one) : Infinity)));
  const held = Object.groupBy(
    outcomes.filter(({ end }) => end === "held"),
    ({ last }) => last,
  );
  return {
    runs,
    unreleased: share(({ end }) => end === "unreleased"),
    early: share(({ end, after }) => end === "unreleased" && (scenario.service.harm === undefined || after <= 0)),
    completed: share(({ end }) => end === "completed"),
    held: share(({ end }) => end === "held"),
    invalid: share(({ invalid }) => invalid),
    soon: share(({ end, after }) => end === "unreleased" && after <= 120),
    minutes: taken(({ after }) => after),
    requests: taken(({ exposed }) => exposed),
    took: median(outcomes.flatMap(({ end, after }) => (end === "completed" ? [after] : []))),
    heldBy: Object.entries(held)
      .toSorted(([, a], [, b]) => b.length - a.length)
      .map(([verdict]) => verdict),
    dispersion: median(outcomes.flatMap(({ waits }) => (waits ? [waits.dispersion] : []))),
    estimate: median(outcomes.flatMap(({ waits }) => (waits ? [(waits.estimate ?? Infinity) / 60] : []))),
  };
}

export function median(of: readonly number[]): number {
  return of.toSorted((a, b) => a - b)[of.length >> 1] ?? NaN;
}

/** The most that may happen by chance in so many runs, of what happens with probability `p`: three standard deviations more. */
export function most(p: number, runs: number): number {
  return p + 3 * Math.sqrt((p * (1 - p)) / runs);
}

/** Of releases that harm by exactly `detect`, at one share, how many are ever called healthy within so many minutes. */
export function wronglyHealthy(service: Service, share: number, minutes: number, runs: number, seed: number): number {
  let wrong = 0;
  for (let run = 0; run < runs; run++) {
    const harmful: Service = { ...service, harm: { from: 0, factor: LIMITS.detect } };
    if (stage(harmful, share, SETTINGS, "healthy", { minutes, seed, run }) < Infinity) wrong += 1;
  }
  return wrong / runs;
}

/** Median minutes until harm or health is seen, of a cell of the table. */
export function timed({ perSecond, share, factor, errors, expected }: Timed, runs: number, seed: number): number {
  const service: Service = {
    perSecond,
    errors,
    people: { count: peopleOf(perSecond) },
    ...(factor > 1 && { harm: { from: 0, factor } }),
  };
  const minutes = Math.ceil(expected * 4 + 20);
  const wanted = factor > 1 ? "harm" : "healthy";
  return median(
    Array.from({ length: runs }, (_, run) => stage(service, share, SETTINGS, wanted, { minutes, seed, run })),
  );
}

/** The same by requests alone, without warm-up and floors, with dispersion 1. */
export function plain(share: number, factor: number, expected: number, runs: number, seed: number): number {
  const settings = { limits: { ...LIMITS, minAbsolute: 0 }, alpha: ALPHA, beta: BETA, warmup: 0 };
  const service: Service = {
    perSecond: 100,
    errors: 0.005,
    keys: false,
    people: { count: 2_000 },
    harm: { from: 0, factor },
  };
  const minutes = expected * 8 + 20;
  return median(
    Array.from({ length: runs }, (_, run) =>
      stage(service, share, settings, "harm", { minutes, seed, run, unsliced: true }),
    ),
  );
}

/** Within a quarter of what the design says, or a minute. */
export function isOnTime(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= Math.max(0.25 * expected, 1);
}

/** Whole minutes that the preview says a healthy release takes; null: never. */
export function promised({ service, stages }: Scenario): number | null {
  const limits = service.timed === true ? TIMED.limits : LIMITS;
  const guardrail: SizedGuardrail = {
    metric: service.timed === true ? "latency" : "errors",
    limits,
    weight: 1,
    holds: true,
    byPeople: service.keys !== false,
    eventShare: service.errors,
  };
  const sized = stages.map(({ share, minutes }) => ({
    stage: `${share}`,
    share,
    bakeSeconds: minutes * 60,
    warmupSeconds: SETTINGS.warmup * 60,
    minExposures: 0,
  }));
  const traffic = { perSecond: service.perSecond, ...(service.keys !== false && { people: service.people.count }) };
  const { seconds } = sizing(sized, [guardrail], traffic, { alpha: ALPHA, beta: BETA });
  return seconds === null ? null : Math.round(seconds / 60);
}
