import { phiOf } from "./dispersion.ts";

/* A release's time: stages that are entered, start epochs, and what its slices have seen since each of them. */

/** Exposures and events of the people of one slice. */
export type Slice = { readonly events: number; readonly exposures: number };

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Which minute of which part of the release a bin is of. */
export type Place = {
  /** Its beginning, epoch ms. */
  readonly minute: number;
  /** Grows by each entering of a stage; bins of different entries are never compared with each other. */
  readonly entry: number;
  /** Whether the two sides differ by chance alone. Not so in a stage for some people, or where nobody is control. */
  readonly compared: boolean;
};
export type SlicedPart = Place & { readonly slices: readonly [treatment: readonly Slice[], control: readonly Slice[]] };

/** Indices at which a start epoch begins: the first bin, each entering of a stage, each full hour since the last. */
export function startEpochs(bins: readonly Pick<Place, "minute" | "entry">[]): number[] {
  const starts: number[] = [];
  let last: Pick<Place, "minute" | "entry"> | undefined;
  bins.forEach((bin, i) => {
    if (last && bin.entry === last.entry && bin.minute - last.minute < HOUR) return;
    starts.push(i);
    last = bin;
  });
  return starts;
}

/**
 * For each start epoch the sums of the slices from there on, of either arm; no arms where nothing is known of slices.
 * Parts may be longer than epochs: one that an epoch begins in counts for it as a whole.
 */
export function slicesSince(
  parts: readonly SlicedPart[] | undefined,
  places: readonly Place[],
  epochs: readonly number[],
  compared: boolean,
): Slice[][][] {
  const of = parts?.filter((one) => one.compared === compared) ?? [];
  let sums: Slice[][] = [];
  let next = of.length - 1;
  let from = Infinity;
  return epochs
    .toReversed()
    .map((start) => {
      const { minute } = places[start]!;
      for (; next >= 0 && from > minute; next--) {
        const part = of[next]!;
        from = part.minute;
        sums = part.slices.map((arm, a) => added(sums[a] ?? [], arm));
      }
      return sums;
    })
    .toReversed();
}

function added(one: readonly Slice[], other: readonly Slice[]): Slice[] {
  const longer = one.length > other.length ? one : other;
  return longer.map((_, b) => ({
    events: (one[b]?.events ?? 0) + (other[b]?.events ?? 0),
    exposures: (one[b]?.exposures ?? 0) + (other[b]?.exposures ?? 0),
  }));
}

/** Places of so many slices as have the most events. */
export function loudest(slices: readonly Slice[], most: number): number[] {
  const places = slices.map((_, b) => b).toSorted((a, b) => slices[b]!.events - slices[a]!.events);
  return places.slice(0, most);
}

/** φ of arms that are lists of slices. */
export function dispersionOf(arms: readonly (readonly Slice[])[]): number {
  return phiOf([
    arms.map((arm) => ({ exposures: arm.map((one) => one.exposures), events: arm.map((one) => one.events) })),
  ]).phi;
}
