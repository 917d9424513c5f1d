import { checkedCount, checkedList } from "./checked.ts";

/*
 * How much more unequal things are among groups of people than chance would have it. Each person falls into one of 32
 * slices by a hash that no rollout uses. If each event happened for itself, the slices' rates would differ by chance
 * alone (φ = 1); a few broken clients that fail again and again put their events into few slices (φ > 1).
 */

/** Exposures and events of the people of one slice. */
export type Slice = { readonly events: number; readonly exposures: number };

/**
 * φ, the overdispersion of events (Pearson's X² over its degrees of freedom), at least 1. In each arm, with its rate
 * r = Σe/Σn, φ = Σ_b (e_b − r·n_b)²/(r·n_b)/(slices used − 1), without slices that have no exposures; arms are weighted
 * by their events. An arm without events or with fewer than two slices says nothing.
 *
 * Source: P. McCullagh, J. Nelder, "Generalized Linear Models", 2nd ed. 1989, section 4.5.
 *
 * @param slices one list for each arm
 * @throws {TypeError | RangeError} naming the argument
 */
export function dispersion(slices: readonly (readonly Slice[])[]): number {
  let sum = 0;
  let weight = 0;
  checkedList("slices", slices).forEach((_, a) => {
    const arm = checkedSlices(`slices[${a}]`, slices[a]!).filter(({ exposures }) => exposures > 0);
    const events = arm.reduce((total, slice) => total + slice.events, 0);
    const exposures = arm.reduce((total, slice) => total + slice.exposures, 0);
    if (events === 0 || arm.length < 2) return;
    const rate = events / exposures;
    const pearson = arm.reduce((total, slice) => {
      const expected = rate * slice.exposures;
      return total + (slice.events - expected) ** 2 / expected;
    }, 0);
    sum += events * (pearson / (arm.length - 1));
    weight += events;
  });
  return weight > 0 ? Math.max(1, sum / weight) : 1;
}

/**
 * φ_n, the overdispersion of counts of requests over the slices, at least 1: Σ_b (n_b − n̄)²/n̄/(slices − 1), of all the
 * slices, also those without requests. 1 where there are fewer than two, or no requests.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function countDispersion(counts: readonly number[]): number {
  checkedList("counts", counts).forEach((count, b) => checkedCount(`counts[${b}]`, count));
  const mean = counts.reduce((total, count) => total + count, 0) / counts.length;
  if (counts.length < 2 || mean === 0) return 1;
  return Math.max(1, counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / mean / (counts.length - 1));
}

function checkedSlices(name: string, slices: readonly Slice[]): readonly Slice[] {
  checkedList(name, slices).forEach((_, b) => {
    checkedCount(`${name}[${b}].events`, slices[b]?.events);
    checkedCount(`${name}[${b}].exposures`, slices[b]?.exposures);
  });
  return slices;
}
