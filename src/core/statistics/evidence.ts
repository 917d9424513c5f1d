import {
  checked,
  checkedAlpha,
  checkedCount,
  checkedDispersion,
  checkedFactor,
  checkedHarm,
  checkedList,
  checkedOptions,
  checkedPair,
  type Pair,
} from "./checked.ts";
import { countDispersion } from "./dispersion.ts";

/*
 * Evidence that may be looked at as often as one likes. An e-process is a running figure E that starts at 1 and, as
 * long as nothing is wrong, ever reaches 1/α with a probability of at most α (Ville 1939): so an alarm at E ≥ 1/α is
 * false at most that often, whether it is looked at once or every minute for a year. Everything here is such a process,
 * and all of them are the same one: trials that succeed with a chance known under "nothing is wrong", against
 * alternatives in which the odds of success are multiplied by a ratio.
 */

/** Factors of harm that are looked for, all at once. */
export const RATIOS = [1.05, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.5, 3, 4, 6, 10, 20] as const;
/** Factors by which more requests may be slow. Finer, since half, a twentieth and a hundredth of all requests count. */
export const LATENCY_RATIOS = [1.02, 1.05, 1.1, 1.15, 1.2, 1.3, 1.5, 1.75, 2, 3, 5, 10] as const;
const ALLOCATION_RATIOS = [1.005, 1.01, 1.02, 1.05, 1.1, 1.2, 1.5, 2, 5].flatMap((m) => [m, 1 / m]);

/** What happened in one minute: how many were exposed, and how many events came of it (errors, purchases, …). */
export type Bin = { readonly exposures: Pair; readonly events: Pair };

export type Evidence = {
  /** ln E. Fire at ln(1/(alpha·weight)) or more. 0: nothing is known; below: it speaks against harm. */
  logE: number;
  /** ln of the evidence for each ratio alone, in their order; E is the mean of these. */
  perRatio: number[];
};

export type EvidenceOptions = {
  /** φ ≥ 1, from `dispersion`: divides the logarithm of every likelihood ratio. One for each epoch begun, or for all. */
  dispersion?: number | readonly number[];
  /**
   * Start epochs: indices of the bins at which one begins, in any order; the first is at bin 0 whether named or not, and
   * what lies behind the last bin hasn't begun. With K begun, E = Σ_k E_k/(k(k+1)) + 1/(K+1), E_k being the evidence of
   * the bins from epoch k on: the weights not used yet stay on 1, so this is an e-process too, and harm that begins late
   * is not drowned by the healthy hours before. Without `epochs` E is that of all bins; with `[]`, 1/2 of that plus 1/2.
   */
  epochs?: readonly number[];
};

export type RateRatioOptions = EvidenceOptions & {
  /** Factor of harm, 1 or more, that is still taken for healthy. */
  tolerate?: number;
  /** Whether events are bad (errors) or good (purchases). */
  harm?: "increase" | "decrease";
  /** Factors of harm beyond `tolerate` that are looked for. */
  ratios?: readonly number[];
};

/**
 * Evidence that treatment has its events at more than `tolerate` times control's rate (harm "increase"), or at less than
 * 1/`tolerate` times (harm "decrease").
 *
 * Given a bin's exposures nT, nC and how many events it had, treatment's part of the events has the chance
 * th(R) = R·nT/(R·nT + nC) where R is the ratio of the rates, whatever the rates are: nothing is assumed of how traffic or
 * rates move from bin to bin. With events sT, sC a bin adds
 * l(R) = sT·ln(th(R)/th(R0)) + sC·ln((1 − th(R))/(1 − th(R0))), which is 0 without exposures on both sides, and
 * E = mean_j exp(Σ l(R_j)/φ), with R0 = tolerate and R_j = tolerate·r_j, or the reciprocals of these for a decrease.
 *
 * Sources: M. Lindon, A. Malek, "Anytime-Valid Inference for Multinomial Count Data", NeurIPS 2022; J. Ville, "Étude
 * critique de la notion de collectif", 1939; for events drawn without replacement from observed exposures W. Hoeffding,
 * "Probability inequalities for sums of bounded random variables", JASA 58 (1963), theorem 4.
 *
 * @throws {TypeError | RangeError} naming the argument: counts must be from 0 to 2^53 − 1, `tolerate` and `dispersion`
 * at least 1, `epochs` whole numbers
 */
