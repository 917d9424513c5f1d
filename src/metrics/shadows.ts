import {
  decodeTally,
  emptyTally,
  encodeTally,
  merged,
  type Observation,
  type ShadowReport,
  reportOf,
  type ShadowTally,
  tallyOf,
} from "../core/shadow-tally.ts";
import { type Cell, minuteOf, type Series, seriesName } from "./batch.ts";
import type { Counted } from "./counter.ts";

/* What dark launches saw, on its way to counters and from them. It adds up like every other series, in tallies of its own. */

/** Tallies by minute and series, until they are sent. */
export class Shadows {
  #all = new Map<string, { series: Series; minute: number; tally: ShadowTally }>();

  /** @param at epoch milliseconds */
  add(flag: Pick<Series, "flag" | "source" | "version">, at: number, seen: Observation): void {
    const series: Series = { kind: "shadow", metric: "", variant: "", cohort: "", ...flag };
    const minute = minuteOf(at);
    const name = `${minute}\n${seriesName(series)}`;
    const one = this.#all.get(name);
    if (one) one.tally = merged(one.tally, tallyOf(seen));
    else this.#all.set(name, { series, minute, tally: tallyOf(seen) });
  }

  /** What has come together, which begins anew. */
  take(): Cell[] {
    const cells = Array.from(this.#all.values(), ({ series, minute, tally }) => ({
      ...series,
      minute,
      tally: encodeTally(tally),
    }));
    this.#all = new Map();
    return cells;
  }
}

/** What was seen of one flag, all of it, late or not: what is shown. */
export function shadowReport(counted: readonly Counted[]): ShadowReport {
  const tallies = counted
    .flatMap(({ rows }) => rows)
    .filter(({ kind }) => kind === "shadow")
    .map(({ tally }) => decodeTally(tally));
  return reportOf(tallies.reduce(merged, emptyTally()));
}

/**
 * What a release's `mismatch` is judged by: for each closed minute, in how many requests for which control ran twice only
 * the candidate differed, and in how many only control differed from itself. By minute.
 */
export function mismatchBins(
  counted: readonly Counted[],
  since: number,
): { minute: number; pair: [candidateOnly: number, noiseOnly: number]; compared: number }[] {
  const before = Math.min(...counted.map(({ openFrom }) => openFrom));
  const minutes = new Map<number, ShadowTally>();
  for (const { kind, late, start, source, tally } of counted.flatMap(({ rows }) => rows)) {
    if (kind !== "shadow" || late === 1 || source === "client" || start < since || start >= before) continue;
    const [more, there] = [decodeTally(tally), minutes.get(start)];
    minutes.set(start, there ? merged(there, more) : more);
  }
  return [...minutes]
    .toSorted(([a], [b]) => a - b)
    .map(([minute, { pairs, compared }]) => ({ minute, pair: [pairs.candidateOnly, pairs.noiseOnly], compared }));
}
