import { conditionOf, withoutHoldback } from "../../contract/plan.ts";
import type { Exposure, Release } from "./state.ts";

/* What a release has decided that its flag is to serve. A function of its state alone. */

/**
 * The share that the released rule has in the present stage: that of the last stage with a percentage up to here; null
 * before the first such stage. The last stage keeps `holdback` back until the release is complete. What a person set by
 * hand stands for the stage in which they did, to the end where that is the last one, and is not gone below afterwards.
 */
export function percentageOf({ plan, stage, hand, phase }: Release): number | null {
  if (hand?.stage === stage) return hand.percentage;
  const shares = plan.stages.slice(0, stage + 1).flatMap(({ percentage }, i) => {
    if (percentage === undefined) return [];
    const last = i === plan.stages.length - 1 && phase !== "completed";
    return last ? withoutHoldback(percentage, plan.holdback) : percentage;
  });
  return shares.length === 0 ? null : Math.max(hand?.percentage ?? 0, ...shares);
}

/** The released rule's share as far as it is known, 0 to 100: what a person left, or the release has set, or was there before. */
export function presentShare(release: Release): number | null {
  const { phase, left, began, before } = release;
  if (phase === "unreleased") return exposureOf(release).percentage ?? before;
  if (phase === "suspended") return left;
  return began ? (percentageOf(release) ?? before) : before;
}

/** The share that taking it back leaves, 0 to 100; null: it has none to take back. */
export function unreleasedShare(release: Release): number | null {
  const { plan, began, before, left } = release;
  // What never began, or only ever shadows, has no share to take back.
  if (!began || !plan.stages.some(hasShare)) return null;
  if (plan.unreleaseTo === "zero" || before === null) return 0;
  return Math.min(before, left ?? percentageOf(release) ?? before);
}

/** Whom the start would take the change from: shares before and after, and in which stage; undefined: nobody. */
export function takenOut(release: Release): { from: number; to: number; stage: number } | undefined {
  const { plan, before } = release;
  const stage = plan.stages.findIndex(hasShare);
  if (stage < 0 || before === null) return undefined;
  const to = percentageOf({ ...release, stage, hand: null, phase: "baking" })!;
  return to < before ? { from: before, to, stage } : undefined;
}

export function exposureOf(release: Release): Exposure {
  const { phase, plan, stage, stageEpochs, shadowBefore } = release;
  switch (phase) {
    case "draft":
    case "scheduled":
    case "cancelled":
      return { percentage: null, stages: [], shadow: shadowBefore };
    case "unreleased":
      return { percentage: unreleasedShare(release), stages: [], shadow: shadowBefore };
    case "completed":
      return { percentage: percentageOf(release), stages: [], shadow: shadowBefore };
    case "baking":
    case "gated":
    case "paused":
    case "suspended":
    case "watching":
      return {
        percentage: percentageOf(release),
        stages: stageEpochs.map((one) => one.stage),
        shadow: plan.stages[stage]?.shadow ?? shadowBefore,
      };
  }
}

function hasShare({ percentage }: { percentage?: number }): boolean {
  return percentage !== undefined;
}

/** Marks the stage just entered with its epoch. */
export function entered(release: Release): Pick<Release, "ruleEpoch" | "stageEpochs"> {
  const { plan, stage, epoch, ruleEpoch, stageEpochs } = release;
  const one = plan.stages[stage];
  if (one?.percentage !== undefined) return { ruleEpoch: epoch, stageEpochs };
  if (one && conditionOf(one))
    return { ruleEpoch, stageEpochs: [...stageEpochs.filter((other) => other.stage !== stage), { stage, epoch }] };
  return { ruleEpoch, stageEpochs };
}
