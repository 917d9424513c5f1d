import type { JsonValue } from "../../contract/json.ts";
import type { Verdict } from "../../contract/release.ts";
import { LogHistogram } from "../histogram.ts";
import { checked, checkedAlpha, type Pair } from "./checked.ts";
import {
  dispersionOf as dispersion,
  loudest,
  MINUTE,
  type Place,
  type Slice,
  type SlicedPart,
  slicesSince,
  startEpochs,
} from "./epochs.ts";
import {
  type Bin,
  ceilingEvidence,
  LATENCY_RATIOS,
  logMeanExp,
  RATIOS,
  rateRatioEvidence,
  type RateRatioOptions,
  SAMPLE_RATIO_ALARM,
} from "./evidence.ts";
import { LATENCY_QUANTILES, type LatencyBin, slowerThanControl } from "./latency.ts";
import { detectableHarm } from "./power.ts";

/* From counts to a verdict on one guardrail. A function of the closed bins as they are: nothing is remembered. */

/** A bin closes so long after its end. */
const CLOSES_AFTER = 30_000;
/** Without a bin that can be compared for so long, there is no data. */
const SILENCE = 5 * MINUTE;
/** An alarm doesn't act on fewer events, or on fewer slices: with any less of them, half of it (in logarithms) must stay. */
const LEAST_EVENTS = 5;
const LEAST_SLICES = 3;
/** Where a guardrail has no `minAbsolute`: harm below this isn't waited for before "no alarm" means healthy. */
const UNSEEN = 0.001;
/** A duration is a ceiling for this share of the slowest. */
const SLOWEST = 0.05;
/** Of `LATENCY_QUANTILES`, the one by which it is said what can be seen: the 95th. */
const SHOWN_QUANTILE = 1;

/** A guardrail of a plan, as far as numbers go. */
export type GuardrailLimits = {
  readonly harm: "increase" | "decrease";
  /** Factor of harm, 1 or more, that is still taken for healthy. */
  readonly tolerate: number;
  /** Factor of harm against control that must be visible before "no alarm" means healthy; more than `tolerate`. */
  readonly detect: number;
  /** Smallest absolute difference of the rates on which an alarm acts. */
  readonly minAbsolute: number;
  /** Where there is no control: the highest share of events; of latency, milliseconds that 95 % must stay within. */
  readonly ceiling?: number;
};

/** `events`: of a dark launch, [differs for the candidate alone, for control alone], with the same exposures twice. */
export type CountedBin = Place & Bin;
export type TimedBin = Place & LatencyBin;

/** All closed bins of the release so far, oldest first: of counts, or of latencies. */
export type Readings = { readonly counts: readonly CountedBin[] } | { readonly latencies: readonly TimedBin[] };

export type Setting = {
  /** Epoch ms. */
  readonly now: number;
  /** The present stage: its entry, when that was (epoch ms), and whether its sides can be compared. */
  readonly stage: { readonly entry: number; readonly since: number; readonly compared: boolean };
  /** The plan's, and the guardrail's part of all weights of guards and signals, above 0 to 1. */
  readonly alpha: number;
  readonly weight: number;
  /** Exposures of treatment in this stage without which nothing is healthy. */
  readonly minExposures?: number;
  /** How long after the end of its minute a bin of this metric closes: 30 s, or 30 s and the metric's window. */
  readonly closesAfter?: number;
  /**
   * What the slices saw, oldest first, each part from its minute on to the next one's: at best a part for each start
   * epoch. Without any, φ = 1.
   */
  readonly slices?: readonly SlicedPart[];
  /** ln E from `sampleRatioEvidence`. */
  readonly sampleRatio?: number;
};

/**
 * Figures as plain JSON, for people: those that aren't finite are null; pairs are [treatment, control] of the present
 * stage. `logE` of `alarmAt` or more is an alarm; `waits` says why one doesn't act; `detectable` is the smallest factor of
 * harm that the stage could have seen; `p50`, `p95` and `p99` are milliseconds.
 */
export type GuardrailJudgement = { verdict: Verdict; evidence: { [figure: string]: JsonValue } };

