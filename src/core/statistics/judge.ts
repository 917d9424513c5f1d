import type { JsonValue } from "../../contract/json.ts";
import type { Verdict } from "../../contract/release.ts";
import { cap, type Capped } from "./ceiling.ts";
import { checked, checkedAlpha, checkedCount } from "./checked.ts";
import { compare, type Comparison, difference } from "./comparison.ts";
import { countDispersion } from "./dispersion.ts";
import { type Expected, expectedOf, type Safety, safetyOf } from "./estimate.ts";
import { requestRatioEvidence, SAMPLE_RATIO_ALARM, sampleRatioEvidence, type Span } from "./evidence.ts";
import { History, type Part, WARMUP_FACTOR } from "./history.ts";
import { LATENCY_QUANTILES } from "./latency.ts";
import { detectableHarm } from "./power.ts";
import type { Entry, Series } from "./series.ts";
import type { GuardrailLimits, Sums } from "./sums.ts";

/*
 * From counts to a verdict on one guardrail: a function of the closed bins as a set. What remembers is the release, not
 * the judge. The formulas are those of design/releases.md, "Guardrail statistics".
 */

/** Of `LATENCY_QUANTILES`, the one whose figures are shown: the 95th. */
const SHOWN = 1;

export type Setting = {
  /** The plan's: chance of a false alarm and of a wrong `healthy`. */
  readonly alpha: number;
  readonly beta: number;
  /** The guardrail's part of all weights of guards and signals, above 0 to 1. */
  readonly weight: number;
  /** Exposures of treatment in this stage without which nothing is healthy. */
  readonly minExposures?: number;
  /** Share of treatment in the plan's next stage, 0 to 1, for what is told of it while this one waits. */
  readonly nextShare?: number;
  /** ln E from `sampleRatioOf`. */
  readonly sampleRatio?: number;
  /** False for an outcome that nobody has ever reported here. */
  readonly reported?: boolean;
};

export type Estimate = Expected;

export type GuardrailJudgement = {
  verdict: Verdict;
  /** Sides over the ceiling, where that isn't taken for harm: a person is told, and the release pauses. */
  over: "treatment" | "control" | "both" | null;
  /** ln of the larger of S and B. Null where nothing is compared. Below 0 a stage that was healthy isn't any more. */
  safety: number | null;
  /** While a stage waits for evidence; null otherwise. */
  estimate: Estimate | null;
  /**
   * Figures as plain JSON, for people: those that aren't finite are null; pairs are [treatment, control] of the present
   * stage, its warm-up with them; `difference` and evidence are without. `logE` of `alarmAt` or more is an alarm, `safety` of `safeAt` or more is healthy; `waits` says why an alarm
   * doesn't act or `nodata` is said; `detectable` is the smallest factor of harm that the stage could have seen; `p50`, `p95` and
   * `p99` are milliseconds.
   */
  evidence: { [figure: string]: JsonValue };
};

/** All that there is of a series, added up. */
export function historyOf(limits: GuardrailLimits, series: Series, entries: readonly Entry[]): History {
  const { minutes } = series;
  const history = new History("counts" in minutes ? "counts" : "latency", limits);
  history.add("counts" in minutes ? minutes.counts : minutes.latencies, entries, series.closedBefore);
  return history;
}

