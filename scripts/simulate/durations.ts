import { LogHistogram } from "../../src/core/histogram.ts";
import { MINUTE } from "../../src/core/statistics/history.ts";
import { LATENCY_STEPS, type LatencyArm, SLICES } from "../../src/core/statistics/series.ts";
import type { Chance } from "./chance.ts";
import { normalBelow } from "./normal.ts";
import { Crowd } from "./people.ts";
import { type Seen, type Service, Weather } from "./traffic.ts";

/* How long requests take: of each slice and side a mixture over its people, drawn bucket by bucket. */

/** The middle one takes so long, in milliseconds. */
const USUAL = 60;
/** σ of the logarithm, of one person's requests. */
const SPREAD = 0.5;
/** Buckets: a quarter of a doubling each, so that steps of the ladder lie between two of them. */
const WIDTH = Math.LN2 / 4;
const LOWEST = Math.log(2);
const BUCKETS = 56;
/** For those who don't compare. */
const SLOW = 5;

export class Durations {
  readonly #service: Service;
  readonly #chance: Chance;
  readonly #weather: Weather;
  readonly #crowd: Crowd;
  #entry = -1;
  #harmed = false;
  /** Of a side's slice, requests by bucket, as parts of all. */
  #parts: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];

  constructor(service: Service, chance: Chance) {
    this.#service = service;
    this.#chance = chance;
    this.#weather = new Weather(service, chance);
    this.#crowd = new Crowd(service.people, chance);
  }

  minute(at: number, entry: number, share: number): Seen {
    const { perSecond, harm } = this.#service;
    const harmed = harm !== undefined && at >= harm.from;
    if (entry !== this.#entry || harmed !== this.#harmed) this.#enter(entry, share, harmed ? harm.factor : 1);
    this.#harmed = harmed;
    const { load, level } = this.#weather.at(at, entry);
    const requests = perSecond * 60 * load;
    const events: [number, number] = [0, 0];
    const exposures: [number, number] = [0, 0];
    const arms = ([0, 1] as const).map((side): LatencyArm => {
      const sliced = new Float64Array(SLICES);
      const durations = new LogHistogram();
      const slower = LATENCY_STEPS.map(() => new Float64Array(SLICES));
      for (let k = 0; k < BUCKETS; k++) {
        const took = Math.exp(LOWEST + (k + 0.5) * WIDTH) * level;
        let all = 0;
        for (let b = 0; b < SLICES; b++) {
          const mean = requests * this.#parts[side][b * BUCKETS + k]!;
          if (mean < 1e-9) continue;
          const n = this.#chance.poisson(mean);
          if (n === 0) continue;
          all += n;
          sliced[b]! += n;
          for (let step = 0; step < LATENCY_STEPS.length && took > LATENCY_STEPS[step]!; step++) slower[step]![b]! += n;
        }
        if (all > 0) durations.record(took, all);
        if (took > USUAL * SLOW) events[side] += all;
        exposures[side] += all;
      }
      return { exposures: sliced, durations, timeouts: NONE, slower };
    });
    return { bin: { minute: at * MINUTE, entry, treatment: arms[0]!, control: arms[1]! }, exposures, events };
  }

  #enter(entry: number, share: number, factor: number): void {
    this.#entry = entry;
    this.#parts = [new Float64Array(SLICES * BUCKETS), new Float64Array(SLICES * BUCKETS)];
    const { activity, durations, slice, place, count } = this.#crowd;
    // Who is how slow is rounded to a tenth of a bucket, so that each such spread is computed once.
    const spreads = new Map<number, Float64Array>();
    for (let i = 0; i < count; i++) {
      const side = place[i]! < share ? 0 : 1;
      const middle = Math.round((Math.log(USUAL * durations[i]! * (side === 0 ? factor : 1)) / WIDTH) * 10);
      let spread = spreads.get(middle);
      if (!spread) spreads.set(middle, (spread = spreadAround((middle / 10) * WIDTH)));
      const parts = this.#parts[side];
      const from = slice[i]! * BUCKETS;
      for (let k = 0; k < BUCKETS; k++) parts[from + k]! += activity[i]! * spread[k]!;
    }
  }
}

const NONE = Array.from({ length: SLICES }, () => 0);

/** Shares of the buckets; the first and the last have what lies beyond. */
function spreadAround(middle: number): Float64Array {
  const below = (k: number): number => {
    if (k <= 0) return 0;
    return k >= BUCKETS ? 1 : normalBelow((LOWEST + k * WIDTH - middle) / SPREAD);
  };
  return Float64Array.from({ length: BUCKETS }, (_, k) => below(k + 1) - below(k));
}