export function rateRatioEvidence(bins: readonly Bin[], options: RateRatioOptions = {}): Evidence {
  const { harm, tolerate, ratios } = comparison(checkedOptions(options));
  const trials = Array.from(checkedList("bins", bins), (_, i): Trials => {
    const [treated, untreated] = checkedPair(bins[i]?.exposures, "bins", i, ".exposures");
    const [bad, expected] = checkedPair(bins[i]?.events, "bins", i, ".events");
    if (treated === 0 || untreated === 0) return NO_TRIALS;
    const weighted = (harm === "increase" ? tolerate : 1 / tolerate) * treated;
    return { successes: bad, of: bad + expected, chance: weighted / (weighted + untreated) };
  });
  return evidence(trials, harm === "increase" ? ratios : ratios.map((r) => 1 / r), options);
}

function comparison({ tolerate = 1, harm = "increase", ratios = RATIOS }: RateRatioOptions) {
  if (checkedList("ratios", ratios).length === 0) throw new RangeError("ratios must not be empty");
  return {
    tolerate: checkedFactor("tolerate", tolerate),
    harm: checkedHarm(harm),
    ratios: ratios.map((r, j) => checkedFactor(`ratios[${j}]`, r)),
  };
}

/** What was counted while the configured allocation was the same: `share` of all, from 0 to 1, were to be treated. */
export type Span = { readonly share: number; readonly counts: Pair };

/** From here on the allocation isn't what was configured: E ≥ 1000. */
export const SAMPLE_RATIO_ALARM = Math.log(1000);

/**
 * Evidence that people (or requests) didn't fall to the sides as configured: the odds of treatment o = share/(1 − share)
 * of each span against m·o, for m and 1/m in {1.005, 1.01, 1.02, 1.05, 1.1, 1.2, 1.5, 2, 5}, with equal weights; L is
 * divided by φ. A span of share 0 or 1, and one without counts, says nothing.
 *
 * @param spans distinct bucketed keys where they are known, each once for each share it was bucketed under (`share` must
 *   not come twice: the same luck would count again); else requests
 * @param options.slices of requests: how many each slice made, [treatment, control], for φ = φ_n (`countDispersion`). Keys
 *   are each for itself, so that φ is 1 without them
 * @throws {TypeError | RangeError} naming the argument
 */
export function sampleRatioEvidence(
  spans: readonly Span[],
  options: { slices?: readonly ArrayLike<number>[] } = {},
): { phi: number; logE: number } {
  const trials = Array.from(checkedList("spans", spans), (_, i): Trials => {
    const chance = checked(`spans[${i}].share`, spans[i]?.share, 0, 1);
    const [treated, untreated] = checkedPair(spans[i]?.counts, "spans", i, ".counts");
    return chance === 0 || chance === 1 ? NO_TRIALS : { successes: treated, of: treated + untreated, chance };
  });
  const { slices } = checkedOptions(options);
  const phi = slices === undefined ? 1 : countDispersion(slices);
  return { phi, logE: evidence(trials, ALLOCATION_RATIOS, { dispersion: phi }).logE };
}

/**
 * ln E of the sample ratio where requests are counted: the least by φ_n of both arms, and by that of each alone. A small
 * arm of which few people make most has more luck than the dispersion of all requests tells: with activity lognormal
 * (σ 1.5), 200 treated of 20 000 were `invalid` in 0.5 % of releases within minutes, by φ_n alone.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function requestRatioEvidence(spans: readonly Span[], slices: readonly ArrayLike<number>[]): number {
  const ways = [slices, ...slices.map((arm) => [arm])];
  return Math.min(...ways.map((arms) => sampleRatioEvidence(spans, { slices: arms }).logE));
}

/**
 * Evidence that a share of events lies above a ceiling c, of one side by itself: of n exposed in each bin s had an event,
 * with a chance of at most c each if nothing is wrong. L(R) = s·ln(q/c) + (n − s)·ln((1 − q)/(1 − c)) with
 * q = R·c/(1 − c + R·c), the exact binomial likelihood ratio of odds multiplied by each of `RATIOS`; divided by φ, and
 * mixed over ratios and start epochs as in `rateRatioEvidence`. Events beyond the exposures are left out.
 *
 * @param bins [exposures, events] each
 * @param options.ceiling between 0 and 1
 * @throws {TypeError | RangeError} naming the argument
 */
