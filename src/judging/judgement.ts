import { milliseconds } from "../contract/duration.ts";
import { type Guardrail, type Plan, withoutHoldback } from "../contract/plan.ts";
import type { Judged } from "../contract/release.ts";
import type { Judgement, Release } from "../core/release/state.ts";
import { requestRatioEvidence, sampleRatioEvidence } from "../core/statistics/evidence.ts";
import { type GuardrailJudgement, judge, type Setting } from "../core/statistics/judge.ts";
import type { GuardrailLimits } from "../core/statistics/sums.ts";
import type { Entry } from "./stage-history.ts";
import type { Gathered, Seen } from "./guardrail-series.ts";
import { type Estimated, outlookOf } from "./outlook.ts";

/* From what was read of a release to the verdicts on its guardrails. Pure. */

/** What share of exposures matters where a guardrail doesn't say: so that a service without errors passes. */
const LEAST_SHARE = 0.001;

/** Built-in metrics that count each exposure once at most. */
const SHARES = ["errors", "missing", "mismatch"];

/**
 * What was read of one guardrail: counts that it acts on, and all counts where there are more. `reported`: whether anybody
 * has ever reported the outcome that it lives by.
 */
export type Watched = { guardrail: Guardrail; acting: Gathered; all: Gathered | null; reported: boolean };

/**
 * What was read beside them. `base`: exposures, whatever became of them; `upTo`: end of the last closed bin, epoch ms;
 * `uncounted`: what was reported and reaches no verdict, by reason; `unwatched`: metrics that no guardrail looks at.
 */
export type Beside = {
  base: Gathered;
  upTo: number;
  uncounted?: { readonly [reason: string]: number };
  unwatched?: readonly string[];
};

/** The verdicts on a release at its present stage. */
export function judgementOf(
  release: Release,
  course: readonly Entry[],
  watched: readonly Watched[],
  { base, upTo, uncounted = {}, unwatched = [] }: Beside,
): Omit<Judgement, "at"> | null {
  const entry = course.at(-1);
  if (!entry) return null;
  const { plan, epoch } = release;
  const sampleRatio = allocation(course, base);
  const { minExposures } = plan.stages[entry.stage]!;
  const estimates: Estimated[] = [];
  const next = nextOf(plan, entry.stage);
  const guardrails = watched.map(({ guardrail, acting, all, reported }): Judged => {
    const { metric } = guardrail;
    const setting: Setting = {
      alpha: plan.alpha,
      beta: plan.beta,
      weight: shareOfWeights(plan, guardrail),
      minExposures,
      sampleRatio: metric === "mismatch" ? 0 : sampleRatio,
      reported,
      ...(next && { nextShare: next.share }),
    };
    const found = judge(acting.history, setting);
    const said = judgedAs(metric, found);
    if (found.verdict === "harm") return said;
    // A dark launch shows nothing to anybody, and a stage that does shows it to no candidate.
    if ((metric === "mismatch") !== (entry.kind === "shadow"))
      return { metric, verdict: "unmeasured", evidence: found.evidence };
    estimates.push({ metric, estimate: found.estimate, evidence: found.evidence });
    if (all === null) return said;
    const untrusted = judge(all.history, setting);
    return untrusted.verdict === "harm" ? { ...judgedAs(metric, untrusted), clientOnly: true } : said;
  });
  const outlook = estimates.flatMap((one) => outlookOf(one, upTo, next?.warmupSeconds));
  const exposures = base.seen(entry.epoch)?.exposures[0] ?? 0;
  return { epoch, upTo, exposures, guardrails, uncounted: { ...uncounted }, unwatched, outlook };
}

/** The plan's next stage with a share, 0 to 1, at which there is somebody to compare with; undefined: there is none. */
function nextOf({ stages, holdback }: Plan, stage: number): { share: number; warmupSeconds: number } | undefined {
  const place = stages.findIndex(({ percentage }, i) => i > stage && percentage !== undefined);
  const one = stages[place];
  if (one?.percentage === undefined) return undefined;
  const share = (place === stages.length - 1 ? withoutHoldback(one.percentage, holdback) : one.percentage) / 100;
  return share < 1 ? { share, warmupSeconds: milliseconds(one.warmup) / 1_000 } : undefined;
}

function judgedAs(metric: string, { verdict, over, safety, evidence }: GuardrailJudgement): Judged {
  return {
    metric,
    verdict,
    ...(over !== null && { overCeiling: true }),
    ...(safety !== null && safety < 0 && { doubtful: true }),
    evidence: over === null ? evidence : { ...evidence, over },
  };
}

/** Plain figures for each guardrail: its `minAbsolute` where it doesn't say. A dark launch has no ceiling: nobody sees it. */
export function limitsOf(guardrail: Guardrail, per?: "unit" | "event"): GuardrailLimits {
  const { harm, tolerate, detect, ceiling, metric } = guardrail;
  const ofShare = harm === "increase" && (per === "unit" || SHARES.includes(metric));
  const { minAbsolute = ofShare ? LEAST_SHARE : 0 } = guardrail;
  const limits = { harm, tolerate, detect, minAbsolute };
  if (ceiling === undefined || metric === "mismatch") return limits;
  return { ...limits, ceiling: typeof ceiling === "string" ? milliseconds(ceiling) : ceiling };
}

/** A guardrail's part of all weights of guards and signals; one that only watches takes nothing from them. */
export function shareOfWeights({ guardrails }: Pick<Plan, "guardrails">, { role, weight }: Guardrail): number {
  const all = guardrails.reduce((sum, one) => (one.role === "watch" ? sum : sum + one.weight), 0);
  return weight / (role === "watch" ? all + weight : all);
}

/** ln E that people don't fall to the sides as configured: distinct keys where they are known, requests otherwise. */
function allocation(course: readonly Entry[], base: Gathered): number {
  const spans = new Map<number, Seen>();
  for (const { kind, share, epoch } of course) {
    const seen = kind === "share" && share !== null ? base.seen(epoch) : undefined;
    // Those who come again under a share are the same luck.
    if (seen && sum((spans.get(share!) ?? seen).keys) <= sum(seen.keys)) spans.set(share!, seen);
  }
  const known = Array.from(spans.values()).every(({ keys }) => sum(keys) > 0);
  const counted = Array.from(spans, ([share, { keys, exposures }]) => ({ share, counts: known ? keys : exposures }));
  const slices = [0, 1].map((side) => {
    const requests: number[] = [];
    for (const seen of spans.values())
      seen.requests[side as 0 | 1].forEach((n, b) => void (requests[b] = (requests[b] ?? 0) + n));
    return requests;
  });
  return known ? sampleRatioEvidence(counted).logE : requestRatioEvidence(counted, slices);
}

function sum([one, other]: [number, number]): number {
  return one + other;
}
