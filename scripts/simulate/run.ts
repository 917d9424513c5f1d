import type { Verdict } from "../../src/contract/release.ts";
import { Chance } from "./chance.ts";
import type { Rule } from "./rules.ts";
import { Service, type Traffic } from "./traffic.ts";

/* Whole releases, many of them. */

/** A stage of a percentage plan: `share` from 0 to 1. */
export type SimulatedStage = { share: number; minutes: number };

/** What is driven: it is told the verdict after each minute and says where the release is. */
export interface Machine {
  readonly stage: { entry: number; since: number; share: number };
  readonly state: "live" | "unreleased" | "completed";
  /** `at`: minutes since the start, at the end of which the verdict is known. */
  judged(verdict: Verdict, at: number, exposures: number): void;
}

export type Scenario = {
  name: string;
  /** Whether an un-release is a mistake. */
  healthy: boolean;
  traffic: Traffic;
  stages: readonly SimulatedStage[];
  /** A release that hasn't ended by then is held. */
  minutes: number;
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

export function release(scenario: Scenario, machine: Machine, rule: Rule, seed: number, run: number): Outcome {
  const service = new Service(scenario.traffic, new Chance(seed, run));
  const from = scenario.traffic.harm?.from ?? 0;
  let exposed = 0;
  let unmet = 1;
  let last: Verdict = "inconclusive";
  for (let at = 0; at < scenario.minutes; at++) {
    const { stage } = machine;
    const minute = service.minute(at, stage.share);
    if (scenario.traffic.harm && at >= from) {
      exposed += minute.exposures[0];
      unmet = Math.min(unmet, Math.exp(-exposed / (stage.share * PEOPLE)));
    }
    last = rule.see(minute, at, stage);
    machine.judged(last, at, minute.exposures[0]);
    const people = PEOPLE * stage.share * (1 - unmet);
    if (machine.state !== "live") return { end: machine.state, after: at + 1 - from, exposed, people, last };
  }
  return {
    end: "held",
    after: scenario.minutes - from,
    exposed,
    people: PEOPLE * machine.stage.share * (1 - unmet),
    last,
  };
}

/** The least that a release machine does: bakes, goes up when healthy, takes back on harm. */
export class Ladder implements Machine {
  readonly #stages: readonly SimulatedStage[];
  stage: { entry: number; since: number; share: number };
  state: "live" | "unreleased" | "completed" = "live";

  constructor(stages: readonly SimulatedStage[]) {
    this.#stages = stages;
    this.stage = { entry: 0, since: 0, share: stages[0]!.share };
  }

  judged(verdict: Verdict, at: number): void {
    const { entry, since } = this.stage;
    if (verdict === "harm") this.state = "unreleased";
    else if (verdict === "healthy" && at + 1 - since >= this.#stages[entry]!.minutes) {
      const next = this.#stages[entry + 1];
      if (next) this.stage = { entry: entry + 1, since: at + 1, share: next.share };
      else this.state = "completed";
    }
  }
}
