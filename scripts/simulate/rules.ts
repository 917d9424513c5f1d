import type { Verdict } from "../../src/contract/release.ts";
import { History, MINUTE } from "../../src/core/statistics/history.ts";
import { judge, sampleRatioOf } from "../../src/core/statistics/judge.ts";
import { type CountArm, type Entry, LATENCY_STEPS, type LatencyArm } from "../../src/core/statistics/series.ts";
import type { GuardrailLimits } from "../../src/core/statistics/sums.ts";
import type { Standing } from "./machine.ts";
import { type Minute, normalBelow, SLICES } from "./traffic.ts";

/* Three ways of looking at the same minutes. Each is asked after every minute what it makes of what it has seen. */

export interface Rule {
  /** `at`: minutes since the start; `stage`: where the release was in that minute. */
  see(minute: Minute, at: number, stage: Standing): Verdict;
}

type Settings = { limits: GuardrailLimits; alpha: number; sliced: boolean };

/** Ours. `sliced: false`: as if nothing were known of slices. */
export class Guarded implements Rule {
  readonly #settings: Settings;
  readonly #entries: Entry[] = [];
  #history: History | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  see(minute: Minute, at: number, { entry, since, share }: Standing): Verdict {
    const { limits, alpha } = this.#settings;
    const { durations } = minute;
    if (this.#entries.at(-1)?.entry !== entry)
      this.#entries.push({ entry, from: since * MINUTE, warmupMs: 0, share, compared: share < 1 });
    const history = (this.#history ??= new History(durations ? "latency" : "counts", limits));
    const place = { minute: at * MINUTE, entry };
    const bin = durations
      ? { ...place, treatment: timed(minute, 0), control: timed(minute, 1) }
      : { ...place, treatment: this.#counted(minute, 0), control: this.#counted(minute, 1) };
    history.add([bin], this.#entries, (at + 1) * MINUTE);
    return judge(history, { alpha, beta: 0.1, weight: 1, sampleRatio: sampleRatioOf(history) }).verdict;
  }

  #counted({ exposures, events, sliced, more }: Minute, side: 0 | 1): CountArm {
    if (!this.#settings.sliced) return { exposures: [exposures[side]], events: [events[side]] };
    const even = (exposures[side] - more[side].reduce((total, one) => total + one, 0)) / SLICES;
    return { exposures: more[side].map((n) => n + even), events: sliced[side] };
  }
}

function timed({ durations }: Minute, side: 0 | 1): LatencyArm {
  const of = durations![side];
  return { exposures: [of.countAbove(-1)], durations: of, timeouts: [0], slower: LATENCY_STEPS.map(() => [0]) };
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
