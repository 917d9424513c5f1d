import type { BucketRange, Rollout as RolloutSpec } from "../contract/flag.ts";
import { type Context, compilePath, firstText, type Path } from "./attributes.ts";
import { murmur3After } from "./murmur3.ts";

/*
 * A bucket is a context's position in a hash space of 2^32 = 4 294 967 296 places. Who is served what is decided by
 * comparing that whole number with edges that were computed in whole numbers too, when the flag was compiled: a modulo
 * would prefer low places, and a floating-point edge could shut one person out of both neighbours or into both. The
 * share of a variant is exact to one place in 2^32, finer than the 0.001 % in which percentages are given.
 */
const SPACE = 2n ** 32n;

/** A hash for one salt: the bucket of a text, a whole number from 0 to 2^32 - 1. */
type SaltedHash = (text: string) => number;

/** Every hash that a flag can ask for. Vendors' hashes join here, scaled to 2^32. */
const HASHES: Record<BucketRange["hash"], (salt: string) => SaltedHash> = {
  murmur3: (salt) => murmur3After(salt),
};

function divideUp(dividend: bigint, divisor: bigint): number {
  return Number((dividend + divisor - 1n) / divisor);
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
    this.from = divideUp(BigInt(range.from) * SPACE, 100_000n);
    this.to = divideUp(BigInt(range.to) * SPACE, 100_000n);
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
  readonly kind = "rollout";
  private readonly by: readonly Path[];
  private readonly hash: SaltedHash;
  /** Two edges for each of `ends`. */
  private readonly edges: readonly number[];
  private readonly ends: readonly T[];
  private readonly rest: T;
  private readonly absent: T;

  /** `outcome`: what a variant leads to (`path`: where in the rollout it is named); `next`: where it passes on to. */
  constructor(spec: RolloutSpec, salt: string, outcome: (variant: string, path: string) => T, next: T) {
    this.by = compileBy(spec.by);
    this.hash = hashOf(spec.hash, spec.salt ?? salt);
    const stretches =
      "ranges" in spec ? rangeStretches(spec.ranges, outcome) : splitStretches(spec.percentage, spec.split, outcome);
    const owned = stretches.filter(({ from, to }) => from < to);
    this.edges = owned.flatMap(({ from, to }) => [from, to]);
    this.ends = owned.map(({ end }) => end);
    this.rest = spec.otherwise === null ? next : outcome(spec.otherwise, "/otherwise");
    if (typeof spec.absent === "object") this.absent = outcome(spec.absent.variant, "/absent/variant");
    else if (spec.absent === "first") this.absent = stretches[0]!.end;
    else this.absent = spec.absent === "skip" ? next : this.rest;
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
 * lower edge, so raising p takes people in and moves none. The products pass 2^53.
 */
function splitStretches<T>(
  percentage: number,
  split: readonly { variant: string; weight: number }[],
  outcome: (variant: string, path: string) => T,
): Stretch<T>[] {
  const share = BigInt(Math.round(percentage * 1000));
  const whole = split.reduce((sum, { weight }) => sum + BigInt(weight), 0n);
  let before = 0n;
  return split.map(({ variant, weight }, index) => {
    const from = divideUp(before * SPACE, whole);
    const to = divideUp((before * 100_000n + share * BigInt(weight)) * SPACE, whole * 100_000n);
    before += BigInt(weight);
    return { from, to, end: outcome(variant, `/split/${index}/variant`) };
  });
}

/** Edges ⌈f·2^32⌉ of fractions; scaling by a power of two is exact in floating point. */
function rangeStretches<T>(
  ranges: readonly { variant: string; from: number; to: number }[],
  outcome: (variant: string, path: string) => T,
): Stretch<T>[] {
  return ranges.map(({ variant, from, to }, index) => ({
    from: Math.ceil(from * 2 ** 32),
    to: Math.ceil(to * 2 ** 32),
    end: outcome(variant, `/ranges/${index}/variant`),
  }));
}
