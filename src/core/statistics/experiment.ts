import { checked, checkedAlpha, checkedCount, checkedList } from "./checked.ts";
import { logMeanExp, SAMPLE_RATIO_ALARM, sampleRatioEvidence } from "./evidence.ts";
import { type Interval, interval, logRatio, type Sample } from "./lift.ts";

/* An experiment, read: what each variant does to each outcome. */

/** What was counted while the allocation was the same. */
export type ExperimentSpan = {
  /** Configured share of each variant, or its weight. */
  readonly allocation: { readonly [variant: string]: number };
  /** Distinct targeting keys that saw each variant. */
  readonly exposed: { readonly [variant: string]: number };
  /** Of each outcome, by variant, what came of those. */
  readonly outcomes: { readonly [outcome: string]: { readonly [variant: string]: Sample } };
};

export type VariantReading = Interval & {
  outcome: string;
  variant: string;
  /** [variant, baseline]: exposures of the spans that have both. */
  exposed: [variant: number, baseline: number];
  /** [variant, baseline]: how many of those had the outcome, how often it came, or what it came to. */
  conversions: [variant: number, baseline: number];
  /** Whether the interval leaves out that there is no difference. */
  excludesZero: boolean;
  /**
   * Exposures of both that it takes until the interval can leave that out, if the lift stays as it is now: its width
   * falls with their root, and a little slower. null: it does already, or nothing can be said.
   */
  needed: number | null;
  /** The same as shares: 0.1 is 10 % more than the baseline. */
  lift: Interval;
};

export type ExperimentReading = {
  outcomes: VariantReading[];
  /** `valid: false`: people didn't fall to the variants as configured, and nothing else can be believed. */
  sampleRatio: { logE: number; valid: boolean };
};

/**
 * Lift of every outcome and variant against the baseline. Each interval holds the truth with probability 1 − `alpha` at
 * all times at once (`liftInterval`), each for itself: for all of k to hold together, ask with alpha/k.
 *
 * Sides are only compared within a span. Where the allocation changed while rates went up and down, adding up counts
 * would find lift where there is none (E. Simpson 1951); the ratios of the spans are averaged instead, each with the
 * inverse of its variance.
 *
 * The sample ratio is that of each variant to the baseline; E is the mean over the variants, which is evidence as well.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function readExperiment(
  spans: readonly ExperimentSpan[],
  { baseline, alpha }: { baseline: string; alpha: number },
): ExperimentReading {
  checkedAlpha("alpha", alpha);
  checkedList("spans", spans);
  const variants = names(spans.map(({ allocation }) => allocation)).filter((variant) => variant !== baseline);
  const outcomes = names(spans.map((span) => span.outcomes));
  return {
    outcomes: outcomes.flatMap((outcome) => variants.map((variant) => read(spans, outcome, variant, baseline, alpha))),
    sampleRatio: sampleRatio(spans, variants, baseline),
  };
}

/** A share of those who had the outcome at most once each, as a sample. */
export function shareOf(successes: number, n: number): Sample {
  checked("successes", successes, 0, checkedCount("n", n));
  const mean = n > 0 ? successes / n : 0;
  return { n, mean, variance: mean * (1 - mean) };
}

function read(
  spans: readonly ExperimentSpan[],
  outcome: string,
  variant: string,
  baseline: string,
  alpha: number,
): VariantReading {
  const pairs = spans.flatMap(({ outcomes }) => {
    const [one, other] = [outcomes[outcome]?.[variant], outcomes[outcome]?.[baseline]];
    return one && other && one.n > 0 && other.n > 0 ? [{ one, other, ratio: logRatio(one, other) }] : [];
  });
  const found = interval(
    pairs.map(({ ratio }) => ratio),
    alpha,
  );
  const sum = (of: (pair: (typeof pairs)[number]) => number): number => pairs.reduce((all, pair) => all + of(pair), 0);
  const exposed: [number, number] = [sum(({ one }) => one.n), sum(({ other }) => other.n)];
  const excludesZero = found.lower > 0 || found.upper < 0;
  return {
    outcome,
    variant,
    exposed,
    conversions: [sum(({ one }) => one.mean * one.n), sum(({ other }) => other.mean * other.n)],
    excludesZero,
    needed: excludesZero ? null : neededFor(found, exposed[0] + exposed[1]),
    ...found,
    lift: {
      estimate: Math.expm1(found.estimate),
      lower: Math.expm1(found.lower),
      upper: Math.expm1(found.upper),
    },
  };
}

function neededFor({ estimate, lower, upper }: Interval, exposed: number): number | null {
  const needed = Math.ceil(exposed * ((upper - lower) / 2 / Math.abs(estimate)) ** 2);
  return Number.isSafeInteger(needed) ? needed : null;
}

function sampleRatio(
  spans: readonly ExperimentSpan[],
  variants: readonly string[],
  baseline: string,
): ExperimentReading["sampleRatio"] {
  const each = variants.map((variant) => {
    const pairs = spans.flatMap(({ allocation, exposed }) => {
      const [one, other] = [allocation[variant] ?? 0, allocation[baseline] ?? 0];
      if (one + other === 0) return [];
      return { share: one / (one + other), counts: [exposed[variant] ?? 0, exposed[baseline] ?? 0] as const };
    });
    return sampleRatioEvidence(pairs).logE;
  });
  const logE = each.length > 0 ? logMeanExp(each) : 0;
  return { logE, valid: logE < SAMPLE_RATIO_ALARM };
}

function names(records: readonly object[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}
