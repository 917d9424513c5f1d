import { LogHistogram } from "./histogram.ts";

/*
 * What a dark launch saw, as counts that add: whatever was seen where, and in whatever order it comes together, the
 * sums are the same. Pure, plain data: it travels through RPC and storage as it is.
 */

/** Why a request that came by wasn't compared. */
export type Skipped =
  | "method"
  | "upgrade"
  | "stream"
  | "range"
  | "large"
  | "shadow"
  | "arguments"
  | "control"
  | "busy"
  | "budget"
  | "breaker"
  | "incomparable";

/** A field that differs, with what each side has there, by kind and size only. */
export type Difference = { field: string; control: string; candidate: string };

/** What became of one request. Times in milliseconds; `statuses` are HTTP's, of control and candidate. */
export type Observation =
  | { outcome: "skipped"; reason: Skipped }
  | {
      outcome: "compared";
      differences: readonly Difference[];
      /** The fields in which a second run of control differed from the first; absent when it ran once. */
      noise?: readonly string[];
      controlMs: number;
      candidateMs: number;
      statuses?: readonly [control: number, candidate: number];
    }
  | { outcome: "error"; controlMs: number; candidateMs: number }
  | { outcome: "timeout"; controlMs: number };

/** Of the runs with a second control: where only the candidate differed from the first, only that second run, or both. */
type Pairs = { candidateOnly: number; noiseOnly: number; both: number };
type FieldCounts = { differed: number; candidateOnly: number; noiseOnly: number };
type Kind = { count: number; example: readonly Difference[] };

export type ShadowTally = {
  /** How often the candidate ran. */
  sampled: number;
  skipped: { [reason in Skipped]?: number };
  compared: number;
  differed: number;
  errors: number;
  timeouts: number;
  /** How often control ran twice. */
  doubled: number;
  pairs: Pairs;
  fields: { [field: string]: FieldCounts };
  /** `<control>→<candidate>`. */
  statuses: { [transition: string]: number };
  /** By the fields that differed. */
  kinds: { [fingerprint: string]: Kind };
  /** Encoded `LogHistogram`s of milliseconds, and of candidate's time over control's. */
  controlMs: string;
  candidateMs: string;
  ratio: string;
};

/** Told apart by name; what comes after so many counts as `OTHER`. */
const MOST_FIELDS = 100;
const MOST_KINDS = 50;
const MOST_STATUSES = 100;
const OTHER = "…";

const NO_HISTOGRAM = new LogHistogram().encode();

export function emptyTally(): ShadowTally {
  return {
    sampled: 0,
    skipped: {},
    compared: 0,
    differed: 0,
    errors: 0,
    timeouts: 0,
    doubled: 0,
    pairs: { candidateOnly: 0, noiseOnly: 0, both: 0 },
    fields: {},
    statuses: {},
    kinds: {},
    controlMs: NO_HISTOGRAM,
    candidateMs: NO_HISTOGRAM,
    ratio: NO_HISTOGRAM,
  };
}

export function encodeTally(tally: ShadowTally): string {
  return JSON.stringify(tally);
}

/** Tallies are trusted when they are read: they come from Workers of the same account. */
export function decodeTally(text: string): ShadowTally {
  return JSON.parse(text) as ShadowTally;
}

/** What fields differ names a kind of mismatch: the same fields, the same fingerprint. */
export function fingerprint(differences: readonly Difference[]): string {
  return differences
    .map(({ field }) => field || "/")
    .toSorted()
    .join(" ");
}

/** One request as a tally of its own. */
export function tallyOf(seen: Observation): ShadowTally {
  const tally = emptyTally();
  if (seen.outcome === "skipped") return { ...tally, skipped: { [seen.reason]: 1 } };
  tally.sampled = 1;
  tally.controlMs = one(seen.controlMs);
  if (seen.outcome === "timeout") return { ...tally, timeouts: 1 };
  tally.candidateMs = one(seen.candidateMs);
  if (seen.outcome === "error") return { ...tally, errors: 1 };
  if (seen.controlMs > 0) tally.ratio = one(seen.candidateMs / seen.controlMs);
  tally.compared = 1;
  if (seen.statuses) tally.statuses[seen.statuses.join("→")] = 1;
  const differed = new Set(seen.differences.map(({ field }) => field));
  if (differed.size > 0) {
    tally.differed = 1;
    const example = seen.differences.toSorted((a, b) => (a.field < b.field ? -1 : 1));
    tally.kinds[fingerprint(seen.differences)] = { count: 1, example };
  }
  const noise = new Set(seen.noise);
  if (seen.noise) {
    tally.doubled = 1;
    if (differed.size > 0 && noise.size > 0) tally.pairs.both = 1;
    else if (differed.size > 0) tally.pairs.candidateOnly = 1;
    else if (noise.size > 0) tally.pairs.noiseOnly = 1;
  }
  const entries = [...new Set([...differed, ...noise])].map((field): [string, FieldCounts] => [
    field,
    {
      differed: Number(differed.has(field)),
      candidateOnly: Number(seen.noise !== undefined && differed.has(field) && !noise.has(field)),
      noiseOnly: Number(noise.has(field) && !differed.has(field)),
    },
  ]);
  return { ...tally, fields: Object.fromEntries(entries) };
}

