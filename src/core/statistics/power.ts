import { checked, checkedAlpha, checkedDispersion, checkedFactor, checkedHarm, checkedOptions } from "./checked.ts";
import { RATIOS } from "./evidence.ts";

export type DetectableHarm = {
  /** Of all exposures, those that are treatment's: 0 to 1. */
  share: number;
  /** Events of control for each of its exposures. */
  eventRate: number;
  /** Of treatment and control together. */
  exposuresPerSecond: number;
  bakeSeconds: number;
  alpha: number;
  /** The guardrail's part of all weights, above 0 to 1. */
  weight?: number;
  /** k: the bake is the k-th start epoch and those after it; 1 or more. */
  epochs?: number;
  dispersion?: number;
  harm?: "increase" | "decrease";
  tolerate?: number;
  /** Number of ratios, or of evidences and ratios, that the evidence is a mean of. */
  alternatives?: number;
};

/**
 * The smallest factor of harm that a bake like this can see: treatment having its events at R times control's rate
 * (1/R times where `harm` is "decrease"), with R greater than `tolerate`; Infinity if it can't see any.
 *
 * To see R takes (ln(1/(alpha·weight)) + ln 13 + ln(k(k+1)))·φ / KL(th(R)‖th(R0)) events of both sides; a bake brings
 * exposuresPerSecond·bakeSeconds·eventRate·(1 − share + share·R) of them. KL is the Kullback-Leibler divergence of
 * Bernoulli trials, the mean that each event adds to the logarithm of the evidence of `rateRatioEvidence`.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function detectableHarm(bake: DetectableHarm): number {
  const { harm = "increase", tolerate = 1, epochs = 1, alternatives = RATIOS.length } = checkedOptions(bake);
  const { weight = 1, dispersion = 1 } = bake;
  checkedHarm(harm);
  checkedFactor("tolerate", tolerate);
  const share = checked("share", bake.share, 0, 1);
  const exposures =
    checked("exposuresPerSecond", bake.exposuresPerSecond, 0, Number.MAX_SAFE_INTEGER) *
    checked("bakeSeconds", bake.bakeSeconds, 0, Number.MAX_SAFE_INTEGER);
  const events = exposures * checked("eventRate", bake.eventRate, 0, Number.MAX_SAFE_INTEGER);
  const budget = checkedAlpha("alpha", bake.alpha) * checked("weight", weight, Number.MIN_VALUE, 1);
  const needed =
    (Math.log(checked("alternatives", alternatives, 1, 1e6)) -
      Math.log(budget) +
      Math.log(checked("epochs", epochs, 1, 1e6) * (epochs + 1))) *
    checkedDispersion("dispersion", dispersion);
  const sees = (factor: number): boolean => {
    const gained = harm === "increase" ? gain(share, tolerate, factor) : gain(share, 1 / tolerate, 1 / factor);
    return events * gained >= needed;
  };
  let least = tolerate;
  let most = tolerate * 2;
  while (!sees(most)) {
    if (most > 1e12) return Infinity;
    [least, most] = [most, most * 2];
  }
  // Each half of what is left; beyond 60 there is nothing between the two.
  for (let i = 0; i < 60; i++) {
    const middle = (least + most) / 2;
    if (sees(middle)) most = middle;
    else least = middle;
  }
  return most;
}

/**
 * What one event at control's rate is worth, in nats: (1 − share + share·R)·KL(th(R)‖th(R0)). Grows as R goes away from
 * R0 on either side.
 */
function gain(share: number, base: number, ratio: number): number {
  const treated = share * ratio;
  const chance = (share * base) / (share * base + 1 - share);
  const excess = ratio / base;
  if (chance === 0 || chance === 1) return 0;
  return treated * Math.log(excess) - (1 - share + treated) * Math.log1p((excess - 1) * chance);
}
