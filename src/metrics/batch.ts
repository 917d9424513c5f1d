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
 * What is counted: gated requests; exposures that were reported; first exposures of targeting keys; outcomes, each one;
 * units, which are targeting keys that had an outcome within its window after their first exposure, from any source or
 * from a trusted one (a gate or server); what dark launches saw, whose tally is another one (core/shadow-tally.ts).
 */
export type Kind = "request" | "exposure" | "first" | "outcome" | "unit" | "trusted-unit" | "shadow";

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

/** A targeting key saw a variant. `key`: its hash. `at`: epoch milliseconds. */
export type Exposed = {
  what: "exposed";
  key: string;
  slice: number;
  flag: string;
  variant: string;
  cohort: string;
  source: Source;
  version: number;
  at: number;
};
/** Something happened to a targeting key. `flag` and `cohort` narrow which of its exposures it belongs to. */
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
};
export type Keyed = Exposed | Happened;

/**
 * What one sender had to say. The same `isolate` and `sequence` counts once within an hour. `keyed`: what has to be
 * attributed by targeting key.
 */
export type Batch = { isolate: string; sequence: number; cells: Cell[]; keyed: Keyed[] };

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

/** Everything that makes a series another one, as one text. */
export function seriesName({ kind, metric, flag, variant, cohort, source, version }: Series): string {
  return [kind, metric, flag, variant, cohort, source, version].join("\n");
}