/**
 * The verdict on one guardrail.
 *
 * - `harm`: E has reached 1/(alpha·weight), on at least 5 events of treatment (of a decrease: 5 that were to be expected)
 *   from at least 3 slices (the two loudest alone are not enough), with a difference of at least `minAbsolute` in the start epoch that speaks loudest.
 * - `invalid`: people don't fall to the sides as configured, so that nothing else can be believed.
 * - `nodata`: for 5 minutes no closed bin had exposures on both sides.
 * - `unmeasured`: nobody to compare with, and no ceiling.
 * - `healthy`: no alarm, `minExposures` are met, and harm of `detect` would have been seen by now, or where that is less
 *   than `minAbsolute` (0.001 where that is 0), harm of that size.
 * - `inconclusive`: no alarm, and not all of this.
 *
 * A guardrail with a ceiling has two chances of a false alarm, the ceiling's in stages without control and the
 * comparison's in the others: each gets half of alpha·weight.
 *
 * @throws {TypeError | RangeError} naming the argument
 */
export function judge(limits: GuardrailLimits, readings: Readings, setting: Setting): GuardrailJudgement {
  const { stage, sampleRatio = 0 } = setting;
  // A share of 1 is no limit.
  const ceiling = "counts" in readings && limits.ceiling === 1 ? undefined : limits.ceiling;
  const part = ceiling === undefined ? 1 : 2;
  const weight = checked("weight", setting.weight, Number.MIN_VALUE, 1) / part;
  const alarmAt = -Math.log(checkedAlpha("alpha", setting.alpha) * weight);
  const context: Context = { limits, setting, weight, alarmAt };

  const compared = compare(context, readings);
  const capped = ceiling === undefined ? undefined : cap(context, readings, ceiling);
  const present = stage.compared ? compared : capped;
  const evidence = finite({ ...present?.figures, alarmAt, sampleRatio });
  return { verdict: verdict(), evidence };

  function verdict(): Verdict {
    // Bins of stages before may close late: what they tell counts in whatever stage they come.
    if (compared.harm || capped?.harm) return "harm";
    if (sampleRatio >= SAMPLE_RATIO_ALARM) return "invalid";
    if (!present) return "unmeasured";
    if (isSilent(present.places, setting)) return "nodata";
    return present.visible && present.exposed >= (setting.minExposures ?? 0) ? "healthy" : "inconclusive";
  }
}

type Context = {
  readonly limits: GuardrailLimits;
  readonly setting: Setting;
  readonly weight: number;
  readonly alarmAt: number;
};

/** What one way of looking at the bins has found. */
type Finding = {
  harm: boolean;
  /** Whether harm of the size that matters would have been seen in this stage. */
  visible: boolean;
  /** Bins that say something, of any stage. */
  places: readonly Place[];
  /** Exposures of treatment in this stage. */
  exposed: number;
  figures: { [figure: string]: JsonValue };
};