/**
 * The verdict on one guardrail at the present stage, the last of the history's entries.
 *
 * - `harm`: E has reached 1/(alpha·weight) and passes the floors; or that of warm-up has, against five times what is
 *   tolerated; or treatment is over the ceiling and nobody is control, or control is better with E ≥ 1/beta.
 * - `invalid`: people don't fall to the sides as configured, so that nothing else can be believed.
 * - `nodata`: nothing of this stage closed yet, or treatment or everybody silent for longer than chance makes them, or an
 *   outcome that nobody has ever reported.
 * - `healthy`: S or B ≥ 1/beta, `minExposures` are met, nobody is over the ceiling, and there is no alarm, not even one
 *   that a floor holds back.
 * - `unmeasured`: nobody to compare with, though `minExposures` are met.
 * - `inconclusive`: none of these.
 *
 * A guardrail with a ceiling has two chances of a false alarm: each gets half of alpha·weight.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function judge(history: History, setting: Setting): GuardrailJudgement {
  const { limits, entries } = history;
  const entry = entries.at(-1);
  const weight = checked("weight", setting.weight, Number.MIN_VALUE, 1) / (hasCeiling(history) ? 2 : 1);
  const alarmAt = -Math.log(checkedAlpha("alpha", setting.alpha) * weight);
  const safeAt = -Math.log(checkedAlpha("beta", setting.beta));
  const minExposures = checkedCount("minExposures", setting.minExposures ?? 0);
  const { sampleRatio = 0, reported = true } = setting;

  const parts = history.parts.filter((part) => !part.warm && part.entry.compared);
  const warmup = history.parts.filter((part) => part.warm && part.entry.compared);
  const cold = comparison(history, parts, limits, alarmAt);
  const severe = { ...limits, tolerate: WARMUP_FACTOR * limits.tolerate };
  const warm = comparison(history, warmup, severe, alarmAt);
  const capped = cap(history, alarmAt);
  const worse = Math.max(cold.logE, warm.logE) >= safeAt;
  const overCeiling = capped?.over[0] === true && (entry?.compared !== true || worse);
  const present = parts.filter((part) => part.entry.entry === entry?.entry);
  const safety = entry?.compared === true ? safetyOf(history, present) : null;
  const exposed = entry ? history.exposed(entry.entry).requests : ([0, 0] as const);
  const silence = reported ? history.silence(countDispersion) : "unreported";

  const verdict = decide();
  const estimate =
    verdict === "inconclusive" && safety && entry
      ? expectedOf({
          history,
          beta: setting.beta,
          nextShare: setting.nextShare,
          entry,
          safety,
          present,
          missing: Math.max(0, minExposures - exposed[0]),
        })
      : null;
  return {
    verdict,
    over: verdict === "harm" ? null : sidesOver(capped),
    safety: safety && safety.logE,
    estimate,
    evidence: finite({
      ...figuresOf({ history, setting, weight, parts, present, cold, safety, capped, entry }),
      alarmAt,
      safeAt,
      sampleRatio,
      ...(warm.logE >= alarmAt && { warmup: warm.logE }),
      ...waitsFor(),
    }),
  };

  function decide(): Verdict {
    if (acts(cold) || acts(warm) || overCeiling) return "harm";
    if (sampleRatio >= SAMPLE_RATIO_ALARM) return "invalid";
    if (silence !== null) return "nodata";
    if (exposed[0] < minExposures || sidesOver(capped) !== null || cold.alarm || warm.alarm) return "inconclusive";
    if (safety === null) return "unmeasured";
    return safety.logE >= safeAt ? "healthy" : "inconclusive";
  }

  function waitsFor(): { waits?: string } {
    const floor = cold.waits ?? warm.waits;
    if (floor !== null) return { waits: floor };
    return silence !== null && verdict === "nodata" ? { waits: silence } : {};
  }
}

function comparison(history: History, parts: readonly Part[], limits: GuardrailLimits, alarmAt: number): Comparison {
  return compare(parts, {
    limits,
    ratios: history.ratios,
    latency: history.kind === "latency",
    alarmAt,
    parts: history.parts,
    exposed: (entry) => history.exposed(entry).people[0],
  });
}

function acts({ alarm, waits }: Comparison): boolean {
  return alarm && waits === null;
}

function hasCeiling({ limits, kind }: History): boolean {
  return limits.ceiling !== undefined && (kind === "latency" || limits.ceiling < 1);
}

function sidesOver(capped: Capped | null): "treatment" | "control" | "both" | null {
  const [treatment, control] = capped?.over ?? [false, false];
  if (treatment && control) return "both";
  if (treatment) return "treatment";
  return control ? "control" : null;
}

/** ln E that people (or requests, where keys aren't known) don't fall to the sides as configured. */
export function sampleRatioOf(history: History): number {
  const spans = new Map<number, Span & { keys: boolean }>();
  for (const { entry, share, compared } of history.entries) {
    if (!compared || share === null) continue;
    const { requests, people } = history.exposed(entry);
    const keys = people[0] + people[1] > 0;
    const counts = keys ? people : requests;
    const before = spans.get(share);
    // Keys that come again under a share that they were bucketed under are the same luck; requests are new ones.
    if (!before || (keys && sum(before.counts) < sum(counts))) spans.set(share, { share, counts, keys });
    else if (!keys && !before.keys)
      spans.set(share, { ...before, counts: [before.counts[0] + counts[0], before.counts[1] + counts[1]] });
  }
  const all = [...spans.values()];
  const byKeys = all.length > 0 && all.every(({ keys }) => keys);
  return byKeys ? sampleRatioEvidence(all).logE : requestRatioEvidence(all, history.requestsBySlice());
}

