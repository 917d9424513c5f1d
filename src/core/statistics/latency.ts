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
  /** Those that never ended: slower than any. What failed otherwise is no latency, and is nowhere in here. */
  readonly timeouts: Pair;
};

/** Slower than these quantiles of control is slow. */
export const LATENCY_QUANTILES = [0.5, 0.95, 0.99] as const;

/**
 * For each of `LATENCY_QUANTILES`, who was slower than that quantile of control's durations in the bins before: events of
 * `rateRatioEvidence`. A bin of j bins ago counts 0.9^j. The first bin, with nothing before it, has no events; nor has
 * one before which so many of control's requests timed out that they are the quantile.
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
    const { durations, timeouts } = bins[i]!;
    checkedPair(timeouts, "bins", i, ".timeouts");
    const exposures: Pair = [durations[0].countAbove(-1) + timeouts[0], durations[1].countAbove(-1) + timeouts[1]];
    before.quantiles(LATENCY_QUANTILES).forEach((threshold, q) => {
      const slower = (side: 0 | 1): number => durations[side].countAbove(threshold) + timeouts[side];
      slow[q]!.push({ exposures, events: threshold < Infinity ? [slower(0), slower(1)] : [0, 0] });
    });
    before.add(durations[1], timeouts[1]);
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

/** What a request weighs in its own minute, so that a tenth can be taken off in whole numbers for hours. */
const UNIT = 2 ** 20;

/**
 * Control's durations so far. With each minute that has any, what was before it is forgotten by a tenth. Weights are whole numbers,
 * of which the part below one is dropped, and sums of whole numbers are the same in any order: the threshold that
 * decides who was slow doesn't depend on the order in which shards or buckets came.
 */
export class Reference {
  readonly #weights = new Map<number, number>();
  #timeouts = 0;

  add(durations: LogHistogram, timeouts: number): void {
    const added = new Map(durations.entries());
    if (added.size === 0 && timeouts === 0) return;
    for (const [middle, weight] of this.#weights) {
      const left = forgotten(weight);
      if (left > 0) this.#weights.set(middle, left);
      else this.#weights.delete(middle);
    }
    this.#timeouts = forgotten(this.#timeouts) + timeouts * UNIT;
    for (const [middle, count] of added) this.#weights.set(middle, (this.#weights.get(middle) ?? 0) + count * UNIT);
  }

  copy(): Reference {
    const copy = new Reference();
    for (const [middle, weight] of this.#weights) copy.#weights.set(middle, weight);
    copy.#timeouts = this.#timeouts;
    return copy;
  }

  /**
   * The smallest buckets' middles up to which a share of the weight lies; Infinity where there is none.
   *
   * @param shares ascending, 0 to 1
   */
  quantiles(shares: readonly number[]): number[] {
    const middles = [...this.#weights.keys()].toSorted((a, b) => a - b);
    let total = this.#timeouts;
    for (const one of this.#weights.values()) total += one;
    let at = 0;
    let weight = 0;
    return shares.map((share) => {
      while (at < middles.length && (weight < share * total || weight === 0))
        weight += this.#weights.get(middles[at++]!)!;
      return weight > 0 && weight >= share * total ? middles[at - 1]! : Infinity;
    });
  }
}

/** Nine tenths, rounded down. */
function forgotten(weight: number): number {
  return weight - Math.ceil(weight / 10);
}
