import { LogHistogram } from "../core/histogram.ts";
import { closedBefore } from "./bins.ts";
import type { Uncounted } from "../contract/uncounted.ts";
import { outcomeName } from "../contract/metric.ts";
import type { Kind, Source } from "./batch.ts";
import type { Counted } from "./counter.ts";
import { type BinRow, stepOf } from "./store.ts";
import { Tally } from "./tally.ts";
import { UncountedSums } from "./uncounted.ts";

/* What counters have counted of one flag, as a person or a dashboard wants to see it. */

/** Milliseconds below which a share of what didn't fail was answered. */
export type Quantiles = { p50: number; p95: number; p99: number };
/** `units`: targeting keys that had it, each once, in the step of their first exposure. */
export type OutcomeView = { count: number; sum: number; units: number };
/** Counts of one step, or of all of them. */
export type PointView = {
  /** Through the gate, and how many of them failed (500 or more). */
  requests: number;
  errors: number;
  /** null where there were none. */
  errorShare: number | null;
  statuses: Record<"1xx" | "2xx" | "3xx" | "4xx" | "5xx", number>;
  latency: Quantiles | null;
  /** As reported, and of how many targeting keys it was the first. */
  exposures: number;
  keys: number;
  outcomes: Record<string, OutcomeView>;
  /** Reported after the step was closed; in none of the other numbers. */
  late: number;
};
export type SeriesView = {
  variant: string;
  cohort?: string;
  source: Source;
  total: PointView;
  points: (PointView & { at: string })[];
};
/** `uncounted`: what reaches no verdict, by reason; clients' series speak for themselves. */
export type FlagMetrics = {
  series: SeriesView[];
  closedUntil: string;
  uncounted: { [reason in Uncounted]?: number };
};

/** The series of one flag, put together piece by piece: one for each variant, cohort and source. */
export class FlagSeries {
  readonly #stepMs: number;
  readonly #all = new Map<string, { row: BinRow; total: Sum; steps: Map<number, Sum> }>();
  readonly #uncounted = new UncountedSums(true);
  #closedBefore = Infinity;

  /** @param stepMs how long a point is */
  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  add(counted: Counted): void {
    this.#uncounted.add(counted.rows);
    this.#closedBefore = Math.min(this.#closedBefore, closedBefore([counted], { metric: "" }));
    for (const row of counted.rows) {
      if (NOT_SHOWN.has(row.kind)) continue;
      const name = [row.variant, row.cohort, row.source].join("\n");
      let one = this.#all.get(name);
      if (!one) this.#all.set(name, (one = { row, total: new Sum(), steps: new Map() }));
      const start = stepOf(row.start, this.#stepMs);
      let step = one.steps.get(start);
      if (!step) one.steps.set(start, (step = new Sum()));
      const tally = Tally.decode(row.tally);
      one.total.add(row, tally);
      step.add(row, tally);
    }
  }

  /** In that order. Steps in which nothing was counted are left out. */
  view(): FlagMetrics {
    const series = [...this.#all]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { row, total, steps }]) => ({
        variant: row.variant,
        ...(row.cohort !== "" && { cohort: row.cohort }),
        source: row.source,
        total: total.view(),
        points: [...steps]
          .toSorted(([a], [b]) => a - b)
          .map(([start, sum]) => ({ at: new Date(start).toISOString(), ...sum.view() })),
      }));
    const closedUntil = new Date(Math.max(0, Math.min(this.#closedBefore, 8.64e15))).toISOString();
    return { series, closedUntil, uncounted: this.#uncounted.sums };
  }
}

/** Those have a report of their own, are of no variant, or are what verdicts alone are made of. */
const NOT_SHOWN: ReadonlySet<Kind> = new Set([
  "shadow",
  "uncounted",
  "other",
  "session",
  "session-unit",
  "first-event",
]);

class Sum {
  readonly #request = new Tally();
  readonly #outcomes = new Map<string, Tally>();
  readonly #units = new Map<string, number>();
  #exposures = 0;
  #keys = 0;
  #late = 0;

  add({ kind, metric, late }: BinRow, tally: Tally): void {
    if (late === 1) this.#late += tally.count;
    else if (kind === "request") this.#request.merge(tally);
    else if (kind === "exposure") this.#exposures += tally.count;
    else if (kind === "first") this.#keys += tally.count;
    else if (kind === "unit") this.#units.set(metric, (this.#units.get(metric) ?? 0) + tally.count);
    else if (kind === "outcome") {
      const name = outcomeName(metric);
      this.#outcomes.set(name, (this.#outcomes.get(name) ?? new Tally()).merge(tally));
    }
  }

  view(): PointView {
    const { count, errors, statuses, histogram } = this.#request;
    const [one = 0, two = 0, three = 0, four = 0, five = 0] = statuses;
    const latency = new LogHistogram().merge(histogram);
    const reported = this.#outcomes.get("latency");
    if (reported) latency.merge(reported.histogram);
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => latency.quantile(q));
    const names = [...new Set([...this.#outcomes.keys(), ...this.#units.keys()])].toSorted();
    return {
      requests: count,
      errors,
      errorShare: count === 0 ? null : errors / count,
      statuses: { "1xx": one, "2xx": two, "3xx": three, "4xx": four, "5xx": five },
      latency:
        p50 === undefined || p95 === undefined || p99 === undefined
          ? null
          : { p50: rounded(p50), p95: rounded(p95), p99: rounded(p99) },
      exposures: this.#exposures,
      keys: this.#keys,
      outcomes: Object.fromEntries(
        names.map((name) => {
          const tally = this.#outcomes.get(name);
          return [
            name,
            { count: tally?.count ?? 0, sum: tally?.moments().sum ?? 0, units: this.#units.get(name) ?? 0 },
          ];
        }),
      ),
      late: this.#late,
    };
  }
}

/** More digits would claim more than two per cent. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}
