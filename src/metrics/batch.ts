import type { Uncounted } from "../contract/uncounted.ts";
import { murmur3 } from "../core/murmur3.ts";

/* What isolates send to counters, and by which names things are counted. Plain data that survives structured clone. */

export const MINUTE = 60_000;
/** A bin closes so long after its end: by then every isolate has reported, and what comes later is late. */
export const CLOSING_MS = 30_000;
/** Counters of one environment. */
export const SHARDS = 4;

/** Who measured it. What a client says anybody can say, since its key is public. */
export const SOURCES = ["gate", "server", "client"] as const;
export type Source = (typeof SOURCES)[number];

/**
 * What is counted: gated requests; exposures that were reported; first exposures of keys in a stage entry; sessions (a key
 * anew after half an hour without it); outcomes, each one; keys whose first error, or other outcome that counts each
 * time, it is in a stage entry; units, which are keys that had an outcome within its window after their first exposure,
 * from any source or from a trusted one (a gate or server); sessions in which the expected outcome came; what dark
 * launches saw, whose tally is another one (core/shadow-tally.ts); what reaches no verdict, whose `metric` is the reason;
 * and, without saying what, all that there was no room for.
 */
export type Kind =
  | "request"
  | "exposure"
  | "first"
  | "session"
  | "outcome"
  | "first-event"
  | "unit"
  | "trusted-unit"
  | "session-unit"
  | "shadow"
  | "uncounted"
  | "other";

/** What is counted apart. Texts are empty where they don't apply; `version` is that of the flag, 0 where it isn't known. */
export type Series = {
  kind: Kind;
  metric: string;
  flag: string;
  variant: string;
  cohort: string;
  source: Source;
  version: number;
};
/** `minute`: epoch milliseconds at its start. `tally`: encoded. */
export type Cell = Series & { minute: number; tally: string };

/**
 * What is the same of a key's exposure and its events. `key`: the hash of what is bucketed. `cohort` without its hash,
 * empty for none. `at`: epoch milliseconds.
 */
type Subject = {
  key: string;
  slice: number;
  flag: string;
  variant: string;
  cohort: string;
  source: Source;
  version: number;
  at: number;
};

/**
 * A key saw a variant. `alias`: the key is a targeting key where something else was bucketed, whose hash this is: it is
 * counted by that, and kept so that outcomes find it which say no more. `keep`: what it is kept for: a live release (as usual where it has a
 * cohort), an experiment, or as long as there is room (as usual).
 */
export type Exposed = Subject & { what: "exposed"; alias?: string; keep?: "release" | "experiment" | "other" };
/** An event of a key that has been counted already: so that the first one of each key is counted once more. */
export type Had = Subject & { what: "had"; metric: string };
/** Something happened to a key. `flag` and `cohort` narrow which of its exposures it belongs to. */
export type Happened = {
  what: "happened";
  key: string;
  metric: string;
  value: number;
  flag: string;
  cohort: string;
  source: Source;
  at: number;
  per: "unit" | "event";
  windowMs: number;
  /** How long it is waited for in a session; 0, as usual: it isn't. */
  expectedMs?: number;
};
export type Keyed = Exposed | Had | Happened;

/**
 * What one sender had to say. The same `isolate` and `sequence` counts once within an hour. `keyed`: what has to be
 * attributed by key.
 */
export type Batch = { isolate: string; sequence: number; cells: Cell[]; keyed: Keyed[] };

/** What became of a batch. `uncounted`: of what has to be attributed, what isn't going to be, as far as is known. */
export type Taken = { duplicate: boolean; uncounted: { [reason in Uncounted]?: number } };

/** The counter of a sender, or of a targeting key's hash. */
export function shardOf(name: string): number {
  return murmur3(name, 0x5a4d) % SHARDS;
}

/** What is kept of a targeting key: 64 bits of hashes that differ from one incarnation to the next. */
export function keyHash(incarnation: string, targetingKey: string): string {
  const text = `${incarnation}/${targetingKey}`;
  const [low, high] = [murmur3(text, 0x5eed_0003), murmur3(`id${text}`, 0x5eed_0004)];
  return low.toString(16).padStart(8, "0") + high.toString(16).padStart(8, "0");
}

/** The same of what is bucketed where that isn't the targeting key: cohorts say no more of it than a hash. */
export function bucketedKey(incarnation: string, hash: string): string {
  return keyHash(incarnation, `#${hash}`);
}

export function minuteOf(at: number): number {
  return Math.floor(at / MINUTE) * MINUTE;
}

/** When a minute's bin closes, of a metric that waits so long for outcomes. Epoch milliseconds. */
export function closesAt(minute: number, windowMs = 0): number {
  return minute + MINUTE + windowMs + CLOSING_MS;
}

/** The first minute that isn't closed yet. */
export function openFrom(now: number, windowMs = 0): number {
  return minuteOf(now - windowMs - CLOSING_MS);
}

/** `<release>.<epoch>`, of a cohort; empty for none. */
export function epochOf(cohort: string): string {
  return cohort === "" ? "" : cohort.slice(0, cohort.lastIndexOf("."));
}

/** The release of a cohort or epoch; empty for none. */
export function releaseOf(cohort: string): string {
  return cohort === "" ? "" : cohort.slice(0, cohort.indexOf("."));
}

/** Everything that makes a series another one, as one text. */
export function seriesName({ kind, metric, flag, variant, cohort, source, version }: Series): string {
  return [kind, metric, flag, variant, cohort, source, version].join("\n");
}
