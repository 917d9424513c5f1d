import { LogHistogram } from "../../src/core/histogram.ts";
import type { Chance } from "./chance.ts";

/* Traffic of a made-up service, minute by minute, with what may be unusual about it. */

export const SLICES = 32;
const MINUTES_A_DAY = 1440;

/** What a service is like. Whatever isn't said is as plain as can be. */
export type Traffic = {
  requestsPerSecond: number;
  /** Share of requests that fail without any change. */
  errors: number;
  /** Traffic and errors rise and fall over a day, by so much of themselves; errors are most when traffic is least. */
  daily?: number;
  /** Clients that fail again and again, whichever side they are on: how often one begins, how long, and how hard. */
  broken?: { everyMinutes: number; minutes: number; requestsPerMinute: number };
  /** Durations are measured instead of errors. They drift: a slow wander, and a slower day. */
  durations?: { drift: number };
  /** From a minute on treatment fails this many times as often, or takes this many times as long. */
  harm?: { from: number; factor: number };
  /** From a minute on nothing is heard of anybody. */
  silent?: { from: number };
  /** Of those who are to be treated, this share is lost before it is counted. */
  lost?: number;
};

export type Minute = {
  exposures: [treatment: number, control: number];
  events: [treatment: number, control: number];
  /** Events of each slice, for either side. Exposures are even over the slices but for what broken clients send. */
  sliced: [treatment: Float64Array, control: Float64Array];
  more: [treatment: Float64Array, control: Float64Array];
  durations?: [treatment: LogHistogram, control: LogHistogram];
};

type BrokenClient = { place: number; slice: number; until: number };

export class Service {
  readonly #traffic: Traffic;
  readonly #chance: Chance;
  readonly #phase: number;
  #clients: BrokenClient[] = [];
  #wander = 0;

  constructor(traffic: Traffic, chance: Chance) {
    this.#traffic = traffic;
    this.#chance = chance;
    this.#phase = chance.fraction() * MINUTES_A_DAY;
  }

  /** `share`: of requests, those that are to be treated, 0 to 1. */
  minute(minute: number, share: number): Minute {
    const { requestsPerSecond, errors, daily = 0, harm, silent, lost = 0, durations } = this.#traffic;
    const chance = this.#chance;
    const sun = daily * Math.sin(((minute + this.#phase) / MINUTES_A_DAY) * 2 * Math.PI);
    const requests = requestsPerSecond * 60 * (1 + sun);
    const factor = harm && minute >= harm.from ? harm.factor : 1;
    const heard = silent && minute >= silent.from ? 0 : requests;
    const treated = chance.poisson(heard * share * (1 - lost));
    const untreated = chance.poisson(heard * (1 - share));
    const sliced: Minute["sliced"] = [new Float64Array(SLICES), new Float64Array(SLICES)];
    const more: Minute["more"] = [new Float64Array(SLICES), new Float64Array(SLICES)];
    if (durations) {
      this.#wander = 0.98 * this.#wander + durations.drift * chance.normal();
      const middle = Math.exp(this.#wander - sun);
      const took = [this.#durations(treated, middle * factor), this.#durations(untreated, middle)] as const;
      const events: Minute["events"] = [took[0].countAbove(SLOW), took[1].countAbove(SLOW)];
      return { exposures: [treated, untreated], events, sliced, more, durations: [...took] };
    }
    const rate = Math.min(1, errors * (1 - sun));
    const events: Minute["events"] = [
      chance.binomial(treated, Math.min(1, rate * factor)),
      chance.binomial(untreated, rate),
    ];
    for (const side of [0, 1] as const) for (let i = 0; i < events[side]; i++) sliced[side][chance.below(SLICES)]! += 1;
    const exposures: Minute["exposures"] = [treated, untreated];
    this.#addBroken(minute, share, { exposures, events, sliced, more });
    return { exposures, events, sliced, more };
  }

  #addBroken(minute: number, share: number, to: Minute): void {
    const { broken } = this.#traffic;
    if (!broken) return;
    const chance = this.#chance;
    this.#clients = this.#clients.filter(({ until }) => until > minute);
    for (let n = chance.poisson(1 / broken.everyMinutes); n > 0; n--)
      this.#clients.push({
        place: chance.fraction(),
        slice: chance.below(SLICES),
        until: minute + chance.exponential(broken.minutes),
      });
    for (const { place, slice } of this.#clients) {
      const side = place < share ? 0 : 1;
      const sent = chance.poisson(broken.requestsPerMinute);
      to.exposures[side] += sent;
      to.events[side] += sent;
      to.sliced[side][slice]! += sent;
      to.more[side][slice]! += sent;
    }
  }

  /** Log-normal, with a long tail: bucket by bucket, not one by one. */
  #durations(requests: number, middle: number): LogHistogram {
    const histogram = new LogHistogram();
    let left = requests;
    let above = 1;
    for (let i = 0; i < TAIL.length && left > 0; i++) {
      const within = above - TAIL[i]!;
      const count = i === TAIL.length - 1 ? left : this.#chance.binomial(left, within / above);
      histogram.record(middle * DURATIONS[i]!, count);
      left -= count;
      above = TAIL[i]!;
    }
    return histogram;
  }
}

/** What is slow for those who don't compare: five times the usual median, which 0.4 % take longer than. */
const SLOW = 5;
/** Durations over the median's, in steps of a histogram's bucket, and the share of requests that takes longer. */
const SPREAD = 0.6;
const DURATIONS = Array.from({ length: 101 }, (_, i) => Math.exp((i - 50) * 0.04));
const TAIL = DURATIONS.map((one) => 1 - normalBelow((Math.log(one) + 0.02) / SPREAD));

/** W. Cody's approximation as in Abramowitz and Stegun 26.2.17, to seven digits. */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z > 0 ? 1 - tail : tail;
}
