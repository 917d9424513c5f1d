import type { Slice, SlicedPart } from "../core/statistics/epochs.ts";
import type { CountedBin, Readings, TimedBin } from "../core/statistics/judge.ts";
import type { ClosedBin, Side } from "../metrics/bins.ts";
import type { Entry } from "./stage-history.ts";

/* Closed bins of one metric as the statistics want them, put together piece by piece as minutes close. Pure. */

const HOUR = 3_600_000;

type Part = { minute: number; entry: number; compared: boolean; slices: [Slice[], Slice[]] };

/** What was seen in one entry, of [treatment, control]. `requests`: of both, by slice. */
export type Seen = { exposures: [number, number]; keys: [number, number]; requests: number[] };

export class Gathered {
  readonly #timed: boolean;
  #counts: CountedBin[] = [];
  #latencies: TimedBin[] = [];
  #parts: Part[] = [];
  #seen = new Map<number, Seen>();

  /** @param timed whether it is of latencies */
  constructor(timed: boolean) {
    this.#timed = timed;
  }

  /** The same, to go on by itself. */
  copy(): Gathered {
    const copy = new Gathered(this.#timed);
    copy.#counts = [...this.#counts];
    copy.#latencies = [...this.#latencies];
    copy.#parts = structuredClone(this.#parts);
    copy.#seen = structuredClone(this.#seen);
    return copy;
  }

  /** Adds bins of minutes after those that are there. Each must come once. Bins of no entry are left out. */
  add(bins: readonly ClosedBin[], course: readonly Entry[]): void {
    for (const { minute, epoch, treatment, control } of bins) {
      const entry = course.find((one) => one.epoch === epoch);
      if (!entry) continue;
      const place = { minute, entry: epoch, compared: entry.compared };
      const exposures = [treatment.exposures, control.exposures] as const;
      if (this.#timed)
        this.#latencies.push({
          ...place,
          durations: [treatment.durations, control.durations],
          failures: [treatment.failures, control.failures],
        });
      else this.#counts.push({ ...place, exposures, events: [treatment.events, control.events] });
      this.#slice(place, treatment, control);
      this.#see(epoch, treatment, control);
    }
  }

  /** Adds what a dark launch saw: of as many on either side, where the candidate alone differed, and control alone. */
  addPairs(bins: readonly { minute: number; pair: [number, number]; compared: number }[], entry: number): void {
    for (const { minute, pair, compared: n } of bins) {
      this.#counts.push({ minute, entry, compared: true, exposures: [n, n], events: pair });
      this.#seenIn(entry).exposures[0] += n;
    }
  }

  /** Entry by entry, in their order, and by minute: the epochs of a minute in which people changed sides don't alternate. */
  readings(): Readings {
    return this.#timed ? { latencies: this.#latencies.toSorted(inOrder) } : { counts: this.#counts.toSorted(inOrder) };
  }

  /** Sums of slices since each start epoch. Of latencies there are none: slices don't tell who is slow. */
  slices(): readonly SlicedPart[] | undefined {
    return this.#timed ? undefined : this.#parts.toSorted(inOrder);
  }

  seen(entry: number): Seen | undefined {
    return this.#seen.get(entry);
  }

  #slice(place: Omit<Part, "slices">, treatment: Side, control: Side): void {
    let part = this.#parts.findLast(({ entry }) => entry === place.entry);
    if (!part || place.minute - part.minute >= HOUR) this.#parts.push((part = { ...place, slices: [[], []] }));
    part.slices = [added(part.slices[0], treatment.slices), added(part.slices[1], control.slices)];
  }

  #see(entry: number, ...sides: [Side, Side]): void {
    const seen = this.#seenIn(entry);
    for (const [i, { exposures, keys, slices }] of sides.entries()) {
      seen.exposures[i]! += exposures;
      seen.keys[i]! += keys;
      for (const [b, slice] of slices.entries()) seen.requests[b] = (seen.requests[b] ?? 0) + slice.exposures;
    }
  }

  #seenIn(entry: number): Seen {
    let seen = this.#seen.get(entry);
    if (!seen) this.#seen.set(entry, (seen = { exposures: [0, 0], keys: [0, 0], requests: [] }));
    return seen;
  }
}

function inOrder(a: { entry: number; minute: number }, b: { entry: number; minute: number }): number {
  return a.entry - b.entry || a.minute - b.minute;
}

function added(sum: readonly Slice[], more: readonly Slice[]): Slice[] {
  return more.map(({ events, exposures }, b) => ({
    events: events + (sum[b]?.events ?? 0),
    exposures: exposures + (sum[b]?.exposures ?? 0),
  }));
}
