import { LogHistogram } from "../histogram.ts";
import { checkedFactor, checkedHarm, type Pair } from "./checked.ts";
import { LATENCY_RATIOS, RATIOS } from "./evidence.ts";
import { LATENCY_QUANTILES, Reference } from "./latency.ts";
import { peopleDetect } from "./people.ts";
import type { CountArm, CountMinute, Counts, Entry, LatencyArm, LatencyMinute } from "./series.ts";
import { Silence } from "./silence.ts";
import { type GuardrailLimits, slower, Sums, total, type Weigh, weighing } from "./sums.ts";

/*
 * Closed minutes of one guardrail, added up. What the judge asks for are sums over parts of the release, so that nothing
 * of a minute is kept but what it adds to its part: a day takes some kilobytes, and judging takes as long as there are
 * parts.
 */

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Ceilings have start epochs of their own: shared harm that begins late is found in minutes. */
const CEILING_EPOCH = 10 * MINUTE;
/** Over how long requests are looked at for their dispersion, and in which steps that window moves. */
const LATELY = HOUR;
const STEP = 10 * MINUTE;
/** Quiet times are told by the exposures of so many hours before them. */
const BEFORE = 3 * HOUR;

/** During warm-up harm counts only beyond this many times what is tolerated. */
export const WARMUP_FACTOR = 5;

/** A metric that is counted, or latency. */
export type Kind = "counts" | "latency";

/** A part: minutes of one stage entry that belong together, at most an hour; its warm-up apart. */
export type Part = {
  readonly entry: Entry;
  /** Place among the cells of its entry. */
  readonly index: number;
  readonly warm: boolean;
  /** Requests; of latency, slower than each of `LATENCY_QUANTILES`. */
  readonly requests: readonly Sums[];
  /** null while nothing is known of bucketed keys. */
  people: Sums | null;
};

/** What goes on from minute to minute, of one stage entry. */
class Running {
  silence = new Silence();
  /** People exposed so far, and those of them that haven't erred. */
  readonly exposed: [number, number] = [0, 0];
  readonly atRisk: [number, number] = [0, 0];
  readonly exposures: [number, number] = [0, 0];
  /** Of latency, how long requests took. */
  durations: [LogHistogram, LogHistogram] = [new LogHistogram(), new LogHistogram()];
  /** Requests of late, by slice and arm, in steps. */
  recent: { step: number; arms: [Float64Array, Float64Array] }[] = [];

  copy(): Running {
    const copy = new Running();
    copy.silence = this.silence.copy();
    for (const field of ["exposed", "atRisk", "exposures"] as const) copy[field].splice(0, 2, ...this[field]);
    copy.recent = this.recent.map(({ step, arms }) => ({ step, arms: [arms[0].slice(), arms[1].slice()] }));
    copy.durations = [this.durations[0].copy(), this.durations[1].copy()];
    return copy;
  }
}

export class History {
  readonly kind: Kind;
  readonly limits: GuardrailLimits;
  readonly ratios: readonly number[];
  /** Stage entries, oldest first, and the first minute that hasn't closed yet; as last told. */
  entries: readonly Entry[] = [];
  closedBefore = 0;
  readonly #parts: Part[] = [];
  /** What is held against the ceiling, by stage entry and ten minutes. */
  readonly #capped: { entry: number; index: number; sums: Sums }[] = [];
  readonly #running = new Map<number, Running>();
  /** Exposures of either side by step, and the last minute that had any, epoch ms. */
  readonly #steps = new Map<number, number>();
  #last: number | null = null;
  #first: number | null = null;
  #reference = new Reference();
  /** Control's durations of a minute that isn't over: of several entries. */
  #pending: { minute: number; arms: LatencyArm[] } = { minute: -1, arms: [] };
  readonly #weigh: { cold: Weigh; warm: Weigh; people: Weigh; warmPeople: Weigh };

