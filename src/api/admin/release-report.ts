import type { JsonValue } from "../../contract/json.ts";
import { BUILT_IN_METRICS, type Guardrail } from "../../contract/plan.ts";
import {
  type Evidence,
  type Happened,
  hasEnded,
  type ReleaseOutline,
  type ReleaseView,
  type StageNote,
} from "../../contract/release.ts";
import { liftInterval, type Sample } from "../../core/statistics/lift.ts";

/* What became of each stage of a release, from its own history: that stays when the counts are gone. Pure. */

type Sided = { exposures: number; events: number };
/** As shares: 0.1 is 10 % more than control. A bound of null is none. */
type Effect = { estimate: number; lower: number | null; upper: number | null };

export type GuardrailReport = {
  metric: string;
  role: Guardrail["role"];
  verdict: string;
  clientOnly?: boolean;
  treatment?: Sided;
  control?: Sided;
  effect?: Effect;
  /** ln E, and from where on it is an alarm. */
  alarm?: { logE: number; at: number };
  /** Smallest factor of harm that could have been seen; null: none. */
  detectable: number | null;
  evidence: Evidence;
};
export type StageReport = {
  stage: string;
  enteredAt: string;
  leftAt?: string;
  outcome: string;
  /** Of treatment. */
  exposures?: number;
  guardrails: GuardrailReport[];
  decisions: Happened[];
} & Omit<StageNote, "stage">;
export type ReleaseReport = {
  release: ReleaseOutline;
  flag: string;
  alpha: number;
  unguarded: boolean;
  uncounted: { [reason: string]: number };
  stages: StageReport[];
};

/** The stages in the order in which they were entered. What is known of the present one is as last judged. */
export function reportOf(view: ReleaseView): ReleaseReport {
  const { id, state, rule, stage, percentage, since, flag, timeline, plan } = view;
  const release = { id, state, ...(rule && { rule }), ...(stage && { stage }), percentage, since };
  const stages: StageReport[] = [];
  const leave = (left: StageReport, { at, what, evidence }: Happened): void => {
    Object.assign(left, { leftAt: at, outcome: what, ...known(plan, evidence) });
  };
  for (const one of timeline) {
    const last = stages.at(-1);
    if (one.stage !== null && one.stage !== last?.stage) {
      if (last) {
        leave(last, one);
        last.decisions.push(one);
      }
      const decisions = last ? [] : [one];
      const { stage: name, at: enteredAt } = one;
      const noted = view.stages.find((note) => note.stage === name) ?? NOTHING_NOTED;
      stages.push({ ...noted, stage: name, enteredAt, outcome: "live", guardrails: [], decisions });
    } else if (last) {
      last.decisions.push(one);
      if (one.to === state && hasEnded(state)) leave(last, one);
    }
  }
  const now = stages.at(-1);
  if (now?.outcome === "live") {
    const verdicts = view.verdicts.map(({ metric, verdict, clientOnly, evidence }): [string, JsonValue] => [
      metric,
      { ...evidence, verdict, ...(clientOnly && { clientOnly }) },
    ]);
    const { exposures } = view;
    Object.assign(now, known(plan, { ...(exposures !== undefined && { exposures }), ...Object.fromEntries(verdicts) }));
  }
  return { release, flag, alpha: plan.alpha, unguarded: view.unguarded, uncounted: view.uncounted, stages };
}

const NOTHING_NOTED = { unverified: [], unmeasured: [], forced: [] };

function known(
  { guardrails, alpha }: ReleaseView["plan"],
  evidence: Evidence,
): Pick<StageReport, "exposures" | "guardrails"> {
  const { exposures } = evidence;
  return {
    ...(typeof exposures === "number" && { exposures }),
    guardrails: guardrails.flatMap((one) => {
      const found = evidence[one.metric];
      return isFigures(found) ? [guardrailReport(one, found, alpha)] : [];
    }),
  };
}

function guardrailReport({ metric, role }: Guardrail, found: Evidence, alpha: number): GuardrailReport {
  const { verdict, clientOnly, ...evidence } = found;
  const { logE, alarmAt, detectable, dispersion } = evidence;
  const [exposures, events] = [numbers(evidence["exposures"]), numbers(evidence["events"])];
  const [treatment, control] = exposures.map((n, i): Sided => ({ exposures: n, events: events[i] ?? 0 }));
  const phi = typeof dispersion === "number" ? dispersion : 1;
  const effect = treatment && control && effectOf(treatment, control, { metric, alpha, phi });
  return {
    metric,
    role,
    verdict: typeof verdict === "string" ? verdict : "unknown",
    ...(clientOnly === true && { clientOnly }),
    ...(treatment && { treatment }),
    ...(control && { control }),
    ...(effect && { effect }),
    ...(typeof logE === "number" && typeof alarmAt === "number" && { alarm: { logE, at: alarmAt } }),
    detectable: typeof detectable === "number" ? detectable : null,
    evidence,
  };
}

/** How the rates differ, with an interval that holds at all times at once; undefined where nothing can be said. */
function effectOf(
  treatment: Sided,
  control: Sided,
  { metric, alpha, phi }: { metric: string; alpha: number; phi: number },
): Effect | undefined {
  const sample = ({ exposures: n, events }: Sided): Sample => {
    const mean = n > 0 ? events / n : 0;
    // What happens once at most, or any number of times.
    const variance = BUILT_IN_METRICS.some((one) => one === metric) && mean <= 1 ? mean * (1 - mean) : mean;
    return { n, mean, variance: variance * phi };
  };
  const [estimate, lower, upper] = Object.values(liftInterval(sample(treatment), sample(control), { alpha })).map(
    (log: number) => (Number.isFinite(log) ? Math.expm1(log) : null),
  );
  return typeof estimate === "number" ? { estimate, lower: lower ?? null, upper: upper ?? null } : undefined;
}

function numbers(value: JsonValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "number") : [];
}

function isFigures(value: JsonValue | undefined): value is { [figure: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
