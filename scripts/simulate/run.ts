import type { Verdict } from "../../src/contract/release.ts";
import { MINUTE } from "../../src/core/statistics/history.ts";
import type { CountArm } from "../../src/core/statistics/series.ts";
import { Chance } from "./chance.ts";
import { Durations } from "./durations.ts";
import { Failures } from "./failures.ts";
import { LOOK_AFTER, Machine, type SimulatedStage } from "./machine.ts";
import { Guarded, type Rule, type Settings } from "./rules.ts";
import type { Seen, Service } from "./traffic.ts";

/* Whole releases, and single stages. */

export type Scenario = {
  name: string;
  /** What it is there for, by which it is put in a table. */
  kind: "errors" | "latency" | "harm" | "late" | "stopped";
  service: Service;
  stages: readonly SimulatedStage[];
  /** A release that hasn't ended by then is held. */
  minutes: number;
  /** Of the runs that are asked for, so many are enough: of releases that take long. */
  part?: number;
};

export type Outcome = {
  end: "unreleased" | "completed" | "held";
  /** Minutes from the beginning of harm to the end. */
  after: number;
  /** Requests that met the harm. */
  exposed: number;
  /** The last verdict, and whether it ever was `invalid`. */
  last: Verdict;
  invalid: boolean;
  /** What a release that is held says of itself. */
  waits: { dispersion: number; estimate: number | null } | null;
};

export type Traffic = { minute: (at: number, entry: number, share: number) => Seen };

export function trafficOf(service: Service, chance: Chance): Traffic {
  return service.timed === true ? new Durations(service, chance) : new Failures(service, chance);
}

/** One release of a scenario: `run` is which one, the same service for whatever rule watches it. */
export function release(scenario: Scenario, rule: Rule, alpha: number, seed: number, run: number): Outcome {
  const machine = new Machine(scenario.stages, alpha);
  const traffic = trafficOf(scenario.service, new Chance(seed, run));
  const { harm } = scenario.service;
  const from = harm?.from ?? 0;
  let exposed = 0;
  let invalid = false;
  let last: Verdict = "inconclusive";
  for (let at = 0; at < scenario.minutes; at++) {
    const { standing } = machine;
    const seen = traffic.minute(at, standing.entry, standing.share);
    const meets = harm !== undefined && at >= from;
    if (meets) exposed += seen.exposures[0];
    last = rule.see(seen, at, standing);
    invalid ||= last === "invalid";
    machine.judged(last, at, seen.exposures[0]);
    if (machine.state === "live") continue;
    // Until the bin is judged the next minute's requests come.
    if (meets) exposed += seen.exposures[0] * (LOOK_AFTER / MINUTE);
    return { end: machine.state, after: at + 1 - from, exposed, last, invalid, waits: null };
  }
  return { end: "held", after: scenario.minutes - from, exposed, last, invalid, waits: waitsOf(rule) };
}

function waitsOf(rule: Rule): Outcome["waits"] {
  const found = rule instanceof Guarded ? rule.last : null;
  if (!found) return null;
  const { dispersion } = found.evidence;
  return { dispersion: typeof dispersion === "number" ? dispersion : 1, estimate: found.estimate?.seconds ?? null };
}

/** Minutes until a stage shows health, or harm; Infinity where it doesn't within `minutes`, or shows harm first. */
export function stage(
  service: Service,
  share: number,
  settings: Settings,
  wanted: "harm" | "healthy",
  { minutes, seed, run, unsliced = false }: { minutes: number; seed: number; run: number; unsliced?: boolean },
): number {
  const traffic = trafficOf(service, new Chance(seed, run));
  const rule = new Guarded(settings);
  const standing = { entry: 1, since: 0, share };
  for (let at = 0; at < minutes; at++) {
    const seen = traffic.minute(at, 1, share);
    const verdict = rule.see(unsliced ? summed(seen) : seen, at, standing);
    if (verdict === wanted) return at + 1;
    if (verdict === "harm") return Infinity; // it ends there
  }
  return Infinity;
}

/** As if nothing were known of slices. */
function summed(seen: Seen): Seen {
  const arm = (side: 0 | 1): CountArm => ({ exposures: [seen.exposures[side]], events: [seen.events[side]] });
  const { minute, entry } = seen.bin;
  return { ...seen, bin: { minute, entry, treatment: arm(0), control: arm(1) } };
}