export function ceilingEvidence(
  bins: readonly (readonly [exposures: number, events: number])[],
  options: EvidenceOptions & { ceiling: number },
): { logE: number } {
  const chance = checkedAlpha("ceiling", checkedOptions(options).ceiling);
  const trials = Array.from(checkedList("bins", bins), (_, i): Trials => {
    const [of, events] = checkedPair(bins[i], "bins", i);
    return { successes: Math.min(of, events), of, chance };
  });
  return { logE: evidence(trials, RATIOS, options).logE };
}

/**
 * Evidence that a candidate differs from control more often than control differs from itself: of the requests for which
 * control ran twice, [differs for the candidate alone, differs between the two runs of control alone] per bin. If the
 * candidate does the same as control, either is as likely: a fair coin.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function mismatchEvidence(bins: readonly Pair[], options: EvidenceOptions = {}): Evidence {
  const trials = Array.from(checkedList("bins", bins), (_, i): Trials => {
    const [candidate, noise] = checkedPair(bins[i], "bins", i);
    return { successes: candidate, of: candidate + noise, chance: 1 / 2 };
  });
  return evidence(trials, RATIOS, options);
}

/** Trials, each a success with probability `chance` if nothing is wrong. */
type Trials = { readonly successes: number; readonly of: number; readonly chance: number };

const NO_TRIALS: Trials = { successes: 0, of: 0, chance: 0 };

/**
 * With odds multiplied by r the chance c becomes rc/(1 + (r − 1)c), so the log-likelihood ratio of s successes in n is
 * s·ln r − n·ln(1 + (r − 1)c). One pass over the trials; epochs only add up what lies between their beginnings.
 */
function evidence(trials: readonly Trials[], ratios: readonly number[], options: EvidenceOptions): Evidence {
  const { dispersion = 1 } = checkedOptions(options);
  const starts = options.epochs === undefined ? [0] : epochStarts(options.epochs, trials.length);
  if (trials.length === 0) return { logE: 0, perRatio: ratios.map(() => 0) };
  const phi = dispersions(dispersion, starts.length);
  const perRatio = ratios.map((ratio) => {
    const gain = Math.log(ratio);
    const excess = ratio - 1;
    const sums: number[] = [];
    let sum = 0;
    for (let i = trials.length - 1, epoch = starts.length - 1; i >= 0; i--) {
      const { successes, of, chance } = trials[i]!;
      if (of > 0) sum += successes * gain - of * Math.log1p(excess * chance);
      if (starts[epoch] === i) {
        sums[epoch] = sum / phi[epoch]!;
        epoch -= 1;
      }
    }
    if (options.epochs === undefined) return sums[0]!;
    const logs = sums.map((one, k) => one - Math.log((k + 1) * (k + 2)));
    return logSumExp([...logs, -Math.log(starts.length + 1)]);
  });
  return { logE: logMeanExp(perRatio), perRatio };
}

function epochStarts(epochs: readonly number[], bins: number): number[] {
  const starts = new Set([0]);
  checkedList("epochs", epochs).forEach((epoch, k) => {
    if (!Number.isInteger(checkedCount(`epochs[${k}]`, epoch))) throw new RangeError(`epochs[${k}] must be whole`);
  });
  for (const epoch of epochs) if (epoch < bins) starts.add(epoch);
  return [...starts].toSorted((a, b) => a - b);
}

function dispersions(given: number | readonly number[], epochs: number): readonly number[] {
  if (typeof given === "number") return Array.from({ length: epochs }, () => checkedDispersion("dispersion", given));
  if (checkedList("dispersion", given).length !== epochs)
    throw new RangeError(`dispersion must have one number for each of ${epochs} epochs`);
  return given.map((phi, k) => checkedDispersion(`dispersion[${k}]`, phi));
}

/** ln Σ exp(x), where the exponentials themselves would overflow or vanish. */
export function logSumExp(logs: readonly number[]): number {
  let most = -Infinity;
  for (const log of logs) if (log > most) most = log;
  if (most === -Infinity) return most;
  let sum = 0;
  for (const log of logs) sum += Math.exp(log - most);
  return most + Math.log(sum);
}

/** ln of the mean of evidence given as logarithms: the mean of e-processes is one. */
export function logMeanExp(logs: readonly number[]): number {
  return logSumExp(logs) - Math.log(logs.length);
}
