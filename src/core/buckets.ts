import type { BucketRange, Rollout as RolloutSpec } from "../contract/flag.ts";
import { LIMITS } from "../contract/limits.ts";
import { type Context, compilePath, firstText, type Path } from "./attributes.ts";
import { murmur3After } from "./murmur3.ts";

/*
 * A bucket is a context's position in a hash space of 2^32 = 4 294 967 296 places. Who is served what is decided by
 * comparing that whole number with edges that were computed in whole numbers too, when the flag was compiled: a modulo
 * would prefer low places, and a floating-point edge could shut one person out of both neighbours or into both. The
 * share of a variant is exact to one place in 2^32, finer than the 0.001 % in which percentages are given.
 */
const SPACE = 2 ** 32;

/** A hash for one salt: the bucket of a text, a whole number from 0 to 2^32 - 1. */
type SaltedHash = (text: string) => number;

/** Every hash that a flag can ask for. Vendors' hashes join here, scaled to 2^32. */
const HASHES: Record<BucketRange["hash"], (salt: string) => SaltedHash> = {
  murmur3: (salt) => murmur3After(salt),
};

/**
 * ⌈part·2^32 / whole⌉ for whole numbers 0 ≤ part ≤ whole ≤ 2^44. The product passes 2^53, so the quotient is found by
 * long division, eight bits at a time: each step's product, remainder and quotient are exact.
 */
function edgeAt(part: number, whole: number): number {
  let quotient = 0;
  let rest = part;
  for (let digit = 0; digit < 4; digit++) {
    const dividend = rest * 256;
    rest = dividend % whole;
    quotient = quotient * 256 + (dividend - rest) / whole;
  }
  return rest > 0 ? quotient + 1 : quotient;
}

function compileBy(by: string | readonly string[]): readonly Path[] {
  return (typeof by === "string" ? [by] : by).map(compilePath);
}

function hashOf(name: BucketRange["hash"], salt: string): SaltedHash {
  if (!Object.hasOwn(HASHES, name)) throw new TypeError("unknown hash");
  return HASHES[name](salt);
}

/** What is hashed of a context, and its bucket; undefined when none of the attributes is there. */
function locate(context: Context, by: readonly Path[], hash: SaltedHash): Location | undefined {
  const text = firstText(context, by);
  return text === undefined ? undefined : { text, bucket: hash(text) };
}
export type Location = { text: string; bucket: number };

/** `[from, to)` per 100 000 of the hash space; a context without the attribute is outside. */
export class BucketTest {
  private readonly by: readonly Path[];
  private readonly hash: SaltedHash;
  private readonly from: number;
  private readonly to: number;

  constructor(range: BucketRange) {
    this.by = compileBy(range.by);
    this.hash = hashOf(range.hash, range.salt);
    this.from = edgeAt(range.from, 100_000);
    this.to = edgeAt(range.to, 100_000);
  }

  holds(context: Context): boolean {
    const text = firstText(context, this.by);
    if (text === undefined) return false;
    const bucket = this.hash(text);
    return this.from <= bucket && bucket < this.to;
  }

  /** For an explanation: where a context lies. */
  locate(context: Context): Location | undefined {
    return locate(context, this.by, this.hash);
  }
}

/** One variant's stretch of the hash space: `from ≤ bucket < to`. */
type Stretch<T> = { from: number; to: number; end: T };

/** Where a rollout sends a bucket. What lies there, and what follows when it passes on, is the caller's. */
export class Rollout<T> {
  private readonly by: readonly Path[];
  private readonly hash: SaltedHash;
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
    this.by = compileBy(spec.by);
    this.hash = hashOf(spec.hash, spec.salt ?? salt);
    const stretches =
      "ranges" in spec ? rangeStretches(spec.ranges, outcome) : splitStretches(spec.percentage, spec.split, outcome);
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

  pick(context: Context): T {
    const text = firstText(context, this.by);
    if (text === undefined) return this.absent;
    const bucket = this.hash(text);
    const edges = this.edges;
    for (let i = 0; i < edges.length; i += 2)
      if (edges[i]! <= bucket && bucket < edges[i + 1]!) return this.ends[i >> 1]!;
    return this.rest;
  }

  /** For an explanation: where a context lies. */
  locate(context: Context): Location | undefined {
    return locate(context, this.by, this.hash);
  }
}

/**
 * With W the sum of weights, C the sum before a variant, w its weight and p the percentage in thousandths, the variant
 * owns ⌈C·2^32 / W⌉ ≤ bucket < ⌈(C·100000 + p·w)·2^32 / (W·100000)⌉ (design, flags.md). Every variant grows from a fixed
 * lower edge, so raising p takes people in and moves none.
 */
function splitStretches<T>(
  percentage: number,
  split: readonly { variant: string; weight: number }[],
  outcome: (variant: string, path: string) => T,
): Stretch<T>[] {
  const share = Math.round(percentage * 1000);
  let whole = 0;
  for (const { weight } of split) whole += isWeight(weight) ? weight : NaN;
  if (!(whole > 0 && share >= 0 && share <= 100_000)) throw new RangeError("no share");
  let before = 0;
  return split.map(({ variant, weight }, index) => {
    const from = edgeAt(before, whole);
    const to = edgeAt(before * 100_000 + share * weight, whole * 100_000);
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

/** Edges ⌈f·2^32⌉ of fractions; scaling by a power of two is exact in floating point. */
function rangeStretches<T>(
  ranges: readonly { variant: string; from: number; to: number }[],
  outcome: (variant: string, path: string) => T,
): Stretch<T>[] {
  return ranges.map(({ variant, from, to }, index) => ({
    from: Math.ceil(from * SPACE),
    to: Math.ceil(to * SPACE),
    end: outcome(variant, `/ranges/${index}/variant`),
  }));
}
