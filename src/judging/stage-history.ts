import { milliseconds } from "../contract/duration.ts";
import { conditionOf } from "../contract/plan.ts";
import type { Happened } from "../contract/release.ts";
import { percentageOf } from "../core/release/exposure.ts";
import type { Release } from "../core/release/state.ts";

/**
 * One entering of a stage, by the epoch that its counts carry. `from`, `to`: epoch ms; Infinity while it lasts, though a
 * stage's own rule, and the released rule below one, are served on after it.
 */
export type Entry = {
  epoch: number;
  /** Place in the plan's stages. */
  stage: number;
  kind: "share" | "some" | "shadow";
  /** Of a stage with a percentage, 0 to 1; null where it isn't known, or there is none. */
  share: number | null;
  /** Whether treatment and control differ by chance alone. */
  compared: boolean;
  /** How long its first minutes count as warm-up, ms. */
  warmupMs: number;
  from: number;
  to: number;
};

/**
 * Which stages a release has entered so far, in their order. A share that a person has set is an entry too: people come
 * to a side by chance then as well, and there they are watched.
 */
export function courseOf(release: Release, timeline: readonly Happened[]): Entry[] {
  const { plan } = release;
  const course: Entry[] = [];
  let epoch = 0;
  for (const one of timeline) {
    if (one.epoch <= epoch) continue;
    epoch = one.epoch;
    const at = Date.parse(one.at);
    const last = course.at(-1);
    if (last && last.to === Infinity) last.to = at;
    const stage = plan.stages.findIndex(({ name }) => name === one.stage);
    if (stage < 0 || (one.to !== "baking" && one.to !== "suspended")) continue;
    const percentage = one.percentage === undefined ? shareAt(release, stage, epoch) : one.percentage;
    const warmupMs = milliseconds(plan.stages[stage]!.warmup);
    course.push({ epoch, stage, warmupMs, from: at, to: Infinity, ...shown(stage, percentage) });
  }
  return course;

  function shown(stage: number, percentage: number | null): Pick<Entry, "kind" | "share" | "compared"> {
    const one = plan.stages[stage]!;
    if (one.shadow !== undefined) return { kind: "shadow", share: null, compared: true };
    if (conditionOf(one)) return { kind: "some", share: null, compared: false };
    return { kind: "share", share: percentage && percentage / 100, compared: percentage === null || percentage < 100 };
  }
}

/** Where the timeline doesn't say: the released rule's share in an epoch, 0 to 100; null: not known any more. */
function shareAt(release: Release, stage: number, epoch: number): number | null {
  const { hand } = release;
  if (hand?.stage === stage && epoch !== release.ruleEpoch) return null;
  const before = hand !== null && stage < hand.stage ? null : hand;
  return percentageOf({ ...release, stage, hand: before, phase: "baking" });
}
