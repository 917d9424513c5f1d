import type { BucketRange, Rollout as RolloutSpec } from "../contract/flag.ts";
import * as LIMITS from "../contract/limits.ts";
import type { Context } from "./attributes.ts";
import { cut, edgeAt, Placer } from "./places.ts";

/*
 * Buckets and rollouts: stretches of the places of a hash, and what they lead to. The share of a variant is exact to one
 * place; of the 2^32 that our hash has, that is finer than the 0.001 % in which percentages are given.
 */

/** Whether a place is in one of the stretches of a bucket; a context with nothing to hash is in none. */
export class BucketTest extends Placer {
  /** Two for each stretch. */
  private readonly edges: number[];

  constructor(range: BucketRange) {
    super(range);
    const fractions = "ranges" in range ? range.ranges : [{ from: range.from / 100_000, to: range.to / 100_000 }];
    this.edges = fractions.flatMap(({ from, to }) => [cut(from, this.places), cut(to, this.places)]);
  }

  holds(context: Context): boolean {
    const place = this.place(context);
    const edges = this.edges;
    for (let i = 0; i < edges.length; i += 2) if (edges[i]! <= place && place < edges[i + 1]!) return true;
    return false;
  }
}

/** One variant's stretch of the places: `from ≤ place < to`. */
type Stretch<T> = { from: number; to: number; end: T };

/** Where a rollout sends a bucket. What lies there, and what follows when it passes on, is the caller's. */
export class Rollout<T> extends Placer {
  /** Two edges for each of `ends`. */
  private readonly edges: number[];
  private readonly ends: T[];
  private readonly rest: T;
  private readonly absent: T;

  /** Tells the kinds of steps apart; on the prototype, where it takes no memory. */
  get kind(): "rollout" {
    return "rollout";
  }

  /**
   * `outcome`: what a variant leads to (`path`: where in the rollout it is named); `next`: where it passes on to, and
   * `unplaced`: where it does with a context that has nothing to hash, and so takes part in nothing.
   */
  constructor(
    spec: RolloutSpec,
    salt: string,
    outcome: (variant: string, path: string) => T,
    next: T,
    unplaced: T = next,
  ) {
    super({ ...spec, salt: spec.salt ?? salt });
    const { places } = this;
    const stretches =
      "ranges" in spec
        ? rangeStretches(spec.ranges, places, outcome)
        : splitStretches(spec.percentage, spec.split, places, outcome);
    this.edges = [];
    this.ends = [];
    for (const { from, to, end } of stretches) {
      if (from >= to) continue;
      this.edges.push(from, to);
      this.ends.push(end);
    }
    this.rest = spec.otherwise === null ? next : outcome(spec.otherwise, "/otherwise");
    if (typeof spec.absent === "object") this.absent = outcome(spec.absent.variant, "/absent/variant");
    else if (spec.absent === "first") this.absent = outcome(firstOf(spec), "/absent");
    else if (spec.absent === "skip" || spec.otherwise === null) this.absent = unplaced;
    else this.absent = outcome(spec.otherwise, "/absent");
  }

  /** All that it leads to for who has something to hash. */
  get leads(): readonly T[] {
    return [...this.ends, this.rest];
  }

  /** What it leads to for anybody at all who has something to hash: empty stretches lead nowhere, and full ones leave no rest. */
  get taken(): readonly T[] {
    let covered = 0;
    for (let i = 0; i < this.edges.length; i += 2) covered += this.edges[i + 1]! - this.edges[i]!;
    return covered >= this.places ? this.ends : [...this.ends, this.rest];
  }

  /** What it leads to for who has nothing to hash. */
  get unhashed(): T {
    return this.absent;
  }

  pick(context: Context): T {
    const place = this.place(context);
    if (place < 0) return this.absent;
    const edges = this.edges;
    for (let i = 0; i < edges.length; i += 2)
      if (edges[i]! <= place && place < edges[i + 1]!) return this.ends[i >> 1]!;
    return this.rest;
  }
}

/**
 * With N places, W the sum of weights, C the sum before a variant, w its weight and p the percentage in thousandths, the
 * variant owns ⌈C·N / W⌉ ≤ place < ⌈(C·100000 + p·w)·N / (W·100000)⌉ (design, flags.md). Every variant grows from a fixed
 * lower edge, so raising p takes people in and moves none.
 */
function splitStretches<T>(
  percentage: number,
  split: readonly { variant: string; weight: number }[],
  places: number,
  outcome: (variant: string, path: string) => T,
): Stretch<T>[] {
  const share = Math.round(percentage * 1000);
  let whole = 0;
  for (const { weight } of split) whole += isWeight(weight) ? weight : NaN;
  if (!(whole > 0 && share >= 0 && share <= 100_000)) throw new RangeError("no share");
  let before = 0;
  return split.map(({ variant, weight }, index) => {
    const from = edgeAt(before, whole, places);
    const to = edgeAt(before * 100_000 + share * weight, whole * 100_000, places);
    before += weight;
    return { from, to, end: outcome(variant, `/split/${index}/variant`) };
  });
}

function firstOf(spec: RolloutSpec): string {
  return ("ranges" in spec ? spec.ranges[0] : spec.split[0])!.variant;
}

/** A body that came another way may say anything; within these bounds the arithmetic is exact. */
function isWeight(weight: number): boolean {
  return Number.isInteger(weight) && weight >= 0 && weight <= LIMITS.weight;
}

function rangeStretches<T>(
  ranges: readonly { variant: string; from: number; to: number }[],
  places: number,
  outcome: (variant: string, path: string) => T,
): Stretch<T>[] {
  return ranges.map(({ variant, from, to }, index) => ({
    from: cut(from, places),
    to: cut(to, places),
    end: outcome(variant, `/ranges/${index}/variant`),
  }));
}
