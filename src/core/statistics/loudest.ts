import { checkedFactor, checkedHarm, checkedList, checkedOptions } from "./checked.ts";
import { checkedArm, phiOf, type SlicedPart, sumOf } from "./dispersion.ts";
import { type Bin, logMeanExp, RATIOS, rateRatioEvidence } from "./evidence.ts";

/** How many of the loudest slices an alarm must do without. */
const LOUDEST = 2;

/**
 * What is left of the evidence without the two loudest slices: those with most events of treatment (of a decrease, of
 * control), of equals the lower. A harmful change shows in the others too; two broken clients don't.
 *
 * `logE` = ln mean_j exp(Σ l(R_j)/φ) of the other slices, one bin for each part, with their own φ.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function withoutLoudest(
  parts: readonly SlicedPart[],
  options: { harm: "increase" | "decrease"; tolerate: number },
): { left: number[]; phi: number; logE: number } {
  checkedHarm(checkedOptions(options).harm);
  checkedFactor("tolerate", options.tolerate);
  checkedList("parts", parts).forEach((_, p) => {
    for (const a of [0, 1] as const) checkedArm(`parts[${p}][${a}]`, parts[p]?.[a]);
  });
  return quiet(parts, { ...options, ratios: RATIOS });
}

/** The same of what is known to be counts. `phi`: where it is known from elsewhere. */
export function quiet(
  parts: readonly SlicedPart[],
  {
    harm,
    tolerate,
    ratios,
    phi,
  }: { harm: "increase" | "decrease"; tolerate: number; ratios: readonly number[]; phi?: number },
): { left: number[]; phi: number; logE: number } {
  const loud = harm === "increase" ? 0 : 1;
  const totals: number[] = [];
  for (const part of parts)
    for (let b = 0; b < part[loud].events.length; b++) totals[b] = (totals[b] ?? 0) + part[loud].events[b]!;
  const left = totals
    .map((_, b) => b)
    .toSorted((a, b) => totals[b]! - totals[a]! || a - b)
    .slice(0, LOUDEST);
  const bins = parts.map(([treatment, control]): Bin => ({
    exposures: [sumOf(treatment.exposures, left), sumOf(control.exposures, left)],
    events: [sumOf(treatment.events, left), sumOf(control.events, left)],
  }));
  const rest = phi ?? phiOf(parts, left).phi;
  const { perRatio } = rateRatioEvidence(bins, { harm, tolerate, ratios, dispersion: rest });
  return { left, phi: rest, logE: logMeanExp(perRatio) };
}
