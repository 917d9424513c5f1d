import type { Flag, Serve } from "../contract/flag.ts";
import { dispersion } from "../core/statistics/dispersion.ts";
import { type ExperimentSpan, shareOf } from "../core/statistics/experiment.ts";
import type { Sample } from "../core/statistics/lift.ts";
import type { Kind, Source } from "./batch.ts";
import type { BinRow } from "./store.ts";
import { Tally } from "./tally.ts";

/* Counts of an experiment by variant, kept apart wherever its allocation changed. Pure. */

/** Which share of people sees which variant, 0 to 1; who sees none of them is in no share. */
export type Allocation = { readonly [variant: string]: number };
/** The allocation from a version of the flag on. */
export type Allocated = { version: number; allocation: Allocation | null };

/** What a tally is of: of all that were exposed, who had the outcome; how often it came; what it came to. */
export type MeasureOf = "share" | "count" | "value";
export const measureName = (measure: MeasureOf, outcome: string): string => `${measure} ${outcome}`;

/** The rollout of a rule, or else that of the default, or of the first rule that has one; null where there is none. */
export function allocationOf(
  { rules, default: otherwise }: Pick<Flag, "rules" | "default">,
  rule?: string,
): Allocation | null {
  const serves =
    rule === undefined ? [otherwise, ...rules.map(({ serve }) => serve)] : [rules.find(({ id }) => id === rule)?.serve];
  const found = serves.find(
    (serve): serve is Extract<Serve, { rollout: object }> => serve !== undefined && "rollout" in serve,
  );
  if (!found) return null;
  const { rollout } = found;
  const shares: Record<string, number> = {};
  const give = (variant: string, share: number): void => {
    if (share > 0) shares[variant] = (shares[variant] ?? 0) + share;
  };
  if ("split" in rollout) {
    const all = rollout.split.reduce((sum, { weight }) => sum + weight, 0);
    for (const { variant, weight } of rollout.split) give(variant, ((weight / all) * rollout.percentage) / 100);
    if (rollout.otherwise !== null) give(rollout.otherwise, 1 - rollout.percentage / 100);
  } else {
    for (const { variant, from, to } of rollout.ranges) give(variant, to - from);
    const rest = 1 - rollout.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
    if (rollout.otherwise !== null) give(rollout.otherwise, rest);
  }
  return shares;
}

type Kept = { kind: Kind; metric: string; variant: string; start: number; span: number; tally: Tally };

/** Rows as they come, in any order and number of pieces; spans at the end. */
export class ExperimentCounts {
  readonly #spans: { version: number; allocation: Allocation | null }[] = [];
  readonly #sources: readonly Source[];
  readonly #kept: Kept[] = [];

  /** @param allocated by version, in their order, the first one from the beginning */
  constructor(allocated: readonly Allocated[], sources: readonly Source[]) {
    this.#sources = sources;
    for (const one of allocated) {
      const last = this.#spans.at(-1);
      if (!last || JSON.stringify(last.allocation) !== JSON.stringify(one.allocation)) this.#spans.push(one);
    }
  }

  add(rows: readonly BinRow[]): void {
    const unit: Kind = this.#sources.includes("client") ? "unit" : "trusted-unit";
    for (const { kind, metric, variant, start, late, source, version, tally } of rows) {
      if (late === 1 || !this.#sources.includes(source)) continue;
      if (kind !== "first" && kind !== "outcome" && kind !== unit) continue;
      const span = this.#spans.findLastIndex((one) => one.version <= version);
      if (span >= 0) this.#kept.push({ kind, metric, variant, start, span, tally: Tally.decode(tally) });
    }
  }

  /** @param before of an outcome, the first minute whose bin isn't closed; of "" that of exposures */
  spans(before: (outcome: string) => number): ExperimentSpan[] {
    const outcomes = [...new Set(this.#kept.filter(({ kind }) => kind !== "first").map(({ metric }) => metric))];
    return this.#spans.flatMap(({ allocation }, span) => {
      if (!allocation) return [];
      const own = this.#kept.filter((one) => one.span === span && allocation[one.variant] !== undefined);
      const sum = (variant: string, metric: string, firsts: boolean, until: number): Tally =>
        own
          .filter((one) => one.variant === variant && one.start < until && (one.kind === "first") === firsts)
          .filter((one) => firsts || one.metric === metric)
          .reduce((all, one) => all.merge(one.tally), new Tally());
      const each = <T>(of: (variant: string) => T): Record<string, T> =>
        Object.fromEntries(Object.keys(allocation).map((variant) => [variant, of(variant)]));
      const found = outcomes.map((outcome): [string, Record<string, [exposed: Tally, had: Tally]>] => [
        outcome,
        each((variant) => [sum(variant, "", true, before(outcome)), sum(variant, outcome, false, before(outcome))]),
      ]);
      return [
        {
          allocation,
          exposed: each((variant) => sum(variant, "", true, before("")).count),
          outcomes: Object.fromEntries(
            found.flatMap(([outcome, sides]) => {
              const units = own.some(({ kind, metric }) => metric === outcome && kind !== "outcome");
              const valued = Object.values(sides).some(([, had]) => had.sum !== BigInt(had.count) * 1_000_000n);
              const measures: [MeasureOf, (exposed: Tally, had: Tally) => Sample][] = [
                units ? ["share", ({ count }, had) => shareOf(Math.min(had.count, count), count)] : ["count", counted],
                ...(units && valued ? [["value", valueOf] as [MeasureOf, typeof valueOf]] : []),
              ];
              return measures.map(([measure, of]) => [
                measureName(measure, outcome),
                Object.fromEntries(
                  Object.entries(sides).map(([variant, [exposed, had]]) => [variant, of(exposed, had)]),
                ),
              ]);
            }),
          ),
        },
      ];
    });
  }
}

/** Any number for each key, some of which may have many: the variance of a Poisson count, times the dispersion. */
function counted({ count: n, slices }: Tally, had: Tally): Sample {
  const mean = n > 0 ? had.count / n : 0;
  return { n, mean, variance: mean * dispersion([[{ exposures: slices, events: had.slices }]]).phi };
}

/** Who didn't have the outcome has a value of 0. */
function valueOf({ count: n }: Tally, had: Tally): Sample {
  if (n === 0) return { n, mean: 0, variance: 0 };
  const mean = Number(had.sum) / 1e6 / n;
  return { n, mean, variance: Math.max(0, Number(had.squares) / 1e12 / n - mean ** 2) };
}
