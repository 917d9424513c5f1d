import {
  checked,
  checkedAlpha,
  checkedDispersion,
  checkedFactor,
  checkedHarm,
  checkedList,
  checkedLog,
  checkedOptions,
  checkedPair,
} from "./checked.ts";
import { type Bin, logMeanExp } from "./evidence.ts";

/*
 * Evidence of safety. "No alarm yet" is not health: of a small stage it says that nothing could have been seen. What is to
 * be disproved here is harm of `detect`: S is a likelihood ratio of `tolerate` against it, a martingale if harm is `detect`,
 * so that S ≥ 1/β is ever reached with a chance of at most β (Ville 1939) by a release that harms so much.
 */

export type SafetyOptions = {
  readonly harm: "increase" | "decrease";
  /** Factor of harm that is still taken for healthy, 1 or more. */
  readonly tolerate: number;
  /** Factor of harm that is to be disproved, more than `tolerate`. */
  readonly detect: number;
  /** φ of the stage entry as it is now, 1 or more. */
  readonly dispersion: number;
};

/** Shares below which treatment's own is held to be, as parts of the odds of `minAbsolute`. */
export const BELOW = [1 / 2, 1 / 5, 1 / 20] as const;

/**
 * ln S, that treatment's rate isn't `detect` times control's: Ls/φ with
 * Ls = Σ sT·ln(th(R1)/th(Rd)) + sC·ln((1 − th(R1))/(1 − th(Rd))), th(R) = R·nT/(R·nT + nC), R1 = tolerate and Rd = detect,
 * of a decrease their inverses. Bins in which a side has no exposures say nothing.
 *
 * Source: design/releases.md, "Evidence of safety"; A. Wald, "Sequential Analysis", 1947.
 *
 * @throws {TypeError | RangeError} naming the argument; `detect` must be more than `tolerate`
 */
export function safetyEvidence(bins: readonly Bin[], options: SafetyOptions): { logE: number } {
  const [safe, harmful] = hypotheses(checkedOptions(options));
  const phi = checkedDispersion("dispersion", options.dispersion);
  let sum = 0;
  checkedList("bins", bins).forEach((_, i) => {
    const exposures = checkedPair(bins[i]?.exposures, "bins", i, ".exposures");
    const events = checkedPair(bins[i]?.events, "bins", i, ".events");
    sum += likelihood(exposures, events, safe, harmful);
  });
  return { logE: sum / phi };
}

/** [R1, Rd], checked. */
export function hypotheses({
  harm,
  tolerate,
  detect,
}: Omit<SafetyOptions, "dispersion">): [safe: number, harm: number] {
  checkedHarm(harm);
  checkedFactor("tolerate", tolerate);
  checkedFactor("detect", detect);
  if (!(detect > tolerate)) throw new RangeError(`detect must be more than tolerate, not ${detect}`);
  return harm === "increase" ? [tolerate, detect] : [1 / tolerate, 1 / detect];
}

/** sT·ln(th(R)/th(R0)) + sC·ln((1 − th(R))/(1 − th(R0))) of one bin; 0 where a side has no exposures. */
export function likelihood(
  [treated, untreated]: readonly [number, number],
  [bad, expected]: readonly [number, number],
  ratio: number,
  base: number,
): number {
  if (treated === 0 || untreated === 0 || bad + expected === 0) return 0;
  const excess = ratio / base - 1;
  // th(R)/th(R0) = R/R0 · 1/(1 + (R/R0 − 1)·th(R0)), and (1 − th(R))/(1 − th(R0)) is its second factor.
  const weighted = base * treated;
  const rest = -Math.log1p((excess * weighted) / (weighted + untreated));
  return bad * (Math.log1p(excess) + rest) + expected * rest;
}

/**
 * ln B, that treatment's own share is below m = `minAbsolute`, so that a service without errors can be healthy: the mean
 * over R in {1/2, 1/5, 1/20} of exp(Σ(s·ln(q/m) + (n − s)·ln((1 − q)/(1 − m)))/φ), q = R·m/(1 − m + R·m). Events beyond the
 * exposures are left out.
 *
 * @param bins [exposures, events] of treatment
 * @param options.minAbsolute between 0 and 1
 * @throws {TypeError | RangeError} naming the argument
 */
export function shareBelowEvidence(
  bins: readonly (readonly [exposures: number, events: number])[],
  options: { minAbsolute: number; dispersion: number },
): { logE: number } {
  const { minAbsolute, dispersion } = checkedOptions(options);
  checkedAlpha("minAbsolute", minAbsolute);
  const phi = checkedDispersion("dispersion", dispersion);
  let [exposed, events] = [0, 0];
  checkedList("bins", bins).forEach((_, i) => {
    const [n, s] = checkedPair(bins[i], "bins", i);
    exposed += n;
    events += Math.min(n, s);
  });
  return { logE: below(exposed, events, minAbsolute, phi) };
}

/** ln B of sums: the order of bins makes no difference to them. */
export function below(exposed: number, events: number, minAbsolute: number, phi: number): number {
  return logMeanExp(
    BELOW.map((ratio) => (events * Math.log(ratio) - exposed * Math.log1p((ratio - 1) * minAbsolute)) / phi),
  );
}

/**
 * How many events of both sides it takes until a healthy release is called that, by requests alone:
 * ln(1/β)·φ / KL(th(R1)‖th(Rd)), KL being the Kullback-Leibler divergence of Bernoulli trials, the mean that an event adds
 * to ln S; th at odds of share/(1 − share). null: never, where nobody is treated or nobody is control.
 *
 * @param needs.share of all exposures those that are treatment's, 0 to 1
 * @param needs.beta the chance to call harm of `detect` healthy, between 0 and 1
 * @throws {TypeError | RangeError} naming the argument
 */
export function eventsForSafety(needs: SafetyOptions & { share: number; beta: number }): number | null {
  const [safe, harmful] = hypotheses(checkedOptions(needs));
  const share = checked("share", needs.share, 0, 1);
  const beta = checkedAlpha("beta", needs.beta);
  const phi = checkedDispersion("dispersion", needs.dispersion);
  const gain = divergence(share, safe, harmful);
  const events = gain > 0 ? (-Math.log(beta) * phi) / gain : Infinity;
  return events < Infinity ? events : null;
}

/** KL(th(R)‖th(R0)) at a share of treatment: what an event adds to ln(R against R0) in the mean, if the truth is R. */
export function divergence(share: number, ratio: number, base: number): number {
  if (share <= 0 || share >= 1) return 0;
  const chance = (share * ratio) / (share * ratio + 1 - share);
  return likelihood([share, 1 - share], [chance, 1 - chance], ratio, base);
}

/**
 * ln S of latency: the smallest of its three thresholds'. (Their mean would call healthy what slows the p99 alone.)
 * `sure`: S ≥ 1/β.
 *
 * @param logE ln S for each threshold
 * @throws {TypeError | RangeError} naming the argument
 */
export function latencySafety(logE: readonly number[], beta: number): { logE: number; sure: boolean } {
  if (checkedList("logE", logE).length === 0) throw new RangeError("logE must not be empty");
  const least = Math.min(...logE.map((one, i) => checkedLog(`logE[${i}]`, one)));
  return { logE: least, sure: least >= -Math.log(checkedAlpha("beta", beta)) };
}
