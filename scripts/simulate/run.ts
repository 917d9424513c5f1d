import type { Verdict } from "../../src/contract/release.ts";
import { MINUTE } from "../../src/core/statistics/history.ts";
import { Chance } from "./chance.ts";
import { LOOK_AFTER, Machine, type SimulatedStage } from "./machine.ts";
import type { Rule } from "./rules.ts";
import { Service, type Traffic } from "./traffic.ts";

/* Whole releases, many of them. */

export type Scenario = {
  name: string;
  /** Whether an un-release is a mistake. */
  healthy: boolean;
  traffic: Traffic;
  stages: readonly SimulatedStage[];
  /** A release that hasn't ended by then is held. */
  minutes: number;
  /** `false`: it is judged without the slices, as if all events happened each for itself (φ = 1). */
  slices?: false;
  /** Of the runs that are asked for, so many are enough. */
  part?: number;
};

export type Outcome = {
  end: "unreleased" | "completed" | "held";
  /** Minutes from the beginning of harm to the un-release, or to the end of what was simulated. */
  after: number;
  /** Requests and (about) people that met the harm. */
  exposed: number;
  people: number;
  /** The worst verdict that held a release: why it didn't go on. */
  last: Verdict;
};

/** People who use the service, all alike; how many have met something is told from how many requests did. */
const PEOPLE = 100_000;

/** One release of a scenario: `run` is which one, the same service for whatever rule watches it. */
export function release(scenario: Scenario, rule: Rule, alpha: number, seed: number, run: number): Outcome {
  const machine = new Machine(scenario.stages, alpha);
  const service = new Service(scenario.traffic, new Chance(seed, run));
  const { harm } = scenario.traffic;
  const from = harm?.from ?? 0;
  let exposed = 0;
  let share = 0;
  let last: Verdict = "inconclusive";
  const outcome = (end: Outcome["end"], after: number): Outcome => {
    const people = share === 0 ? 0 : PEOPLE * share * (1 - Math.exp(-exposed / (share * PEOPLE)));
    return { end, after, exposed, people, last };
  };
  for (let at = 0; at < scenario.minutes; at++) {
    const { standing } = machine;
    const minute = service.minute(at, standing.share);
    const meets = harm !== undefined && at >= from;
    if (meets) share = Math.max(share, standing.share);
    if (meets) exposed += minute.exposures[0];
    last = rule.see(minute, at, standing);
    machine.judged(last, at, minute.exposures[0]);
    if (machine.state === "live") continue;
    // Until the bin is judged the next minute's requests come.
    if (meets) exposed += minute.exposures[0] * (LOOK_AFTER / MINUTE);
    return outcome(machine.state, at + 1 - from);
  }
  return outcome("held", scenario.minutes - from);
}
