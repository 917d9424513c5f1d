import { checkedCount, checkedList } from "./checked.ts";

/*
 * How much more unequal things are among groups of people than chance would have it. Whatever is bucketed falls into one
 * of 32 slices by a hash that no rollout uses. If each event happened for itself, the slices' counts would differ by
 * chance alone (φ = 1); bots, heavy users and broken clients put many events into few slices (φ > 1), and then every
 * event tells φ times less.
 */

/** Exposures and events of one arm in one part of a release: a number for each slice. */
export type SlicedArm = { readonly exposures: ArrayLike<number>; readonly events: ArrayLike<number> };

/** What lies between two start epochs: minutes of one stage entry, at most an hour. */
export type SlicedPart = readonly [treatment: SlicedArm, control: SlicedArm];

export type Dispersion = {
  /** φ of each arm as it is, which may be less than 1; null: of fewer than two slices, where nothing is known. */
  arms: (number | null)[];
  /** φ of both, weighted by their events, at least 1. */
  phi: number;
};

/**
 * φ, the overdispersion of events over slices.
 *
 * Of each arm, with the rate of each part r_p = Σe/Σn, a slice is expected to have E_b = Σ_p r_p·n_{b,p} events and has
 * O_b = Σ_p e_{b,p}. φ = Σ_b (O_b − E_b)² / Σ_b E_b·(1 − E_b/ΣE), over the slices with E_b > 0, of which there must be
 * two: the squared deviations over what they would be if ΣE events fell to slices by chance. It is a ratio of sums and not the
 * mean of ratios, as a few slices with most of the requests say most about the total's variance. Rates that move
 * between parts make no difference; people who differ for good do, more with every part.
 *
 * Source: design/releases.md; compare P. McCullagh, J. Nelder, "Generalized Linear Models", 2nd ed. 1989, section 4.5.
 *
 * @param parts of one stage entry or of several; each has the same arms, of as many slices
 * @throws {TypeError | RangeError} naming the argument
 */
export function dispersion(parts: readonly (readonly SlicedArm[])[]): Dispersion {
  checkedList("parts", parts).forEach((_, p) => {
    checkedList(`parts[${p}]`, parts[p]).forEach((arm, a) => checkedArm(`parts[${p}][${a}]`, arm));
  });
  return phiOf(parts);
}

/** The same of what is known to be counts. `left`: slices that are left out. */
export function phiOf(parts: readonly (readonly SlicedArm[])[], left: readonly number[] = []): Dispersion {
  const sum = new Deviation();
  for (const part of parts) sum.add(part, left);
  return sum.dispersion();
}

/** Events expected and observed of one arm, by slice. */
type Off = { readonly expected: Float64Array; readonly observed: Float64Array };

/** What slices are off by, of any number of parts: everything in it is a sum over them. */
export class Deviation {
  readonly #arms: Off[] = [];

  add(part: readonly SlicedArm[], left: readonly number[] = []): this {
    part.forEach(({ exposures, events }, a) => {
      const { expected, observed } = this.#arm(a, exposures.length);
      const rate = sumOf(events, left) / sumOf(exposures, left);
      if (!(rate > 0 && rate < Infinity)) return;
      for (let b = 0; b < exposures.length; b++) {
        if (left.length > 0 && left.includes(b)) continue;
        expected[b]! += rate * exposures[b]!;
        observed[b]! += events[b]!;
      }
    });
    return this;
  }

  merge(other: Deviation): this {
    other.#arms.forEach(({ expected, observed }, a) => {
      const sum = this.#arm(a, expected.length);
      for (let b = 0; b < expected.length; b++) {
        sum.expected[b]! += expected[b]!;
        sum.observed[b]! += observed[b]!;
      }
    });
    return this;
  }

  dispersion(): Dispersion {
    const arms: (number | null)[] = [];
    let [sum, weight] = [0, 0];
    for (const arm of this.#arms) {
      const { phi, events } = deviationOf(arm);
      arms.push(phi);
      if (phi === null) continue;
      sum += events * phi;
      weight += events;
    }
    return { arms, phi: weight > 0 ? Math.max(1, sum / weight) : 1 };
  }

  #arm(a: number, slices: number): Off {
    const arm = this.#arms[a];
    if (arm && arm.expected.length >= slices) return arm;
    const larger: Off = { expected: new Float64Array(slices), observed: new Float64Array(slices) };
    if (arm) for (const field of ["expected", "observed"] as const) larger[field].set(arm[field]);
    this.#arms[a] = larger;
    return larger;
  }
}

function deviationOf({ expected, observed }: Off): { phi: number | null; events: number } {
  let [total, events, squares, variance, used] = [0, 0, 0, 0, 0];
  for (const one of expected) total += one;
  for (let b = 0; b < expected.length; b++) {
    const one = expected[b]!;
    if (one === 0) continue;
    used += 1;
    events += observed[b]!;
    squares += (observed[b]! - one) ** 2;
    variance += one * (1 - one / total);
  }
  return { phi: used < 2 ? null : squares / variance, events };
}

/**
 * φ_n, the overdispersion of counts of requests over slices, at least 1: of each arm Σ_b (n_b − n̄)²/n̄/(slices − 1), arms
 * weighted by their requests, those without any left out. 1 where there are fewer than two slices.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function countDispersion(arms: readonly ArrayLike<number>[]): number {
  let sum = 0;
  let weight = 0;
  checkedList("slices", arms).forEach((_, a) => {
    const counts = Array.from(checkedCounts(`slices[${a}]`, arms[a]));
    const all = counts.reduce((total, count) => total + count, 0);
    if (all === 0 || counts.length < 2) return;
    const mean = all / counts.length;
    const squares = counts.reduce((total, count) => total + (count - mean) ** 2, 0);
    sum += (all * squares) / mean / (counts.length - 1);
    weight += all;
  });
  return weight > 0 ? Math.max(1, sum / weight) : 1;
}

/** Sum over slices, without some of them. */
export function sumOf(counts: ArrayLike<number>, left: readonly number[]): number {
  let sum = 0;
  for (let b = 0; b < counts.length; b++) if (left.length === 0 || !left.includes(b)) sum += counts[b]!;
  return sum;
}

/** @throws {TypeError | RangeError} for what is no arm of counts, naming it */
export function checkedArm(name: string, arm: unknown): void {
  const { exposures, events } = (arm ?? {}) as Partial<SlicedArm>;
  checkedCounts(`${name}.exposures`, exposures);
  checkedCounts(`${name}.events`, events);
  if (exposures!.length !== events!.length) throw new RangeError(`${name} must have events for as many slices`);
}

function checkedCounts(name: string, value: unknown): ArrayLike<number> {
  const counts = value as ArrayLike<number> | null;
  if (typeof counts !== "object" || counts === null || typeof counts.length !== "number")
    throw new TypeError(`${name} must be a list of counts`);
  for (let b = 0; b < counts.length; b++) checkedCount(`${name}[${b}]`, counts[b]);
  return counts;
}
