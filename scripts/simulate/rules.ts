import type { Verdict } from "../../src/contract/release.ts";
import { History, MINUTE } from "../../src/core/statistics/history.ts";
import { type GuardrailJudgement, judge, sampleRatioOf } from "../../src/core/statistics/judge.ts";
import type { Entry } from "../../src/core/statistics/series.ts";
import type { GuardrailLimits } from "../../src/core/statistics/sums.ts";
import type { Standing } from "./machine.ts";
import { Chance } from "./chance.ts";
import { normalBelow } from "./normal.ts";
import type { Seen } from "./traffic.ts";

/* Ways of looking at the same minutes. Each is asked after every minute what it makes of what it has seen. */

export interface Rule {
  /** `at`: minutes since the start; `stage`: where the release was in that minute. */
  see(seen: Seen, at: number, stage: Standing): Verdict;
}

export type Settings = { limits: GuardrailLimits; alpha: number; beta: number; warmup: number };

/** Ours. */
export class Guarded implements Rule {
  readonly #settings: Settings;
  readonly #entries: Entry[] = [];
  #history: History | null = null;
  last: GuardrailJudgement | null = null;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  see({ bin }: Seen, at: number, { entry, since, share }: Standing): Verdict {
    const { limits, alpha, beta, warmup } = this.#settings;
    if (this.#entries.at(-1)?.entry !== entry)
      this.#entries.push({ entry, from: since * MINUTE, warmupMs: warmup * MINUTE, share, compared: share < 1 });
    const history = (this.#history ??= new History("durations" in bin.treatment ? "latency" : "counts", limits));
    history.add([bin], this.#entries, (at + 1) * MINUTE);
    this.last = judge(history, { alpha, beta, weight: 1, sampleRatio: sampleRatioOf(history) });
    return this.last.verdict;
  }
}

/** As deployment controllers do it: a minute with less than 99 % success is a failure, and ten are too many. */
export class FixedThreshold implements Rule {
  #failures = 0;

  see({ exposures: [treated], events: [bad] }: Seen): Verdict {
    if (treated > 0 && bad / treated > 0.01) this.#failures += 1;
    return this.#failures >= 10 ? "harm" : "healthy";
  }
}

/** All counts so far, whatever the stage. */
class Pooled {
  treated = 0;
  untreated = 0;
  bad = 0;
  usual = 0;

  add({ exposures, events }: Seen): void {
    this.treated += exposures[0];
    this.untreated += exposures[1];
    this.bad += events[0];
    this.usual += events[1];
  }

  /** Difference of the shares, and its variance if there is none; null while too little is known. */
  difference(): { difference: number; variance: number } | null {
    const { treated, untreated, bad, usual } = this;
    if (treated === 0 || untreated === 0 || bad < 5) return null;
    const pooled = (bad + usual) / (treated + untreated);
    const variance = pooled * (1 - pooled) * (1 / treated + 1 / untreated);
    return variance > 0 ? { difference: bad / treated - usual / untreated, variance } : null;
  }
}

/** The textbook's test of two shares on all counts so far, one-sided, looked at every minute. */
export class ZTest implements Rule {
  readonly #alpha: number;
  readonly #pooled = new Pooled();

  constructor(alpha: number) {
    this.#alpha = alpha;
  }

  see(seen: Seen): Verdict {
    this.#pooled.add(seen);
    const found = this.#pooled.difference();
    if (!found) return "inconclusive";
    return 1 - normalBelow(found.difference / Math.sqrt(found.variance)) < this.#alpha ? "harm" : "healthy";
  }
}

/**
 * The mixture sequential probability ratio test of two shares, as experimentation platforms have it: a normal mixture
 * over the difference, of the size of control's share. R. Johari, P. Koomen, L. Pekelis, D. Walsh, "Always Valid Inference", 2022.
 */
export class Sequential implements Rule {
  readonly #alpha: number;
  readonly #pooled = new Pooled();

  constructor(alpha: number) {
    this.#alpha = alpha;
  }

  see(seen: Seen): Verdict {
    this.#pooled.add(seen);
    const found = this.#pooled.difference();
    if (!found) return "inconclusive";
    const { difference, variance } = found;
    const spread = (this.#pooled.usual / this.#pooled.untreated) ** 2;
    const log =
      0.5 * Math.log(variance / (variance + spread)) +
      (spread * difference ** 2) / (2 * variance * (variance + spread));
    return difference > 0 && log >= -Math.log(this.#alpha) ? "harm" : "healthy";
  }
}

/**
 * Kayenta's judge: every ten minutes the minutes of the last hour of either side, as shares, by Mann and Whitney's test.
 * It asks for a baseline of the canary's size, so of the larger side as many requests are drawn as the smaller one has. In harm where the whole 98 % interval of the shift (J. Hodges, E. Lehmann 1963) lies above a quarter of its estimate.
 */
export class MannWhitney implements Rule {
  #entry = -1;
  readonly #chance = new Chance(1);
  #minutes: [treated: number, untreated: number][] = [];

  see({ exposures, events }: Seen, at: number, { entry }: Standing): Verdict {
    if (entry !== this.#entry) this.#minutes = [];
    this.#entry = entry;
    if (exposures[0] > 0 && exposures[1] > 0) this.#minutes.push(this.#drawn(exposures, events));
    this.#minutes = this.#minutes.slice(-60);
    const n = this.#minutes.length;
    if (n < 10 || at % 10 !== 9) return n < 10 ? "inconclusive" : "healthy";
    const shifts = new Float64Array(n * n);
    this.#minutes.forEach(([treated], i) => {
      this.#minutes.forEach(([, untreated], j) => void (shifts[i * n + j] = treated - untreated));
    });
    shifts.sort();
    // The rank below which the statistic falls with a chance of 1 %.
    const rank = Math.floor((n * n) / 2 - 2.326 * Math.sqrt((n * n * (2 * n + 1)) / 12));
    const estimate = shifts[shifts.length >> 1]!;
    return rank >= 0 && shifts[rank]! > Math.abs(0.25 * estimate) && shifts[rank]! > 0 ? "harm" : "healthy";
  }

  /** Shares of events, of as many requests of either side. */
  #drawn(exposures: Seen["exposures"], events: Seen["events"]): [treated: number, untreated: number] {
    const size = Math.min(...exposures);
    const [treated, untreated] = events.map(
      (n, side) => this.#chance.binomial(n, size / Math.max(exposures[side]!, n)) / size,
    );
    return [treated!, untreated!];
  }
}