function sum([one, other]: readonly [number, number]): number {
  return one + other;
}

type Figured = {
  history: History;
  setting: Setting;
  weight: number;
  parts: readonly Part[];
  present: readonly Part[];
  cold: Comparison;
  safety: Safety | null;
  capped: Capped | null;
  entry: Entry | undefined;
};

function figuresOf(of: Figured): { [figure: string]: JsonValue } {
  const { history, setting, weight, parts, present, cold, safety, capped, entry } = of;
  const { kind, limits, ratios } = history;
  const way = kind === "latency" ? SHOWN : 0;
  const shown = present.map(({ requests }) => requests[way]!);
  const stage = history.parts.filter((part) => part.entry.entry === entry?.entry);
  const pair = (pick: (sums: Sums) => readonly [number, number]): [number, number] =>
    stage.reduce<[number, number]>(
      (all, { requests }) => [all[0] + pick(requests[way]!)[0], all[1] + pick(requests[way]!)[1]],
      [0, 0],
    );
  const [exposures, events] = [pair((one) => one.exposures), pair((one) => one.events)];
  const all = sum(exposures);
  const people = entry ? history.exposed(entry.entry).people : ([0, 0] as const);
  const begins = parts.findIndex((part) => part.entry.entry === entry?.entry);
  return {
    logE: entry?.compared === true ? cold.logE : null,
    ...(cold.each.length > 1 && kind === "counts" && { requestsLogE: cold.each[0]!, peopleLogE: cold.each[1]! }),
    safety: safety && safety.logE,
    exposures,
    events,
    ...(sum(people) > 0 && { people: [...people] }),
    ...(entry?.compared === true && {
      difference: difference(shown, limits),
      detectable: detectableHarm({
        share: all > 0 ? exposures[0] / all : 0,
        eventRate: exposures[1] > 0 ? Math.max(events[1], 0.5) / exposures[1] : 0,
        exposuresPerSecond: all,
        bakeSeconds: 1,
        alpha: setting.alpha,
        weight,
        epochs: begins < 0 ? parts.length + 1 : begins + 1,
        dispersion: safety?.phi ?? 1,
        harm: limits.harm,
        tolerate: limits.tolerate,
        alternatives: (kind === "latency" ? LATENCY_QUANTILES.length : 1) * ratios.length,
      }),
      dispersion: safety?.phi ?? 1,
    }),
    ...(capped && { ceiling: limits.ceiling!, ceilingLogE: capped.logE }),
    ...(kind === "latency" && entry && quantiles(history, entry.entry)),
  };
}

/** Durations of [treatment, control] in a stage; null where there are none. */
function quantiles(history: History, entry: number): { [figure: string]: JsonValue } {
  const sides = history.durations(entry);
  return Object.fromEntries(
    LATENCY_QUANTILES.map((q) => [`p${q * 100}`, sides.map((side) => side.quantile(q) ?? null)]),
  );
}

function finite(figures: { [figure: string]: JsonValue }): { [figure: string]: JsonValue } {
  const number = (value: JsonValue): JsonValue => (typeof value === "number" && !Number.isFinite(value) ? null : value);
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Array.isArray(value) ? value.map(number) : number(value)]),
  );
}
