import { LogHistogram } from "../core/histogram.ts";
import { LATENCY_STEPS, SLICES } from "../core/statistics/series.ts";
export { sliceOf } from "../core/bucketed.ts";
export { SLICES } from "../core/statistics/series.ts";

/*
 * The counts of one series in one minute. All of it is whole numbers and everything is addition, so that shards,
 * batches and minutes come together in any order to the same.
 */

/** Values are kept as whole millionths: sums of floating numbers would depend on their order. */
const MILLIONTHS = 1_000_000;

/** Statuses of what nobody answered in time: slower than any threshold, unlike what failed at once. */
const TIMEOUTS: ReadonlySet<number> = new Set([504, 522, 524]);

/** What one measurement adds. Absent numbers are 0. */
export type Measured = {
  slice: number;
  /** It failed: a status of 500 or more, a comparison that didn't match. */
  error?: boolean;
  /** 100 to 599. */
  status?: number;
  /** Milliseconds. Of a failed request none is recorded: how soon something fails is no latency. */
  size?: number;
  value?: number;
};

export class Tally {
  count = 0;
  errors = 0;
  /** Of values, in millionths, and of their squares. */
  sum = 0n;
  squares = 0n;
  readonly histogram = new LogHistogram();
  /** How many were answered 1xx, 2xx … 5xx. */
  readonly statuses: number[] = [0, 0, 0, 0, 0];
  /** By slice: how many, and how many errors. */
  readonly slices: number[] = Array<number>(SLICES).fill(0);
  readonly errorSlices: number[] = Array<number>(SLICES).fill(0);
  /** By slice: how many weren't answered in time. They are among the errors. */
  readonly timeoutSlices: number[] = Array<number>(SLICES).fill(0);
  /** How many had a size with so many of the steps below it, by 16 times the slice plus the steps; those with none are left out. */
  readonly #steps = new Map<number, number>();

  /** @param slice 0 to 31 */
  add({ slice, error = false, status, size, value }: Measured): void {
    this.count += 1;
    this.slices[slice]! += 1;
    if (error) {
      this.errors += 1;
      this.errorSlices[slice]! += 1;
    }
    if (status !== undefined) {
      const place = Math.floor(status / 100) - 1;
      if (place >= 0 && place < 5) this.statuses[place]! += 1;
      if (TIMEOUTS.has(status)) this.timeoutSlices[slice]! += 1;
    }
    if (size !== undefined) {
      this.histogram.record(size);
      const steps = stepsBelow(size);
      if (steps > 0) this.#step(slice * 16 + steps, 1);
    }
    if (value !== undefined) {
      const exact = BigInt(Math.round(value * MILLIONTHS));
      this.sum += exact;
      this.squares += exact * exact;
    }
  }

  /** For each of `LATENCY_STEPS`, by slice: how many took longer. */
  slower(): number[][] {
    const slower = LATENCY_STEPS.map(() => Array<number>(SLICES).fill(0));
    for (const [place, n] of this.#steps) for (let i = 0; i < (place & 15); i++) slower[i]![place >> 4]! += n;
    return slower;
  }

  /** Adds all of another one, which stays as it is. */
  merge(other: Tally): this {
    for (const [place, n] of other.#steps) this.#step(place, n);
    addInto(this.timeoutSlices, other.timeoutSlices);
    this.count += other.count;
    this.errors += other.errors;
    this.sum += other.sum;
    this.squares += other.squares;
    this.histogram.merge(other.histogram);
    addInto(this.statuses, other.statuses);
    addInto(this.slices, other.slices);
    addInto(this.errorSlices, other.errorSlices);
    return this;
  }

  /** Of the values: their sum, mean, and the variance of one (not of the mean). NaN where there are none. */
  moments(): { sum: number; mean: number; variance: number } {
    const n = BigInt(this.count);
    const sum = Number(this.sum) / MILLIONTHS;
    // n·Σx² − (Σx)² is exact in whole numbers; nothing is lost where the mean is far greater than the spread.
    const spread = n > 1n ? Number(n * this.squares - this.sum * this.sum) / Number(n * (n - 1n)) : NaN;
    return { sum, mean: sum / this.count, variance: spread / MILLIONTHS ** 2 };
  }

  #step(place: number, n: number): void {
    this.#steps.set(place, (this.#steps.get(place) ?? 0) + n);
  }

  /** As text for a row or a batch: equal tallies are equal texts. */
  encode(): string {
    const parts = [
      this.count,
      this.errors,
      this.sum,
      this.squares,
      this.histogram.encode(),
      this.statuses.join(" "),
      sparse(this.slices),
      sparse(this.errorSlices),
      sparse(this.timeoutSlices),
      [...this.#steps]
        .toSorted(([a], [b]) => a - b)
        .map(([place, n]) => `${place}:${n}`)
        .join(" "),
    ];
    return parts.join("|");
  }

  /** The tally that was encoded. @throws RangeError or SyntaxError for other texts */
  static decode(text: string): Tally {
    const [
      count = "",
      errors = "",
      sum = "",
      squares = "",
      histogram = "",
      statuses = "",
      slices = "",
      failed = "",
      ...rest
    ] = text.split("|");
    const [late = "", steps = ""] = rest; // tallies from before there were these have none
    const tally = new Tally();
    tally.count = whole(count);
    tally.errors = whole(errors);
    tally.sum = BigInt(sum);
    tally.squares = BigInt(squares);
    tally.histogram.merge(LogHistogram.decode(histogram));
    addInto(tally.statuses, statuses.split(" ").map(whole));
    for (const [index, n] of pairs(slices)) tally.slices[index] = n;
    for (const [index, n] of pairs(failed)) tally.errorSlices[index] = n;
    for (const [index, n] of pairs(late)) tally.timeoutSlices[index] = n;
    for (const [place, n] of pairs(steps, SLICES * 16)) tally.#steps.set(place, n);
    return tally;
  }
}

/** So many of which nothing else is known, encoded. */
export function manyOf(count: number): string {
  const tally = new Tally();
  tally.count = tally.slices[0] = count;
  return tally.encode();
}

/** How many of `LATENCY_STEPS` are below a size: 0 to 12. */
function stepsBelow(size: number): number {
  let steps = 0;
  while (steps < LATENCY_STEPS.length && size > LATENCY_STEPS[steps]!) steps += 1;
  return steps;
}

function addInto(sum: number[], more: readonly number[]): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += more[i] ?? 0;
}

function sparse(slices: readonly number[]): string {
  return slices.flatMap((n, index) => (n === 0 ? [] : [`${index}:${n}`])).join(" ");
}

function pairs(text: string, end = SLICES): [number, number][] {
  if (text === "") return [];
  return text.split(" ").map((pair) => {
    const [index = "", n = ""] = pair.split(":");
    if (whole(index) >= end) throw new RangeError("This is no encoded tally.");
    return [whole(index), whole(n)];
  });
}

function whole(text: string): number {
  const number = Number(text);
  if (text === "" || !Number.isSafeInteger(number) || number < 0) throw new RangeError("This is no encoded tally.");
  return number;
}