  /** @throws {TypeError | RangeError} naming what is wrong with the limits */
  constructor(kind: Kind, limits: GuardrailLimits) {
    checkedHarm(limits.harm);
    checkedFactor("tolerate", limits.tolerate);
    checkedFactor("detect", limits.detect);
    this.kind = kind;
    this.limits = limits;
    this.ratios = kind === "latency" ? LATENCY_RATIOS : RATIOS;
    const { detect, tolerate } = limits;
    const people = peopleDetect(detect);
    const severe = { ...limits, tolerate: WARMUP_FACTOR * tolerate };
    this.#weigh = {
      cold: weighing(limits, this.ratios, detect),
      warm: weighing(severe, this.ratios, null),
      people: weighing(limits, this.ratios, people),
      warmPeople: weighing(severe, this.ratios, null),
    };
  }

  /**
   * Takes minutes that have closed since the last time, each once; it makes no difference in which order they are listed.
   *
   * @param entries all stage entries so far; minutes of others are left out
   * @param closedBefore the first minute that hasn't closed yet, epoch ms
   */
  add(minutes: readonly (CountMinute | LatencyMinute)[], entries: readonly Entry[], closedBefore: number): void {
    this.entries = entries;
    this.closedBefore = Math.max(this.closedBefore, closedBefore);
    for (const one of minutes.toSorted((a, b) => a.minute - b.minute || a.entry - b.entry)) {
      const entry = entries.findLast((of) => of.entry === one.entry);
      if (entry) this.#take(one, entry);
    }
  }

  /** All parts, warm-up too, in the order of stage entries and then of time. */
  get parts(): readonly Part[] {
    return this.#parts;
  }

  /** What is held against the ceiling, in parts of ten minutes; of stages without control too, and of warm-up. */
  capped(): Sums[] {
    return this.#capped.map(({ sums }) => sums);
  }

  /** Of a stage entry, whoever was exposed: requests, and people that are known. [treatment, control] */
  exposed(entry: number): { requests: Pair; people: Pair } {
    const running = this.#running.get(entry);
    return { requests: running?.exposures ?? [0, 0], people: running?.exposed ?? [0, 0] };
  }

  /** How long requests of a stage entry took, [treatment, control]. */
  durations(entry: number): readonly [LogHistogram, LogHistogram] {
    return this.#running.get(entry)?.durations ?? [new LogHistogram(), new LogHistogram()];
  }

  /** Requests by slice, [treatment, control], of the stage entries with a share; for the sample ratio. */
  requestsBySlice(): readonly [Float64Array, Float64Array] {
    const sums: [Float64Array, Float64Array] = [new Float64Array(32), new Float64Array(32)];
    for (const { entry, requests } of this.#parts)
      if (entry.compared && entry.share !== null)
        for (const side of [0, 1] as const)
          requests[0]!.sliced[side].exposures.forEach((n, b) => void (sums[side][b]! += n));
    return sums;
  }

  /** Why there is no data for the present stage; null: there is. */
  silence(dispersionOf: (arms: readonly Float64Array[]) => number): "stage" | "treatment" | "nobody" | null {
    const entry = this.entries.at(-1);
    const running = entry && this.#running.get(entry.entry);
    if (!running || running.exposures[0] + running.exposures[1] === 0) return "stage";
    if (this.#quietFor() >= Math.max(5 * MINUTE, 20 * this.#gap())) return "nobody";
    const { share, compared } = entry;
    if (!compared || share === null || !running.silence.isSilent(share, 1)) return null;
    const arms = [0, 1].map((side) => {
      const sum = new Float64Array(32);
      for (const { arms: of } of running.recent) of[side as 0 | 1].forEach((n, b) => void (sum[b]! += n));
      return sum;
    });
    return running.silence.isSilent(share, dispersionOf(arms)) ? "treatment" : null;
  }

  copy(): History {
    const copy = new History(this.kind, this.limits);
    copy.entries = this.entries;
    copy.closedBefore = this.closedBefore;
    for (const part of this.#parts) {
      const requests = part.requests.map((sums) => sums.copy());
      copy.#parts.push({ ...part, requests, people: part.people?.copy() ?? null });
    }
    for (const one of this.#capped) copy.#capped.push({ ...one, sums: one.sums.copy() });
    for (const [entry, running] of this.#running) copy.#running.set(entry, running.copy());
    for (const [step, count] of this.#steps) copy.#steps.set(step, count);
    copy.#first = this.#first;
    copy.#last = this.#last;
    copy.#reference = this.#reference.copy();
    copy.#pending = { ...this.#pending, arms: [...this.#pending.arms] };
    return copy;
  }

  #quietFor(): number {
    return this.#last === null ? Infinity : this.closedBefore - this.#last - MINUTE;
  }

  /** Mean time between exposures in the hours before the last one, ms. */
  #gap(): number {
    if (this.#last === null || this.#first === null) return 0;
    const until = this.#last + MINUTE;
    const since = Math.max(this.#first, until - BEFORE);
    let count = 0;
    for (const [step, n] of this.#steps) if (step + STEP > since) count += n;
    return (until - Math.min(since, Math.floor(since / STEP) * STEP)) / count;
  }

  #take(one: CountMinute | LatencyMinute, entry: Entry): void {
    const arms = [one.treatment, one.control] as const;
    const exposures: Pair = [total(arms[0].exposures), total(arms[1].exposures)];
    const part = this.#part(one.minute, entry);
    const running = this.#run(one.minute, entry.entry, exposures, arms);
    if (isLatency(one)) {
      running.durations[0].merge(one.treatment.durations);
      running.durations[1].merge(one.control.durations);
      this.#latency(one, part, exposures);
    }
    if (!isLatency(one)) this.#counts(one, part, running, exposures);
  }

  #counts({ minute, treatment, control }: CountMinute, part: Part, running: Running, exposures: Pair): void {
    const { entry, warm } = part;
    const weigh = entry.compared ? this.#weigh[warm ? "warm" : "cold"] : null;
    const events: Pair = [total(treatment.events), total(control.events)];
    const cap = this.#cap(minute, entry);
    for (const [sums, of] of [[part.requests[0]!, weigh] as const, ...(cap ? [[cap, null] as const] : [])]) {
      sums.add(exposures, events, of);
      sums.slice(0, treatment.exposures, treatment.events);
      sums.slice(1, control.exposures, control.events);
    }
    if (treatment.people || control.people) this.#people([treatment, control], part, running);
  }

  #people(arms: readonly [CountArm, CountArm], part: Part, running: Running): void {
    const people = (part.people ??= new Sums(this.ratios.length));
    const erred: [number, number] = [0, 0];
    for (const side of [0, 1] as const) {
      const of = arms[side].people;
      if (!of) continue;
      const exposed = total(of.exposed);
      erred[side] = total(of.erred);
      running.exposed[side] += exposed;
      running.atRisk[side] += exposed;
      people.slice(side, of.exposed, of.erred);
    }
    // More may have erred than were seen, where an exposure was lost.
    const atRisk: Pair = [Math.max(0, running.atRisk[0]), Math.max(0, running.atRisk[1])];
    people.add(atRisk, erred, part.entry.compared ? this.#weigh[part.warm ? "warmPeople" : "people"] : null);
    for (const side of [0, 1] as const) running.atRisk[side] -= erred[side];
  }

  #latency(one: LatencyMinute, part: Part, exposures: Pair): void {
    const { entry, warm, requests } = part;
    const arms = [one.treatment, one.control] as const;
    if (this.#pending.minute !== one.minute) this.#settle(one.minute);
    const weigh = entry.compared ? this.#weigh[warm ? "warm" : "cold"] : null;
    this.#reference.quantiles(LATENCY_QUANTILES).forEach((threshold, q) => {
      if (threshold < Infinity) slower(requests[q]!, arms, exposures, threshold, weigh);
      else unthresholded(requests[q]!, arms, exposures);
    });
    const cap = this.#cap(one.minute, entry);
    if (cap) slower(cap, arms, exposures, this.limits.ceiling!, null);
    if (entry.compared) this.#pending.arms.push(one.control);
  }

  /** Closed minutes become what the next one is compared with: all entries' of a minute at once. */
  #settle(minute: number): void {
    const { arms } = this.#pending;
    const [first, ...more] = arms;
    if (first) {
      const durations = more.reduce((sum, arm) => sum.merge(arm.durations), first.durations.copy());
      this.#reference.add(
        durations,
        arms.reduce((sum, { timeouts }) => sum + total(timeouts), 0),
      );
    }
    this.#pending = { minute, arms: [] };
  }

  #run(minute: number, entry: number, exposures: Pair, arms: readonly { exposures: Counts }[]): Running {
    let running = this.#running.get(entry);
    if (!running) this.#running.set(entry, (running = new Running()));
    running.silence.add(exposures);
    for (const side of [0, 1] as const) running.exposures[side] += exposures[side];
    const count = exposures[0] + exposures[1];
    if (count === 0) return running;
    this.#first ??= minute;
    this.#last = minute;
    const step = Math.floor(minute / STEP) * STEP;
    this.#steps.set(step, (this.#steps.get(step) ?? 0) + count);
    if (this.#steps.size > (2 * BEFORE) / STEP)
      for (const old of this.#steps.keys()) if (old < step - BEFORE) this.#steps.delete(old);
    let recent = running.recent.at(-1);
    if (recent?.step !== step) {
      running.recent = running.recent.filter((one) => one.step > step - LATELY);
      running.recent.push((recent = { step, arms: [new Float64Array(32), new Float64Array(32)] }));
    }
    for (const side of [0, 1] as const) {
      const of = arms[side]!.exposures;
      for (let b = 0; b < of.length; b++) recent.arms[side][b]! += of[b]!;
    }
    return running;
  }

  #part(minute: number, entry: Entry): Part {
    const index = indexOf(minute, entry, HOUR);
    const warm = minute < entry.from + entry.warmupMs;
    let at = this.#parts.length;
    while (at > 0 && follows(this.#parts[at - 1]!, entry, index, warm)) at -= 1;
    const last = this.#parts[at - 1];
    if (last && last.entry.entry === entry.entry && last.index === index && last.warm === warm) return last;
    const ways = this.kind === "latency" ? LATENCY_QUANTILES.length : 1;
    const requests = Array.from({ length: ways }, () => new Sums(this.ratios.length));
    const part: Part = { entry, index, warm, requests, people: null };
    this.#parts.splice(at, 0, part);
    return part;
  }

  #cap(minute: number, { entry, ...rest }: Entry): Sums | null {
    if (this.limits.ceiling === undefined) return null;
    const index = indexOf(minute, rest, CEILING_EPOCH);
    let at = this.#capped.length;
    const before = (one: { entry: number; index: number }): number => one.entry - entry || one.index - index;
    while (at > 0 && before(this.#capped[at - 1]!) > 0) at -= 1;
    const last = this.#capped[at - 1];
    if (last && before(last) === 0) return last.sums;
    const sums = new Sums(0);
    this.#capped.splice(at, 0, { entry, index, sums });
    return sums;
  }
}

/** Which stretch of a stage entry a minute falls into: they are a grid from the minute in which it was entered. */
function indexOf(minute: number, { from }: Pick<Entry, "from">, width: number): number {
  return Math.max(0, Math.floor((minute - Math.floor(from / MINUTE) * MINUTE) / width));
}

/** Parts are in the order of entries, within one by index, and warm-up before what comes after it. */
function follows(part: Part, entry: Entry, index: number, warm: boolean): boolean {
  return (part.entry.entry - entry.entry || part.index - index || Number(warm) - Number(part.warm)) > 0;
}

/** A minute before which nothing is known of control: who came is counted, and nobody is slow. */
function unthresholded(sums: Sums, arms: readonly [LatencyArm, LatencyArm], exposures: Pair): void {
  sums.add(exposures, [0, 0], null);
  for (const side of [0, 1] as const) sums.slice(side, arms[side].exposures);
}

function isLatency(minute: CountMinute | LatencyMinute): minute is LatencyMinute {
  return "durations" in minute.treatment;
}
