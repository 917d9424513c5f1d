import type { LogHistogram } from "../histogram.ts";
import { checkedList, checkedPair, type Pair } from "./checked.ts";
import {
  type Bin,
  type Evidence,
  LATENCY_RATIOS,
  logMeanExp,
  rateRatioEvidence,
  type RateRatioOptions,
} from "./evidence.ts";

/** How long the requests of a minute took. */
export type LatencyBin = {
  readonly durations: readonly [treatment: LogHistogram, control: LogHistogram];
  /** Timeouts and errors, which count as slower than any and are not among the durations. */
  readonly failures: Pair;
};

/** Slower than these quantiles of control is slow. */
export const LATENCY_QUANTILES = [0.5, 0.95, 0.99] as const;
/** What is left, a bin later, of what a bin says of control. */
const FORGETTING = 0.9;

/**
 * For each of `LATENCY_QUANTILES`, who was slower than that quantile of control's durations in the bins before: events of
 * `rateRatioEvidence`. A bin of j bins ago counts 0.9^j. The first bin, with nothing before it, has no events; nor has
 * one before which so many of control's requests failed that they are the quantile.
 *
 * The threshold is known before the bin begins, so that the evidence is as valid as with one that is fixed for ever
 * (Lindon & Malek 2022), while it follows what both sides have in common: a slow evening is no harm. It is the middle of
 * a bucket of the log-scale histogram, and all of that bucket counts as not slower (C. Masson, J. Rim, H. Lee, "DDSketch",
 * VLDB 2019).
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function slowerThanControl(bins: readonly LatencyBin[]): Bin[][] {
  const before = new Reference();
  const slow: Bin[][] = LATENCY_QUANTILES.map(() => []);
  checkedList("bins", bins).forEach((_, i) => {
    const { durations, failures } = bins[i]!;
    checkedPair(failures, "bins", i, ".failures");
    const exposures: Pair = [durations[0].countAbove(-1) + failures[0], durations[1].countAbove(-1) + failures[1]];
    before.quantiles(LATENCY_QUANTILES).forEach((threshold, q) => {
      const slower = (side: 0 | 1): number => durations[side].countAbove(threshold) + failures[side];
      slow[q]!.push({ exposures, events: threshold < Infinity ? [slower(0), slower(1)] : [0, 0] });
    });
    before.add(durations[1], failures[1]);
  });
  return slow;
}

/**
 * Evidence that treatment is slower than control: the mean of that for each of `LATENCY_QUANTILES`. `perRatio` is for
 * `LATENCY_RATIOS`, likewise.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function latencyEvidence(
  bins: readonly LatencyBin[],
  options: Omit<RateRatioOptions, "harm" | "ratios"> = {},
): Evidence {
  const parts = slowerThanControl(bins).map((slow) => rateRatioEvidence(slow, { ...options, ratios: LATENCY_RATIOS }));
  return {
    logE: logMeanExp(parts.map(({ logE }) => logE)),
    perRatio: LATENCY_RATIOS.map((_, j) => logMeanExp(parts.map(({ perRatio }) => perRatio[j]!))),
  };
}

/** Control's durations so far, with what is long ago nearly forgotten. */
class Reference {
  /** Weight of each bucket's middle. Every new bin weighs 1/0.9 times the one before, instead of weighing down the old. */
  readonly #weights = new Map<number, number>();
  #middles: number[] = [];
  #failures = 0;
  #unit = 1;

  add(durations: LogHistogram, failures: number): void {
    this.#unit /= FORGETTING;
    if (this.#unit > 1e100) this.#rescale();
    for (const [middle, count] of durations.entries()) {
      const weight = this.#weights.get(middle);
      if (weight === undefined) this.#middles = [];
      this.#weights.set(middle, (weight ?? 0) + count * this.#unit);
    }
    this.#failures += failures * this.#unit;
  }

  /** The smallest buckets that reach a share of the weight; Infinity where there is none. */
  quantiles(shares: readonly number[]): number[] {
    if (this.#middles.length < this.#weights.size) this.#middles = [...this.#weights.keys()].toSorted((a, b) => a - b);
    let total = this.#failures;
    for (const one of this.#weights.values()) total += one;
    let at = 0;
    let weight = 0;
    return shares.map((share) => {
      while (at < this.#middles.length && (weight < share * total || weight === 0))
        weight += this.#weights.get(this.#middles[at++]!)!;
      return weight > 0 && weight >= share * total ? this.#middles[at - 1]! : Infinity;
    });
  }

  #rescale(): void {
    for (const [middle, weight] of this.#weights) this.#weights.set(middle, weight / this.#unit);
    this.#failures /= this.#unit;
    this.#unit = 1;
  }
}
