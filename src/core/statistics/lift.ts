import { checkedAlpha, checkedCount } from "./checked.ts";

/** What an outcome was on one side: over `n` exposed, its mean and its variance. */
export type Sample = { readonly n: number; readonly mean: number; readonly variance: number };

/** Natural logarithms of treatment's mean over control's; e^x − 1 is the lift as a share. */
export type Interval = { estimate: number; lower: number; upper: number };

/** Exposures at which the interval is narrowest, compared with one that may be looked at only once. */
const HORIZON = 10_000;

/**
 * Lift: ln(treatment's mean / control's mean), with an interval that holds the truth with probability 1 − `alpha` at all
 * times at once, however often it is looked at (asymptotically: for as many exposures as a normal interval would want).
 *
 * With V = vT/(nT·mT²) + vC/(nC·mC²), the variance of the logarithm by the delta method, and N = nT + nC, the half width is
 * √V·√(2·(Nρ² + 1)/(Nρ²)·ln(√(Nρ² + 1)/alpha)), ρ² = (−2 ln alpha + ln(1 − 2 ln alpha))/10 000.
 *
 * Where nothing can be said (a mean that isn't positive, fewer than two exposures, no variance at all) the interval is
 * unbounded, and the estimate NaN unless both means are positive.
 *
 * Source: I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy, A. Ramdas, "Time-uniform central limit theory and asymptotic
 * confidence sequences", Annals of Statistics 52 (2024), theorem 2.2 and section B.2 for ρ.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function liftInterval(treatment: Sample, control: Sample, { alpha }: { alpha: number }): Interval {
  return interval([logRatio(checkedSample("treatment", treatment), checkedSample("control", control))], alpha);
}

/** ln of a ratio of means, its variance, and how many exposures it is of. */
export type LogRatio = { estimate: number; variance: number; n: number };

export function logRatio(treatment: Sample, control: Sample): LogRatio {
  const n = treatment.n + control.n;
  if (!(treatment.n > 0 && control.n > 0 && treatment.mean > 0 && control.mean > 0))
    return { estimate: NaN, variance: Infinity, n };
  const estimate = Math.log(treatment.mean / control.mean);
  const variance = relativeVariance(treatment) + relativeVariance(control);
  const enough = treatment.n >= 2 && control.n >= 2 && variance > 0;
  return { estimate, variance: enough ? variance : Infinity, n };
}

function relativeVariance({ n, mean, variance }: Sample): number {
  return variance / n / mean ** 2;
}

/** Of several independent ratios of the same lift, each weighted by the inverse of its variance. */
export function interval(ratios: readonly LogRatio[], alpha: number): Interval {
  checkedAlpha("alpha", alpha);
  const known = ratios.filter(({ variance }) => variance < Infinity);
  if (known.length === 0) return { estimate: ratios.at(-1)?.estimate ?? NaN, lower: -Infinity, upper: Infinity };
  const precision = known.reduce((sum, { variance }) => sum + 1 / variance, 0);
  const estimate = known.reduce((sum, one) => sum + one.estimate / one.variance, 0) / precision;
  const n = known.reduce((sum, one) => sum + one.n, 0);
  const log = -2 * Math.log(alpha);
  const time = (n * (log + Math.log(1 + log))) / HORIZON;
  const width = Math.sqrt((((2 * (time + 1)) / time) * Math.log(Math.sqrt(time + 1) / alpha)) / precision);
  return { estimate, lower: estimate - width, upper: estimate + width };
}

function checkedSample(name: string, sample: Sample): Sample {
  checkedCount(`${name}.n`, sample?.n);
  for (const part of ["mean", "variance"] as const) {
    const value: unknown = sample[part];
    if (typeof value !== "number") throw new TypeError(`${name}.${part} must be a number`);
    if (!Number.isFinite(value)) throw new RangeError(`${name}.${part} must be finite, not ${value}`);
  }
  if (sample.variance < 0) throw new RangeError(`${name}.variance must not be negative`);
  return sample;
}
