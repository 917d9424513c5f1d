import { secondsToSafety } from "./outlook.ts";
import { LATENCY_RATIOS } from "./evidence.ts";
import { LATENCY_QUANTILES } from "./latency.ts";
import { detectableHarm } from "./power.ts";
import type { GuardrailLimits } from "./sums.ts";

/* How long a plan will take and what it can see, before it starts. Pure: what traffic there is, is an argument. */

const MINUTE = 60;
const HOUR = 3_600;

/** What comes to the people for whom the released rule's condition holds, treatment and control together. */
export type Traffic = {
  /** Requests a second. */
  readonly perSecond: number;
  /** How many people that is, all in all; absent where keys aren't known. */
  readonly people?: number;
};

/** A guardrail of the plan. */
export type SizedGuardrail = {
  readonly metric: string;
  readonly limits: GuardrailLimits;
  /** Part of all weights of guards and signals, above 0 to 1. */
  readonly weight: number;
  /** Whether a stage waits until it is healthy: guards, and signals that hold. */
  readonly holds: boolean;
  /** Whether first events of people count too (`errors`, outcomes per event). */
  readonly byPeople: boolean;
  /**
   * Events for each exposure of control, 0 to 1 (an outcome per event may have more); null: not known. Not asked of
   * `latency`, whose events are by definition a half, a twentieth and a hundredth.
   */
  readonly eventShare: number | null;
  /** Exposures a second where they aren't requests: sessions of `missing`, first exposures of an outcome per unit. */
  readonly perSecond?: number;
};

export type SizedStage = {
  readonly stage: string;
  /** Share of treatment, 0 to 1 (of the last stage what the holdback leaves); null where nothing is compared. */
  readonly share: number | null;
  /** `minBake`, or of the last stage `watch` where that is longer. */
  readonly bakeSeconds: number;
  readonly warmupSeconds: number;
  readonly minExposures: number;
};

export type StageSize = {
  stage: string;
  /** Whole seconds from the stage's entry until it may be left, bake and warm-up included; null: never, or not known. */
  seconds: number | null;
  guardrails: {
    metric: string;
    /** Whole seconds from the stage's entry until the guardrail is to be expected healthy; null: never, or not known. */
    secondsToSafety: number | null;
    /** The smallest factor of harm that would be seen by then; null: none, or not known. */
    detectable: number | null;
  }[];
};

/**
 * Sizes a plan: of each stage and guardrail the seconds to safety and the harm that could be seen, if people are alike
 * (φ = 1) and the release is healthy. Mean paths of the evidence, in whole minutes since bins are; who differ take longer.
 *
 * @param traffic null: nothing is known of it
 */
export function sizing(
  stages: readonly SizedStage[],
  guardrails: readonly SizedGuardrail[],
  traffic: Traffic | null,
  { alpha, beta }: { alpha: number; beta: number },
): { stages: StageSize[]; seconds: number | null } {
  let epochs = 0;
  let total: number | null = 0;
  const sized = stages.map((stage): StageSize => {
    const each = guardrails.map((guardrail) => ({ guardrail, seconds: toSafety(stage, guardrail, traffic, beta) }));
    const seconds = stageSeconds(stage, each, traffic);
    const size: StageSize = {
      stage: stage.stage,
      seconds,
      guardrails: each.map(({ guardrail, seconds: safe }) => ({
        metric: guardrail.metric,
        secondsToSafety: safe,
        detectable: detectable({ stage, guardrail, traffic, alpha, epochs: epochs + 1, within: seconds }),
      })),
    };
    // A start epoch for the stage, and one for each full hour of it.
    epochs += Math.max(1, Math.ceil((seconds ?? stage.bakeSeconds) / HOUR));
    total = total === null || seconds === null ? null : total + seconds;
    return size;
  });
  return { stages: sized, seconds: total };
}

function stageSeconds(
  stage: SizedStage,
  guardrails: readonly { guardrail: SizedGuardrail; seconds: number | null }[],
  traffic: Traffic | null,
): number | null {
  let longest = stage.bakeSeconds;
  if (stage.minExposures > 0) {
    const treated = (traffic?.perSecond ?? 0) * (stage.share ?? 1);
    if (treated <= 0) return null;
    longest = Math.max(longest, Math.ceil(stage.minExposures / treated / MINUTE) * MINUTE);
  }
  if (stage.share === null || stage.share >= 1) return longest;
  for (const { guardrail, seconds } of guardrails) {
    if (!guardrail.holds) continue;
    if (seconds === null) return null;
    longest = Math.max(longest, seconds);
  }
  return longest;
}

function toSafety(stage: SizedStage, guardrail: SizedGuardrail, traffic: Traffic | null, beta: number): number | null {
  const { share, warmupSeconds } = stage;
  const { limits, eventShare, byPeople, metric } = guardrail;
  if (traffic === null || share === null || share <= 0 || share >= 1) return null;
  const perSecond = guardrail.perSecond ?? traffic.perSecond;
  const least = metric === "latency" ? 1 - LATENCY_QUANTILES.at(-1)! : eventShare;
  if (least === null || perSecond <= 0) return null;
  const { people } = traffic;
  // Who is exposed errs for the first time at a rate of their own; whoever has is gone.
  const rate = people === undefined ? 0 : (perSecond / people) * Math.min(1, least);
  const seconds = secondsToSafety({
    limits: metric === "latency" ? { ...limits, minAbsolute: 0 } : limits,
    beta,
    dispersion: () => 1,
    share,
    perSecond,
    eventShare: least,
    firsts: byPeople && people !== undefined ? (after) => -people * Math.expm1(-rate * after) : null,
  });
  return seconds === null ? null : warmupSeconds + Math.ceil(seconds / MINUTE) * MINUTE;
}

type Seen = {
  stage: SizedStage;
  guardrail: SizedGuardrail;
  traffic: Traffic | null;
  alpha: number;
  epochs: number;
  within: number | null;
};

function detectable({ stage, guardrail, traffic, alpha, epochs, within }: Seen): number | null {
  const { share, warmupSeconds } = stage;
  const { limits, weight, metric, eventShare } = guardrail;
  if (traffic === null || share === null || share <= 0 || share >= 1 || within === null) return null;
  const latency = metric === "latency";
  // Of latency as of the quantile whose figures are shown, the 95th.
  const rate = latency ? 1 - LATENCY_QUANTILES[1] : eventShare;
  const perSecond = guardrail.perSecond ?? traffic.perSecond;
  const seconds = Math.max(0, within - warmupSeconds);
  if (rate === null || rate <= 0 || perSecond <= 0) return null;
  const factor = detectableHarm({
    share,
    eventRate: rate,
    exposuresPerSecond: perSecond,
    bakeSeconds: seconds,
    alpha,
    weight: limits.ceiling === undefined ? weight : weight / 2,
    epochs,
    harm: limits.harm,
    tolerate: limits.tolerate,
    ...(latency && { alternatives: LATENCY_QUANTILES.length * LATENCY_RATIOS.length }),
  });
  if (!Number.isFinite(factor)) return null;
  if (limits.harm === "decrease") return factor;
  // The floors: five events of treatment, and a difference of minAbsolute.
  const exposed = perSecond * seconds * share;
  return Math.max(factor, limits.tolerate + limits.minAbsolute / rate, 5 / (exposed * rate));
}
