/*
 * Durations (or any sizes) as counts on a log scale. Fixed buckets, so that histograms merge by addition: whatever was
 * recorded where, and in whatever order it comes together, the sum is that of all of it.
 */

/** Relative accuracy: a quantile is at most this share away from a value that was recorded. */
const ACCURACY = 0.02;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LN_GAMMA = Math.log(GAMMA);
/** From a bucket's upper edge to the value whose relative distance to both edges is the same: ln(2 / (γ + 1)). */
const LN_MIDDLE = Math.log(2 / (GAMMA + 1));

/** What is smaller counts as 0: below the smallest normal number there is no relative accuracy to keep. */
const SMALLEST = 2 ** -1022;
/** The buckets of the smallest and of the largest number that aren't 0. */
const FIRST = bucketOf(SMALLEST);
const LAST = bucketOf(Number.MAX_VALUE);

const ENCODED = /^(?:0|[1-9a-z][0-9a-z]*)(?:;-?[0-9a-z]+:[1-9a-z][0-9a-z]*(?:,[1-9a-z][0-9a-z]*:[1-9a-z][0-9a-z]*)*)?$/;

/** Value x > 0 is in bucket ⌈ln x / ln γ⌉, which holds (γ^(i-1), γ^i]: the index of DDSketch (Masson et al. 2019). */
function bucketOf(value: number): number {
  return Math.ceil(Math.log(value) / LN_GAMMA);
}

function middleOf(bucket: number): number {
  return Math.min(Math.exp(bucket * LN_GAMMA + LN_MIDDLE), Number.MAX_VALUE);
}

/**
 * A histogram of numbers from 0 up, with buckets that are 2 % wide to either side of their middle: DDSketch without
 * its collapsing, so merging is plain addition. Between 1 and 60 000 (a millisecond to a minute) there are 276 of them;
 * only those that hold something take space.
 */
export class LogHistogram {
  #zeros = 0;
  readonly #counts = new Map<number, number>();

  /**
   * Adds a value, `count` times.
   *
   * @param value from 0 to the largest finite number; what is below 2^-1022 counts as 0
   * @param count a whole number from 0
   * @throws RangeError for a value that is negative, infinite or not a number, and for a count that isn't whole or negative
   */
  record(value: number, count = 1): void {
    if (!(value >= 0 && value < Infinity))
      throw new RangeError(`A histogram holds finite numbers from 0, not ${value}.`);
    if (!Number.isSafeInteger(count) || count < 0)
      throw new RangeError(`A count is a whole number from 0, not ${count}.`);
    if (value < SMALLEST) this.#zeros += count;
    else if (count > 0) this.#add(bucketOf(value), count);
  }

  /** Another histogram that holds the same. */
  copy(): LogHistogram {
    return new LogHistogram().merge(this);
  }

  /** Adds all that another histogram holds, which stays as it is. Returns this one. */
  merge(other: LogHistogram): this {
    this.#zeros += other.#zeros;
    for (const [bucket, count] of other.#counts) this.#add(bucket, count);
    return this;
  }

  /**
   * The value below which a share of the recorded values lies, within 2 % of the recorded value at rank ⌊q·(n-1)⌋ in
   * ascending order; undefined when nothing was recorded.
   *
   * @param q from 0 (the smallest) to 1 (the largest)
   * @throws RangeError for another `q`
   */
  quantile(q: number): number | undefined {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile is from 0 to 1, not ${q}.`);
    const total = this.countAbove(-1);
    if (total === 0) return undefined;
    const rank = Math.floor(q * (total - 1));
    let below = this.#zeros;
    if (rank < below) return 0;
    let middle = 0;
    for (const [bucket, count] of this.#sorted()) {
      middle = middleOf(bucket);
      below += count;
      if (rank < below) break;
    }
    return middle;
  }

  /**
   * How many of the recorded values lie in a bucket above that of `threshold`: those that are more than 4.1 % above it
   * for certain, and none that is at or below it. With a threshold below 0, all of them.
   *
   * @throws RangeError when the threshold isn't a number
   */
  countAbove(threshold: number): number {
    if (Number.isNaN(threshold)) throw new RangeError("A threshold is a number.");
    const limit = threshold < SMALLEST ? -Infinity : bucketOf(threshold);
    let above = threshold < 0 ? this.#zeros : 0;
    for (const [bucket, count] of this.#counts) if (bucket > limit) above += count;
    return above;
  }

  /** What it holds, bucket by bucket in no order: the middle of each (0 for the zeros) and how many values are in it. */
  *entries(): Generator<[middle: number, count: number]> {
    if (this.#zeros > 0) yield [0, this.#zeros];
    for (const [bucket, count] of this.#counts) yield [middleOf(bucket), count];
  }

  /**
   * The histogram as compact text, safe in JSON, an address or a table; equal contents are equal texts. In base 36: how
   * many zeros, then the first bucket and its count, then for each further one the distance from the one before.
   */
  encode(): string {
    let before: number | undefined;
    const parts = this.#sorted().map(([bucket, count]) => {
      const step = before === undefined ? bucket : bucket - before;
      before = bucket;
      return `${step.toString(36)}:${count.toString(36)}`;
    });
    const zeros = this.#zeros.toString(36);
    return parts.length === 0 ? zeros : `${zeros};${parts.join(",")}`;
  }

  /**
   * The histogram that was encoded.
   *
   * @throws RangeError for a text that `encode` doesn't make
   */
  static decode(text: string): LogHistogram {
    if (!ENCODED.test(text)) throw new RangeError("This is no encoded histogram.");
    const [zeros = "0", rest] = text.split(";");
    const histogram = new LogHistogram();
    histogram.#zeros = whole(zeros);
    let bucket = 0;
    for (const part of rest?.split(",") ?? []) {
      const [step = "", count = ""] = part.split(":");
      bucket += Number.parseInt(step, 36);
      if (!(bucket >= FIRST && bucket <= LAST)) throw new RangeError("This is no encoded histogram.");
      histogram.#counts.set(bucket, whole(count));
    }
    return histogram;
  }

  #add(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
  }

  #sorted(): [bucket: number, count: number][] {
    return [...this.#counts].toSorted(([a], [b]) => a - b);
  }
}

function whole(text: string): number {
  const number = Number.parseInt(text, 36);
  if (!Number.isSafeInteger(number)) throw new RangeError("This is no encoded histogram.");
  return number;
}