function compare(context: Context, readings: Readings): Finding {
  const { limits, setting, alarmAt, weight } = context;
  const { harm, tolerate } = limits;
  const { places, series, ratios } = comparable(readings);
  const epochs = startEpochs(places);
  const slices = slicesSince(setting.slices, places, epochs, true);
  const phi = slices.map((since) => Math.max(dispersion(since), dispersion(slices[0]!)));
  const options = { harm, tolerate, ratios };
  const each = series.map((bins) => rateRatioEvidence(bins, { ...options, epochs, dispersion: phi }).logE);
  const logE = logMeanExp(each);

  /** Why an alarm doesn't act; undefined when it does. Looked at is the start epoch that carries most of the evidence. */
  const standsBack = (): string | undefined => {
    const bins = series[each.indexOf(Math.max(...each))]!;
    const carried = epochs.map((start, k) => {
      const { logE: since } = rateRatioEvidence(bins.slice(start), { ...options, dispersion: phi[k]! });
      return since - Math.log((k + 1) * (k + 2));
    });
    const k = carried.indexOf(Math.max(...carried));
    const { events, usual, ...sums } = total(bins.slice(epochs[k]));
    const [own, of] = harm === "increase" ? [events[0], slices[k]![0]] : [usual, slices[k]![1]];
    if (own < LEAST_EVENTS) return "few events";
    if (of && of.filter((slice) => slice.events > 0).length < LEAST_SLICES) return "few slices";
    if (of && without(loudest(of, LEAST_SLICES - 1), slices[k]!, options) < alarmAt / 2) return "few slices";
    return difference({ events, usual, ...sums }, context) < limits.minAbsolute ? "small difference" : undefined;
  };
  const waits = logE >= alarmAt ? standsBack() : undefined;

  const shown = series[series.length > 1 ? SHOWN_QUANTILE : 0]!;
  const sums = total(shown.filter((_, i) => places[i]!.entry === setting.stage.entry));
  const [treated, untreated] = sums.exposures;
  const rate = untreated > 0 ? Math.max(sums.events[1], 0.5) / untreated : 0;
  const begins = epochs.findIndex((start) => places[start]!.entry === setting.stage.entry);
  const present = phi[Math.max(begins, 0)] ?? 1;
  const detectable = detectableHarm({
    share: treated + untreated > 0 ? treated / (treated + untreated) : 0,
    eventRate: rate,
    exposuresPerSecond: treated + untreated,
    bakeSeconds: 1,
    alpha: setting.alpha,
    weight,
    epochs: begins < 0 ? epochs.length + 1 : begins + 1,
    dispersion: present,
    harm,
    tolerate,
    alternatives: series.length * ratios.length,
  });
  const matters =
    harm === "increase" ? Math.max(limits.detect, 1 + (limits.minAbsolute || UNSEEN) / rate) : limits.detect;
  const expected = harm === "increase" ? treated * rate * matters : treated * rate;
  return {
    harm: logE >= alarmAt && waits === undefined,
    visible: detectable <= matters && expected >= LEAST_EVENTS,
    places: places.filter((_, i) => !shown[i]!.exposures.includes(0)),
    exposed: treated,
    figures: {
      logE,
      exposures: [...sums.exposures],
      events: [...sums.events],
      difference: difference(sums, context),
      detectable,
      dispersion: present,
      ...("latencies" in readings && quantiles(readings.latencies, setting.stage.entry)),
      ...(waits !== undefined && { waits }),
    },
  };
}

/** Durations of [treatment, control] in a stage, failures left out; null where there are none. */
function quantiles(bins: readonly TimedBin[], entry: number): { [figure: string]: JsonValue } {
  const sides = [new LogHistogram(), new LogHistogram()];
  for (const { durations, ...place } of bins) {
    if (place.entry === entry) sides.forEach((side, i) => side.merge(durations[i]!));
  }
  return Object.fromEntries(
    LATENCY_QUANTILES.map((q) => [`p${q * 100}`, sides.map((side) => side.quantile(q) ?? null)]),
  );
}

/** What may be compared, as counts: of latencies, one series for each quantile. */
function comparable(readings: Readings): { places: readonly Place[]; series: Bin[][]; ratios: readonly number[] } {
  if ("counts" in readings) {
    const places = readings.counts.filter(({ compared }) => compared);
    return { places, series: [places], ratios: RATIOS };
  }
  const places = readings.latencies.filter(({ compared }) => compared);
  return { places, series: slowerThanControl(places), ratios: LATENCY_RATIOS };
}

/** ln E of what is left of a start epoch without some slices. */
function without(left: readonly number[], arms: readonly (readonly Slice[])[], options: RateRatioOptions): number {
  const rest = arms.map((arm) => arm.filter((_, b) => !left.includes(b)));
  const sum = (a: number, of: keyof Slice): number => rest[a]?.reduce((total, slice) => total + slice[of], 0) ?? 0;
  const bin: Bin = {
    exposures: [sum(0, "exposures"), sum(1, "exposures")],
    events: [sum(0, "events"), sum(1, "events")],
  };
  return rateRatioEvidence([bin], { ...options, dispersion: dispersion(rest) }).logE;
}

type Sums = { exposures: Pair; events: Pair; usual: number; overlap: Pair };

