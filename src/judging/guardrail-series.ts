import { History } from "../core/statistics/history.ts";
import type { CountMinute, Entry as StageEntry, LatencyMinute } from "../core/statistics/series.ts";
import type { GuardrailLimits } from "../core/statistics/sums.ts";
import type { ClosedBin, Side } from "../metrics/bins.ts";
import type { Entry } from "./stage-history.ts";

/* Closed bins of one metric as the statistics want them, put together piece by piece as minutes close. Pure. */

/** What was seen in one entry, of [treatment, control]. `requests`: of each, by slice. */
export type Seen = { exposures: [number, number]; keys: [number, number]; requests: [number[], number[]] };

/** What guardrail it is for, and whether it is of latencies or of a dark launch. */
export type GatheredOf = { limits: GuardrailLimits; latency: boolean; dark: boolean };

export class Gathered {
  readonly history: History;
  readonly #of: GatheredOf;
  #seen = new Map<number, Seen>();

  constructor(of: GatheredOf, history = new History(of.latency ? "latency" : "counts", of.limits)) {
    this.#of = of;
    this.history = history;
  }

  /** The same, to go on by itself. */
  copy(): Gathered {
    const copy = new Gathered(this.#of, this.history.copy());
    copy.#seen = structuredClone(this.#seen);
    return copy;
  }

  /**
   * Adds bins of minutes after those that are there. Each must come once. Bins of no entry are left out.
   *
   * @param closedBefore the first minute that hasn't closed yet, epoch ms
   */
  add(bins: readonly ClosedBin[], course: readonly Entry[], closedBefore: number): void {
    for (const { epoch, treatment, control } of bins) this.#see(epoch, treatment, control);
    const minutes = bins.map(({ minute, epoch: entry, treatment, control }): CountMinute | LatencyMinute =>
      this.#of.latency
        ? { minute, entry, treatment: latency(treatment), control: latency(control) }
        : { minute, entry, treatment: counts(treatment), control: counts(control) },
    );
    this.history.add(minutes, this.#entries(course), closedBefore);
  }

  /** Adds what a dark launch saw: of as many on either side, where the candidate alone differed, and control alone. */
  addPairs(
    bins: readonly { minute: number; pair: [number, number]; compared: number; epoch: number }[],
    course: readonly Entry[],
    closedBefore: number,
  ): void {
    const minutes = bins.map(({ minute, pair, compared: n, epoch: entry }): CountMinute => {
      this.#seenIn(entry).exposures[0] += n;
      const arm = (events: number) => ({ exposures: [n], events: [events] });
      return { minute, entry, treatment: arm(pair[0]), control: arm(pair[1]) };
    });
    this.history.add(minutes, this.#entries(course), closedBefore);
  }

  seen(entry: number): Seen | undefined {
    return this.#seen.get(entry);
  }

  #entries(course: readonly Entry[]): StageEntry[] {
    const { dark } = this.#of;
    return course.map(({ epoch, from, warmupMs, share, compared, kind }) => ({
      entry: epoch,
      from,
      warmupMs,
      share: kind === "share" ? share : null,
      compared: dark ? kind === "shadow" : kind !== "shadow" && compared,
    }));
  }

  #see(entry: number, ...sides: [Side, Side]): void {
    const seen = this.#seenIn(entry);
    for (const [i, { exposures, keys, slices }] of sides.entries()) {
      seen.exposures[i]! += exposures;
      seen.keys[i]! += keys;
      const requests = seen.requests[i]!;
      for (const [b, slice] of slices.entries()) requests[b] = (requests[b] ?? 0) + slice.exposures;
    }
  }

  #seenIn(entry: number): Seen {
    let seen = this.#seen.get(entry);
    if (!seen) this.#seen.set(entry, (seen = { exposures: [0, 0], keys: [0, 0], requests: [[], []] }));
    return seen;
  }
}

function counts({ slices, people }: Side): CountMinute["treatment"] {
  return {
    exposures: slices.map(({ exposures }) => exposures),
    events: slices.map(({ events }) => events),
    ...(people && { people }),
  };
}

function latency({ slices, durations, timeouts, slower }: Side): LatencyMinute["treatment"] {
  return { exposures: slices.map(({ exposures }) => exposures), durations, timeouts, slower };
}
