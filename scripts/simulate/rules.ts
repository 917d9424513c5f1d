import {
  judge,
  type CountedBin,
  type GuardrailLimits,
  type Setting,
  type TimedBin,
} from "../../src/core/statistics/judge.ts";
import type { Verdict } from "../../src/contract/release.ts";
import type { Slice } from "../../src/core/statistics/epochs.ts";
import { MINUTE } from "../../src/core/statistics/epochs.ts";
import { sampleRatioEvidence } from "../../src/core/statistics/evidence.ts";
import type { Standing } from "./machine.ts";
import { type Minute, normalBelow, SLICES } from "./traffic.ts";

/* Three ways of looking at the same minutes. Each is asked after every minute what it makes of what it has seen. */

export interface Rule {
  /** `at`: minutes since the start; `stage`: where the release was in that minute. */
  see(minute: Minute, at: number, stage: Standing): Verdict;
}

type Sliced = { minute: number; entry: number; compared: boolean; slices: [treatment: Slice[], control: Slice[]] };
type Settings = { limits: GuardrailLimits; alpha: number; sliced: boolean };

/** Ours. `sliced: false`: as if nothing were known of slices. */
export class Guarded implements Rule {
  readonly #settings: Settings;
  readonly #counts: CountedBin[] = [];
  readonly #latencies: TimedBin[] = [];
  readonly #slices: Sliced[] = [];
  readonly #spans: { entry: number; share: number; counts: [number, number] }[] = [];

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  see({ exposures, events, sliced, more, durations }: Minute, at: number, stage: Standing): Verdict {
    const place = { minute: at * MINUTE, entry: stage.entry, compared: stage.share < 1 };
    if (durations) this.#latencies.push({ ...place, durations, failures: [0, 0] });
    else this.#counts.push({ ...place, exposures, events });

    let span = this.#spans.at(-1);
    if (span?.entry !== stage.entry) this.#spans.push((span = { ...stage, counts: [0, 0] }));
    let part = this.#slices.at(-1);
    if (!part || part.entry !== place.entry || place.minute - part.minute >= 60 * MINUTE)
      this.#slices.push((part = { ...place, slices: [[], []] }));
    const { slices } = part;
    for (const side of [0, 1] as const) {
      span.counts[side] += exposures[side] - sum(more[side]);
      const even = (exposures[side] - sum(more[side])) / SLICES;
      for (let b = 0; b < SLICES; b++) {
        const before = slices[side][b];
        slices[side][b] = {
          events: (before?.events ?? 0) + sliced[side][b]!,
          exposures: (before?.exposures ?? 0) + even + more[side][b]!,
        };
      }
    }
    const { limits, alpha, sliced: withSlices } = this.#settings;
    const setting: Setting = {
      now: (at + 1) * MINUTE + 35_000,
      stage: { entry: stage.entry, since: stage.since * MINUTE, compared: stage.share < 1 },
      alpha,
      weight: 1,
      sampleRatio: sampleRatioEvidence(this.#spans).logE,
      ...(withSlices && !durations && { slices: this.#slices }),
    };
    const readings = durations ? { latencies: this.#latencies } : { counts: this.#counts };
    return judge(limits, readings, setting).verdict;
  }
}

function sum(of: Float64Array): number {
  return of.reduce((total, one) => total + one, 0);
}

/** As deployment controllers do it: a minute with less than 99 % success is a failure, and ten are too many. */
export class FixedThreshold implements Rule {
  #failures = 0;

  see({ exposures: [treated], events: [bad] }: Minute): Verdict {
    if (treated > 0 && bad / treated > 0.01) this.#failures += 1;
    return this.#failures >= 10 ? "harm" : "healthy";
  }
}

/** The textbook's test of two shares on all counts so far, one-sided, looked at every minute. */
export class ZTest implements Rule {
  readonly #alpha: number;
  #treated = 0;
  #untreated = 0;
  #bad = 0;
  #usual = 0;

  constructor(alpha: number) {
    this.#alpha = alpha;
  }

  see({ exposures, events }: Minute): Verdict {
    this.#treated += exposures[0];
    this.#untreated += exposures[1];
    this.#bad += events[0];
    this.#usual += events[1];
    if (this.#treated === 0 || this.#untreated === 0 || this.#bad < 5) return "inconclusive";
    const pooled = (this.#bad + this.#usual) / (this.#treated + this.#untreated);
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / this.#treated + 1 / this.#untreated));
    const z = (this.#bad / this.#treated - this.#usual / this.#untreated) / error;
    return 1 - normalBelow(z) < this.#alpha ? "harm" : "healthy";
  }
}
