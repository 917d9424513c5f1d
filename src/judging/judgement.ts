import { milliseconds } from "../contract/duration.ts";
import type { Guardrail, Plan } from "../contract/plan.ts";
import type { Judged } from "../contract/release.ts";
import type { Judgement, Release } from "../core/release/state.ts";
import { sampleRatioEvidence } from "../core/statistics/evidence.ts";
import { type GuardrailJudgement, type GuardrailLimits, judge, type Setting } from "../core/statistics/judge.ts";
import type { Entry } from "./stage-history.ts";
import type { Gathered, Seen } from "./guardrail-series.ts";

/* From what was read of a release to the verdicts on its guardrails. Pure. */

/**
 * What was read of one guardrail: counts that it acts on, and all counts where there are more. `closesAfter`: how long
 * after the end of its minute a bin of it closes, in milliseconds.
 */
export type Watched = { guardrail: Guardrail; acting: Gathered; all: Gathered | null; closesAfter: number };

/**
 * The verdicts on a release at its present stage.
 *
 * @param base exposures, whatever became of them
 * @param upTo end of the last closed bin, epoch ms
 */
export function judgementOf(
  release: Release,
  course: readonly Entry[],
  watched: readonly Watched[],
  base: Gathered,
  { now, upTo }: { now: number; upTo: number },
): Omit<Judgement, "at"> | null {
  const entry = course.at(-1);
  if (!entry) return null;
  const { plan, epoch } = release;
  const seen = base.seen(entry.epoch);
  const sampleRatio = entry.kind === "share" && entry.share !== null && seen ? allocation(entry.share, seen) : 0;
  const { minExposures } = plan.stages[entry.stage]!;
  const guardrails = watched.map(({ guardrail, acting, all, closesAfter }): Judged => {
    const { metric } = guardrail;
    const dark = metric === "mismatch";
    const setting: Setting = {
      now,
      stage: {
        entry: entry.epoch,
        since: entry.from,
        compared: dark ? entry.kind === "shadow" : entry.kind !== "shadow" && entry.compared,
      },
      alpha: plan.alpha,
      weight: shareOfWeights(plan, guardrail),
      minExposures,
      closesAfter,
      sampleRatio: dark ? 0 : sampleRatio,
    };
    const limits = limitsOf(guardrail, entry.kind);
    const found = judgedBy(limits, acting, setting, dark);
    if (found.verdict === "harm" || all === null) return { metric, ...found };
    const untrusted = judgedBy(limits, all, setting, dark);
    return untrusted.verdict === "harm" ? { metric, ...untrusted, clientOnly: true } : { metric, ...found };
  });
  return { epoch, upTo, exposures: seen?.exposures[0] ?? 0, guardrails };
}

function judgedBy(limits: GuardrailLimits, read: Gathered, setting: Setting, dark: boolean): GuardrailJudgement {
  const slices = dark ? undefined : read.slices();
  return judge(limits, read.readings(), { ...setting, ...(slices && { slices }) });
}

/** Where nobody sees the change there is nothing to hold against a ceiling either, and a dark launch has none. */
function limitsOf(guardrail: Guardrail, kind: Entry["kind"]): GuardrailLimits {
  const { harm, tolerate, detect, minAbsolute, ceiling, metric } = guardrail;
  const limits = { harm, tolerate, detect, minAbsolute };
  if (ceiling === undefined || kind === "shadow" || metric === "mismatch") return limits;
  return { ...limits, ceiling: typeof ceiling === "string" ? milliseconds(ceiling) : ceiling };
}

/** A guardrail's part of all weights of guards and signals; one that only watches takes nothing from them. */
export function shareOfWeights({ guardrails }: Pick<Plan, "guardrails">, { role, weight }: Guardrail): number {
  const all = guardrails.reduce((sum, one) => (one.role === "watch" ? sum : sum + one.weight), 0);
  return weight / (role === "watch" ? all + weight : all);
}

/** ln E that people don't fall to the sides as configured: distinct keys where they are known, requests otherwise. */
function allocation(share: number, { keys, exposures, requests }: Seen): number {
  const known = keys[0] + keys[1] > 0;
  const counts = known ? keys : exposures;
  return sampleRatioEvidence([{ share, counts }], known ? {} : { slices: [requests] }).logE;
}
