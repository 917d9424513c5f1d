import type { Pair } from "./checked.ts";
import { Deviation, type SlicedArm } from "./dispersion.ts";
import { hypotheses, likelihood } from "./safety.ts";
import { type Counts, LATENCY_STEPS, type LatencyArm } from "./series.ts";

/* What minutes add up to: all that harm, safety and their floors are told from is a sum over minutes. */

/** A guardrail of a plan, as far as numbers go. */
export type GuardrailLimits = {
  readonly harm: "increase" | "decrease";
  /** Factor of harm, 1 or more, that is still taken for healthy. */
  readonly tolerate: number;
  /** Factor of harm that must be disproved before a release is healthy; more than `tolerate`. */
  readonly detect: number;
  /** Smallest absolute difference of the rates on which an alarm acts, and below which treatment's own share is safe. */
  readonly minAbsolute: number;
  /** The highest share of events; of latency, milliseconds that 95 % must stay within. */
  readonly ceiling?: number;
};

/** One way of counting, in one cell: requests, people, or slower than one of control's quantiles. */
export class Sums {
  readonly exposures: [number, number] = [0, 0];
  readonly events: [number, number] = [0, 0];
  /** Over minutes with control: Σ nT·sC/nC, what treatment would have had at control's rates; Σ nT; Σ sT. */
  usual = 0;
  matched = 0;
  met = 0;
  /** Σ l(R_j), for each ratio; during warm-up against `WARMUP_FACTOR` times what is tolerated. */
  readonly logs: Float64Array;
  /** Ls. */
  safety = 0;
  /** Of people: newly exposed and first erred, by slice. */
  readonly sliced: readonly [treatment: SlicedSums, control: SlicedSums];
  #deviation: Deviation | null = null;

  constructor(ratios: number) {
    this.logs = new Float64Array(ratios);
    this.sliced = [new SlicedSums(), new SlicedSums()];
  }

  /** Takes a minute's counts. */
  add(exposures: Pair, events: Pair, weigh: Weigh | null): void {
    const [treated, untreated] = exposures;
    for (const side of [0, 1] as const) {
      this.exposures[side] += exposures[side];
      this.events[side] += events[side];
    }
    if (untreated > 0) {
      this.usual += (treated * events[1]) / untreated;
      this.matched += treated;
      this.met += events[0];
    }
    weigh?.(this, exposures, events);
  }

  /** Takes a minute's counts by slice, of one arm; events are the sum of the lists. */
  slice(side: 0 | 1, exposures: Counts, ...events: readonly Counts[]): void {
    this.sliced[side].add(exposures, events);
    this.#deviation = null;
  }

  /** What slices are off by, of this part alone. */
  deviation(): Deviation {
    return (this.#deviation ??= new Deviation().add(this.sliced));
  }

  copy(): Sums {
    return new Sums(this.logs.length).merge(this);
  }

  /** Adds another one of the same part. */
  merge(other: Sums): this {
    for (const side of [0, 1] as const) {
      this.exposures[side] += other.exposures[side];
      this.events[side] += other.events[side];
      this.sliced[side].add(other.sliced[side].exposures, [other.sliced[side].events]);
    }
    this.usual += other.usual;
    this.matched += other.matched;
    this.met += other.met;
    this.safety += other.safety;
    for (let j = 0; j < this.logs.length; j++) this.logs[j]! += other.logs[j]!;
    this.#deviation = null;
    return this;
  }
}

/** Adds what a minute says to the logarithms of its cell. */
export type Weigh = (sums: Sums, exposures: Pair, events: Pair) => void;

class SlicedSums implements SlicedArm {
  exposures = new Float64Array(0);
  events = new Float64Array(0);

  add(exposures: Counts, events: readonly Counts[]): void {
    const slices = exposures.length;
    if (slices > this.exposures.length)
      for (const field of ["exposures", "events"] as const) {
        const larger = new Float64Array(slices);
        larger.set(this[field]);
        this[field] = larger;
      }
    for (let b = 0; b < slices; b++) this.exposures[b]! += exposures[b]!;
    for (const of of events) for (let b = 0; b < of.length; b++) this.events[b]! += of[b]!;
  }
}

/**
 * What a minute says, in logarithms: for each ratio of harm l(R_j), and of safety Ls.
 *
 * @param detect null where safety isn't asked; where it isn't more than what is tolerated nothing is ever said for it
 */
export function weighing(
  limits: Pick<GuardrailLimits, "harm" | "tolerate">,
  ratios: readonly number[],
  detect: number | null,
): Weigh {
  const { harm, tolerate } = limits;
  const turned = (ratio: number): number => (harm === "increase" ? ratio : 1 / ratio);
  const base = turned(tolerate);
  const against = ratios.map((r) => turned(tolerate * r));
  const gains = against.map((ratio) => Math.log(ratio / base));
  const safe = detect !== null && detect > tolerate ? hypotheses({ harm, tolerate, detect }) : null;
  return (sums, [treated, untreated], [bad, expected]) => {
    const events = bad + expected;
    if (treated === 0 || untreated === 0 || events === 0) return;
    const odds = treated / untreated;
    const none = events * Math.log1p(base * odds);
    for (let j = 0; j < against.length; j++)
      sums.logs[j]! += bad * gains[j]! + none - events * Math.log1p(against[j]! * odds);
    if (safe) sums.safety += likelihood([treated, untreated], [bad, expected], safe[0], safe[1]);
  };
}

/** Counts who took longer than a threshold; slices at the step that is nearest to it by ratio. */
export function slower(
  sums: Sums,
  arms: readonly [LatencyArm, LatencyArm],
  exposures: Pair,
  threshold: number,
  weigh: Weigh | null,
): void {
  const events: [number, number] = [0, 0];
  const step = nearestStep(threshold);
  for (const side of [0, 1] as const) {
    const { durations, timeouts, slower: ladder } = arms[side];
    events[side] = durations.countAbove(threshold) + total(timeouts);
    sums.slice(side, arms[side].exposures, ladder[step] ?? [], timeouts);
  }
  sums.add(exposures, events, weigh);
}

/** Place of the step that is nearest by ratio; of two that are as near the lower. */
export function nearestStep(threshold: number): number {
  let best = 0;
  const off = (i: number): number => Math.abs(Math.log(LATENCY_STEPS[i]! / threshold));
  for (let i = 1; i < LATENCY_STEPS.length; i++) if (off(i) < off(best)) best = i;
  return best;
}

/** Sum over slices. */
export function total(counts: Counts): number {
  let sum = 0;
  for (let b = 0; b < counts.length; b++) sum += counts[b]!;
  return sum;
}