/** `usual`: events that treatment would have had at control's rates, Σ nT·sC/nC. */
function total(bins: readonly Bin[]): Sums {
  let [treated, untreated, bad, good, usual, matched, met] = [0, 0, 0, 0, 0, 0, 0];
  for (const { exposures, events } of bins) {
    treated += exposures[0];
    untreated += exposures[1];
    bad += events[0];
    good += events[1];
    if (exposures[1] === 0) continue;
    usual += (exposures[0] * events[1]) / exposures[1];
    matched += exposures[0];
    met += events[0];
  }
  return { exposures: [treated, untreated], events: [bad, good], usual, overlap: [matched, met] };
}

/** Σ(sT − R0·nT·sC/nC)/Σ nT over bins with control; for a decrease with the sign turned. */
function difference({ usual, overlap: [exposures, events] }: Sums, { limits }: Context): number {
  if (exposures === 0) return 0;
  const { harm, tolerate } = limits;
  return harm === "increase" ? (events - tolerate * usual) / exposures : (usual / tolerate - events) / exposures;
}

/** Treatment alone, against the ceiling, in the stages without control. */
function cap({ setting, alarmAt, limits }: Context, readings: Readings, ceiling: number): Finding {
  const share = "counts" in readings ? ceiling : SLOWEST;
  const bins: (Place & { exposures: number; events: number })[] =
    "counts" in readings
      ? readings.counts.map((bin) => ({ ...bin, exposures: bin.exposures[0], events: bin.events[0] }))
      : readings.latencies.map((bin) => ({
          ...bin,
          exposures: bin.durations[0].countAbove(-1) + bin.failures[0],
          events: bin.durations[0].countAbove(ceiling) + bin.failures[0],
        }));
  const alone = bins.filter(({ compared }) => !compared);
  const epochs = startEpochs(alone);
  const slices = slicesSince(setting.slices, alone, epochs, false).map(([treatment]) => (treatment ? [treatment] : []));
  const phi = slices.map((since) => Math.max(dispersion(since), dispersion(slices[0]!)));
  const { logE } = ceilingEvidence(
    alone.map(({ exposures, events }) => [exposures, events] as const),
    { ceiling: share, dispersion: phi, epochs },
  );
  const present = alone.filter(({ entry }) => entry === setting.stage.entry);
  const exposed = present.reduce((sum, { exposures }) => sum + exposures, 0);
  const events = present.reduce((sum, one) => sum + one.events, 0);
  const begins = epochs.findIndex((start) => alone[start]!.entry === setting.stage.entry);
  const k = begins < 0 ? epochs.length + 1 : begins + 1;
  // What each exposure would add if the odds of an event were `detect` times those of the ceiling.
  const chance = (limits.detect * share) / (1 + (limits.detect - 1) * share);
  const gain = chance * Math.log(limits.detect) - Math.log1p((limits.detect - 1) * share);
  return {
    harm: logE >= alarmAt && alone.reduce((sum, one) => sum + one.events, 0) >= LEAST_EVENTS,
    visible: exposed * gain >= (alarmAt + Math.log(RATIOS.length * k * (k + 1))) * (phi[k - 1] ?? 1),
    places: alone.filter(({ exposures }) => exposures > 0),
    exposed,
    figures: { logE, exposures: [exposed], events: [events], ceiling },
  };
}

/** No bin that says something, among those of the last minutes that are closed by now; not before a stage is that old. */
function isSilent(places: readonly Place[], { now, stage, closesAfter = CLOSES_AFTER }: Setting): boolean {
  const closed = Math.floor((now - closesAfter) / MINUTE) * MINUTE;
  const since = closed - SILENCE;
  return stage.since <= since && !places.some(({ minute }) => minute >= since);
}

function finite(figures: { [figure: string]: JsonValue }): { [figure: string]: JsonValue } {
  const entries = Object.entries(figures).map(([name, value]): [string, JsonValue] => [
    name,
    typeof value === "number" && !Number.isFinite(value) ? null : value,
  ]);
  return Object.fromEntries(entries);
}
