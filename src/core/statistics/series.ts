import type { LogHistogram } from "../histogram.ts";

/*
 * What the judge of a release takes: closed one-minute bins of one metric, arm by arm and slice by slice. Counters deliver
 * them (each minute of each stage entry once, merged over shards); everything is a count, and merging is addition.
 */

/** Slices of what is bucketed: the top 5 bits of murmur3, seed 0x51CE, over the bucketed text. */
export const SLICES = 32;

/**
 * Milliseconds for which slow requests are counted by slice: 12 steps of a factor 2. `slower[i]` of a `LatencyArm` has
 * those that took longer than `LATENCY_STEPS[i]`.
 */
export const LATENCY_STEPS: readonly number[] = Array.from({ length: 12 }, (_, i) => 4 * 2 ** i);

/**
 * Counts by slice: a whole number from 0 for each of the 32. A list of one number says that slices aren't known (a dark
 * launch); φ is 1 there and floors by slice aren't asked.
 */
export type Counts = ArrayLike<number>;

/**
 * One stage entry of a release. Any change of the share begins a new one, by hand too: counts of different entries are
 * never added. `entry` is the release epoch that cohorts carry.
 */
export type Entry = {
  readonly entry: number;
  /** When it began, epoch ms. */
  readonly from: number;
  /** How long its minutes count as warm-up, ms: a minute that begins before `from + warmupMs` does. */
  readonly warmupMs: number;
  /** Configured share of treatment, 0 to 1; null where there is none (a stage for some people, a dark launch). */
  readonly share: number | null;
  /** Whether the sides differ by chance alone, and there is control. */
  readonly compared: boolean;
};

/**
 * Where bucketed keys are known and trusted (never an id that a visitor made up): of each key and stage entry, for the
 * same arm and slice,
 */
export type People = {
  /** keys whose first exposure in this stage entry falls in this minute, */
  readonly exposed: Counts;
  /** and keys whose first event in this stage entry falls in this minute, at most one for each key. */
  readonly erred: Counts;
};

/**
 * One arm in one minute, of a metric that is counted. By metric:
 * - `errors`: exposures = requests and reported exposures, events = answers of 500 or more and outcomes `errors`; with `people`.
 * - an outcome per event: exposures likewise, events = outcomes in the minute of their own time; with `people`.
 * - an outcome per unit: exposures = first exposures, events = keys that had the outcome within the window. No `people`,
 *   since each key counts once as it is. The minute closes at window + 30 s.
 * - `missing`: exposures = sessions that began (a key anew after 30 minutes without it), events = those whose expected
 *   outcome didn't come within the window. No `people`.
 * - `mismatch`: exposures = pairs compared (the same number on either side), events = [differs for the candidate alone,
 *   for the second run of control alone]; lists of one.
 * - exposures alone (for sample ratio and silence): events are zeros, `people.exposed` where keys are known.
 */
export type CountArm = { readonly exposures: Counts; readonly events: Counts; readonly people?: People };

/**
 * One arm in one minute of `latency`. Failures other than timeouts are nowhere in it: they are the errors guard's.
 * Durations are milliseconds.
 */
export type LatencyArm = {
  /** Requests that were answered, and timeouts. */
  readonly exposures: Counts;
  /** How long those that were answered took, without timeouts. */
  readonly durations: LogHistogram;
  /** Timeouts, which are slower than any threshold. */
  readonly timeouts: Counts;
  /** For each of `LATENCY_STEPS`: requests that took longer, without timeouts. */
  readonly slower: readonly Counts[];
};

/** One closed minute of one stage entry. `minute`: epoch ms at its start. A minute in which nobody came needn't be there. */
export type Minute<Arm> = {
  readonly minute: number;
  readonly entry: number;
  readonly treatment: Arm;
  readonly control: Arm;
};
export type CountMinute = Minute<CountArm>;
export type LatencyMinute = Minute<LatencyArm>;

/**
 * All that was counted for one guardrail since the release began. Trusted counts (sources `gate` and `server`) and all
 * counts (with `client`) are two series, judged one by one.
 */
export type Series = {
  readonly minutes: { readonly counts: readonly CountMinute[] } | { readonly latencies: readonly LatencyMinute[] };
  /** Minutes before this have closed for this metric, epoch ms; one that isn't among `minutes` was quiet. */
  readonly closedBefore: number;
  /** False for an outcome that nobody has ever reported here: `nodata`. */
  readonly reported: boolean;
};
