import type { HashedAs, HashName, Serve } from "../contract/flag.ts";
import * as LIMITS from "../contract/limits.ts";
import { cut, edgeAt } from "../core/places.ts";

/*
 * Where a vendor cuts its places, and how that is said here. A vendor's own test of a place ("n + 1 ≤ percent",
 * "n / N < coverage") is asked in the vendor's own arithmetic, as doubles round it: a threshold is never transformed.
 * The cuts that are found are whole numbers of places, and the edge of k / N is k (core/places.ts).
 */

/** How many places, from 0 on, pass a test that fails for all places from some place on. */
export function cutWhere(places: number, passes: (place: number) => boolean): number {
  let low = 0;
  for (let high = places; low < high;) {
    const middle = low + Math.floor((high - low) / 2);
    if (passes(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A variant's places: `from ≤ place < to`. */
export type Arm = { variant: string; from: number; to: number };

/** Arms in the order of their places; neighbours of one variant are one. */
export function joined(arms: readonly Arm[]): Arm[] {
  const made: Arm[] = [];
  for (const arm of arms.toSorted((a, b) => a.from - b.from)) {
    const last = made.at(-1);
    if (last !== undefined && last.to === arm.from && last.variant === arm.variant) last.to = arm.to;
    else made.push({ ...arm });
  }
  return made;
}

/** Who is hashed, and how. */
export type Hashing = {
  by: string | string[];
  hash: HashName;
  salt: string;
  as?: HashedAs;
  /** How many places there are; written down where the hash has no number of its own. */
  places: number;
};

type Rollout = Extract<Serve, { rollout: unknown }>["rollout"];
type Ends = Pick<Rollout, "otherwise" | "absent">;

/** The hashes whose number of places is a rollout's own. */
const PLACED: readonly string[] = ["unleash-variant", "unleash-variant-js"];

/** What of a rollout or bucket says who is hashed. */
export function hashed({ by, hash, salt, as, places }: Hashing): Omit<Hashing, "places"> & { places?: number } {
  return {
    by,
    hash,
    salt,
    ...(as === undefined || as === "id" ? {} : { as }),
    ...(PLACED.includes(hash) ? { places } : {}),
  };
}

/** Serves each arm's variant on its places. Shares and splits are preferred to ranges: only they can be ramped. */
export function rollout(arms: readonly Arm[], hashing: Hashing, ends: Ends): Serve {
  const { places } = hashing;
  const wide = arms.filter(({ from, to }) => from < to);
  const form = splitOf(wide, places) ?? {
    ranges: wide.map(({ variant, from, to }) => ({ variant, from: from / places, to: to / places })),
  };
  return { rollout: { ...form, ...hashed(hashing), ...ends } };
}

type Split = { percentage: number; split: { variant: string; weight: number }[] };

/** The arms as a percentage of a split, if that has exactly these edges. */
function splitOf(arms: readonly Arm[], places: number): Split | undefined {
  if (arms.length === 0 || arms[0]!.from !== 0 || arms.length > LIMITS.variants) return undefined;
  if (new Set(arms.map(({ variant }) => variant)).size < arms.length) return undefined;
  const candidates = arms.length === 1 ? [{ variant: arms[0]!.variant, weight: 1 }] : weights(arms, places);
  if (candidates.some(({ weight }) => weight < 1 || weight > LIMITS.weight)) return undefined;
  const whole = candidates.reduce((sum, { weight }) => sum + weight, 0);
  const first = arms[0]!;
  const share = arms.length === 1 ? first.to / places : first.to / candidates[0]!.weight;
  const fits = (thousandths: number): boolean => {
    let before = 0;
    return arms.every(({ from, to }, i) => {
      const { weight } = candidates[i]!;
      const edges = [
        edgeAt(before, whole, places),
        edgeAt(before * 100_000 + thousandths * weight, whole * 100_000, places),
      ];
      before += weight;
      return edges[0] === from && edges[1] === to;
    });
  };
  const thousandths = [Math.floor, Math.round].map((round) => round(Math.min(1, share) * 100_000)).find(fits);
  return thousandths === undefined ? undefined : { percentage: thousandths / 1000, split: candidates };
}

/** Where the next arm begins is where a split's share would end. */
function weights(arms: readonly Arm[], places: number): Split["split"] {
  return arms.map(({ variant, from }, i) => ({ variant, weight: (arms[i + 1]?.from ?? places) - from }));
}

/** Serves by weights that are the places themselves: all of them, each variant once. */
export function split(shares: readonly { variant: string; weight: number }[], hashing: Hashing, ends: Ends): Serve {
  return { rollout: { percentage: 100, split: [...shares], ...hashed(hashing), ...ends } };
}

/** Ranges of fractions, where a vendor compares doubles. */
export function fractions(
  ranges: readonly { variant: string; from: number; to: number }[],
  hashing: Hashing,
  ends: Ends,
): Serve {
  return { rollout: { ranges: ranges.filter(({ from, to }) => from < to), ...hashed(hashing), ...ends } };
}

/** The places that are in any of some stretches of whole places, as a condition. */
export function bucket(
  stretches: readonly (readonly [from: number, to: number])[],
  hashing: Hashing,
): {
  bucket: Omit<Hashing, "places"> & { places?: number } & (
      | { from: number; to: number }
      | { ranges: { from: number; to: number }[] }
    );
} {
  const { places } = hashing;
  const [only, ...more] = stretches;
  if (only !== undefined && more.length === 0) {
    const [from, to] = only.map((edge) => Math.round((edge / places) * 100_000)) as [number, number];
    if (cut(from / 100_000, places) === only[0] && cut(to / 100_000, places) === only[1])
      return { bucket: { ...hashed(hashing), from, to } };
  }
  return {
    bucket: { ...hashed(hashing), ranges: stretches.map(([from, to]) => ({ from: from / places, to: to / places })) },
  };
}
