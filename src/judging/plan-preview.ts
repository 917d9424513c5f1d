import { milliseconds } from "../contract/duration.ts";
import type { Metric } from "../contract/metric.ts";
import type { Plan } from "../contract/plan.ts";
import type { GivenTraffic, PlanPreview, PreviewWarning } from "../contract/plan-preview.ts";
import type { StageEstimate } from "../contract/release.ts";
import { type SizedGuardrail, type SizedStage, sizing } from "../core/statistics/sizing.ts";
import type { PointView } from "../metrics/series.ts";
import { limitsOf, shareOfWeights } from "./judgement.ts";
import { measureOf } from "./verdicts.ts";

/* How long a plan will take and what it can see, by the traffic that there is. Pure. */

/** What was measured of a flag: beside the traffic, events for each exposure of named outcomes. */
export type Measured = GivenTraffic & { outcomes?: { readonly [metric: string]: number } };

/**
 * The stages of a plan with the seconds from their entry, and what of the plan a person should know before it starts.
 *
 * @param traffic null: there is none that is known of
 * @param served share of the released rule at present, 0 to 100; null: not known
 * @param unknown places of guardrails whose metric nobody has defined or reported
 */
export function sizePlan(
  plan: Plan,
  traffic: Measured | null,
  {
    metrics,
    served,
    unknown,
  }: { metrics: readonly Metric[]; served: number | null; unknown: readonly PreviewWarning[] },
): Omit<PlanPreview, "traffic"> {
  const guardrails = plan.guardrails.map((one): SizedGuardrail => {
    const measure = measureOf(one, metrics);
    const { metric } = one;
    const errors = traffic?.errorShare ?? null;
    const own = traffic?.outcomes?.[metric] ?? null;
    return {
      metric,
      limits: limitsOf(one, measure.per),
      weight: shareOfWeights(plan, one),
      holds: one.role !== "watch" && one.hold,
      byPeople: metric === "errors" || measure.per === "event",
      // Sessions that fall silent are taken to be as many as requests that fail.
      eventShare: metric === "errors" || metric === "missing" ? errors : own,
    };
  });
  const stages = plan.stages.map((_, i) => sizedStage(plan, i));
  const flow = traffic && { perSecond: traffic.perSecond, ...(traffic.people && { people: traffic.people }) };
  const found = sizing(stages, guardrails, flow, plan);
  const last = plan.stages.at(-1)!;
  const watch = Math.ceil(milliseconds(last.watch ?? "0s") / 1_000);
  const sized = found.stages.map((one, i): StageEstimate => {
    const { percentage } = plan.stages[i]!;
    const more = i === plan.stages.length - 1 ? watch : 0;
    const seconds = one.seconds === null ? null : one.seconds + more;
    return { ...one, ...(percentage !== undefined && { percentage }), seconds };
  });
  const seconds = found.seconds === null ? null : found.seconds + watch;
  return { stages: sized, seconds, warnings: warningsOf() };

  function warningsOf(): PreviewWarning[] {
    const warnings: PreviewWarning[] = [...unknown];
    if (traffic === null)
      warnings.push({ code: "no-traffic", path: "", message: "nothing came to this flag in the last 7 days" });
    if (plan.guardrails.every(({ role }) => role !== "guard"))
      warnings.push({
        code: "unguarded",
        path: "/plan/guardrails",
        message: "no guard watches it: nothing takes it back",
      });
    const first = stages.findIndex((_, i) => plan.stages[i]!.percentage !== undefined);
    const share = first < 0 ? null : percentageAt(plan, first);
    if (share !== null && served !== null && share < served)
      warnings.push({
        code: "takes-out",
        path: `/plan/stages/${first}/percentage`,
        message: `${served} % are served now, and it would leave ${share} %`,
      });
    for (const [i, stage] of sized.entries())
      if (traffic !== null && stage.seconds === null)
        warnings.push({ code: "never-sure", path: `/plan/stages/${i}`, message: whyNever(stage) });
    return warnings;
  }
}

function whyNever({ guardrails }: StageEstimate): string {
  const open = guardrails.filter(({ secondsToSafety }) => secondsToSafety === null).map(({ metric }) => metric);
  return open.length === 0
    ? "its exposures aren't to be expected at this traffic"
    : `at this traffic it isn't to be expected, or not known, when this would be shown to be healthy: ${open.join(", ")}`;
}

function percentageAt({ stages, holdback }: Plan, i: number): number {
  const { percentage } = stages[i]!;
  return i === stages.length - 1 ? Math.min(percentage!, 100 - holdback) : percentage!;
}

function sizedStage(plan: Plan, i: number): SizedStage {
  const { name, percentage, minBake, warmup, minExposures } = plan.stages[i]!;
  return {
    stage: name,
    share: percentage === undefined ? null : percentageAt(plan, i) / 100,
    bakeSeconds: Math.ceil(milliseconds(minBake) / 1_000),
    warmupSeconds: Math.ceil(milliseconds(warmup) / 1_000),
    minExposures,
  };
}

/**
 * The traffic of a flag, from what was counted of it; null where nothing was.
 *
 * @param totals of its series, clients' left out
 * @param seconds how long that was counted
 */
export function trafficOf(totals: readonly PointView[], seconds: number): Measured | null {
  const sum = (of: (point: PointView) => number): number => totals.reduce((all, one) => all + of(one), 0);
  const exposures = sum(({ requests, exposures: reported }) => requests + reported);
  if (exposures === 0 || seconds <= 0) return null;
  const failed = sum(({ errors, outcomes }) => errors + (outcomes["errors"]?.count ?? 0));
  const names = new Set(totals.flatMap(({ outcomes }) => Object.keys(outcomes)));
  const outcomes = [...names].map((name): [string, number] => [
    name,
    sum((one) => one.outcomes[name]?.count ?? 0) / exposures,
  ]);
  return {
    perSecond: exposures / seconds,
    errorShare: Math.min(1, failed / exposures),
    outcomes: Object.fromEntries(outcomes),
  };
}
