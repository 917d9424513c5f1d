import { SLICES } from "../../src/core/statistics/series.ts";
import type { Chance } from "./chance.ts";

/* The people of a made-up service: how much each of them uses it, how often it fails them, how long it takes for them. */

/** What they are like. Whatever isn't said is the same for everybody. */
export type People = {
  /** How many; of a rollout by account, accounts. */
  count: number;
  /** How their use is spread: a Pareto tail of 1.1, or lognormal with σ 1.5. */
  activity?: "pareto" | "lognormal";
  /** σ of the logarithm of each one's share of failures. */
  failuresDiffer?: number;
  /** σ of the logarithm of how long it takes for each one. */
  durationsDiffer?: number;
  /** So many of them miss every cache, and take eight times as long: 0 to 1. */
  missCaches?: number;
  /** A few make so much of all requests. */
  bots?: { count: number; part: number };
};

export class Crowd {
  readonly count: number;
  /** Part of all requests, each one's; they add up to 1. */
  readonly activity: Float64Array;
  /** Each one's factors of the usual share of failures and of the usual duration. */
  readonly failures: Float64Array;
  readonly durations: Float64Array;
  readonly slice: Uint8Array;
  /** Where each one falls in the rollout: treated where that is below the share. */
  readonly place: Float64Array;

  constructor(people: People, chance: Chance) {
    const { count, activity, failuresDiffer = 0, durationsDiffer = 0, missCaches = 0, bots } = people;
    const all = count + (bots?.count ?? 0);
    this.count = all;
    this.activity = new Float64Array(all);
    this.failures = new Float64Array(all).fill(1);
    this.durations = new Float64Array(all).fill(1);
    this.slice = new Uint8Array(all);
    this.place = new Float64Array(all);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += this.activity[i] = activityOf(activity, chance);
    for (let i = 0; i < count; i++) this.activity[i]! *= (1 - (bots?.part ?? 0)) / sum;
    for (let i = count; i < all; i++) this.activity[i] = bots!.part / bots!.count;
    for (let i = 0; i < all; i++) {
      this.slice[i] = chance.below(SLICES);
      this.place[i] = chance.fraction();
      if (failuresDiffer > 0) this.failures[i] = lognormal(failuresDiffer, chance);
      if (durationsDiffer > 0) this.durations[i] = lognormal(durationsDiffer, chance);
      if (missCaches > 0 && chance.fraction() < missCaches) this.durations[i]! *= 8;
    }
  }
}

function activityOf(kind: People["activity"], chance: Chance): number {
  if (kind === "pareto") return chance.fraction() ** (-1 / 1.1);
  return kind === "lognormal" ? lognormal(1.5, chance) : 1;
}

/** With a mean of 1. */
function lognormal(sigma: number, chance: Chance): number {
  return Math.exp(sigma * chance.normal() - (sigma * sigma) / 2);
}