/** The sum of two tallies. Which names are told apart, where there are too many, may depend on the order; no sum does. */
export function merged(one: ShadowTally, other: ShadowTally): ShadowTally {
  const add = (a: number, b: number): number => a + b;
  return {
    sampled: one.sampled + other.sampled,
    skipped: joined(one.skipped, other.skipped, Infinity, add),
    compared: one.compared + other.compared,
    differed: one.differed + other.differed,
    errors: one.errors + other.errors,
    timeouts: one.timeouts + other.timeouts,
    doubled: one.doubled + other.doubled,
    pairs: {
      candidateOnly: one.pairs.candidateOnly + other.pairs.candidateOnly,
      noiseOnly: one.pairs.noiseOnly + other.pairs.noiseOnly,
      both: one.pairs.both + other.pairs.both,
    },
    fields: joined(one.fields, other.fields, MOST_FIELDS, (a, b) => ({
      differed: a.differed + b.differed,
      candidateOnly: a.candidateOnly + b.candidateOnly,
      noiseOnly: a.noiseOnly + b.noiseOnly,
    })),
    statuses: joined(one.statuses, other.statuses, MOST_STATUSES, add),
    kinds: joined(one.kinds, other.kinds, MOST_KINDS, (a, b) => ({
      count: a.count + b.count,
      example: JSON.stringify(a.example) < JSON.stringify(b.example) ? a.example : b.example,
    })),
    controlMs: sum(one.controlMs, other.controlMs),
    candidateMs: sum(one.candidateMs, other.candidateMs),
    ratio: sum(one.ratio, other.ratio),
  };
}

/** What a person wants to know of a tally. Shares are from 0 to 1; absent where there is nothing to divide by. */
export type ShadowReport = {
  sampled: number;
  skipped: { [reason: string]: number };
  compared: number;
  matched: number;
  /** `share`: of what was compared, less the share in which control differs from itself. */
  mismatched: { count: number; share?: number; noise?: number };
  /** Where control ran twice: in how many only the candidate differed, only control from itself, both. */
  pairs: Pairs & { of: number };
  errors: number;
  timeouts: number;
  fields: ({ field: string } & FieldCounts)[];
  statuses: { control: number; candidate: number; count: number }[];
  latency: { control: Quantiles; candidate: Quantiles; ratio: Quantiles };
  fingerprints: { fingerprint: string; count: number; example: readonly Difference[] }[];
};
type Quantiles = { p50?: number; p95?: number; p99?: number };

const SHOWN_KINDS = 20;

export function reportOf(tally: ShadowTally): ShadowReport {
  const { compared, differed, doubled, pairs } = tally;
  const noise = doubled === 0 ? undefined : (pairs.noiseOnly + pairs.both) / doubled;
  const byCount = (a: { count: number }, b: { count: number }): number => b.count - a.count;
  return {
    sampled: tally.sampled,
    skipped: { ...tally.skipped },
    compared,
    matched: compared - differed,
    mismatched: {
      count: differed,
      ...(compared > 0 && { share: Math.max(0, differed / compared - (noise ?? 0)) }),
      ...(noise !== undefined && { noise }),
    },
    pairs: { ...pairs, of: doubled },
    errors: tally.errors,
    timeouts: tally.timeouts,
    fields: Object.entries(tally.fields)
      .map(([field, counts]) => ({ field, ...counts }))
      .toSorted((a, b) => b.differed - a.differed),
    statuses: Object.entries(tally.statuses)
      .map(([transition, count]) => {
        const [control = 0, candidate = 0] = transition.split("→").map(Number);
        return { control, candidate, count };
      })
      .toSorted(byCount),
    latency: {
      control: quantiles(tally.controlMs),
      candidate: quantiles(tally.candidateMs),
      ratio: quantiles(tally.ratio),
    },
    fingerprints: Object.entries(tally.kinds)
      .map(([name, kind]) => ({ fingerprint: name, ...kind }))
      .toSorted(byCount)
      .slice(0, SHOWN_KINDS),
  };
}

function quantiles(encoded: string): Quantiles {
  const histogram = LogHistogram.decode(encoded);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => histogram.quantile(q));
  return p50 === undefined || p95 === undefined || p99 === undefined ? {} : { p50, p95, p99 };
}

function one(value: number): string {
  const histogram = new LogHistogram();
  histogram.record(Number.isFinite(value) ? Math.max(0, value) : 0);
  return histogram.encode();
}

function sum(one: string, other: string): string {
  if (one === NO_HISTOGRAM) return other;
  if (other === NO_HISTOGRAM) return one;
  return LogHistogram.decode(one).merge(LogHistogram.decode(other)).encode();
}

/** Adds by name; names past `most` go together. */
function joined<T>(
  one: { [name: string]: T },
  other: { [name: string]: T },
  most: number,
  add: (a: T, b: T) => T,
): { [name: string]: T } {
  const all = new Map(Object.entries(one));
  for (const [name, value] of Object.entries(other)) {
    const key = all.has(name) || all.size < most ? name : OTHER;
    const before = all.get(key);
    all.set(key, before === undefined ? value : add(before, value));
  }
  return Object.fromEntries(all);
}
