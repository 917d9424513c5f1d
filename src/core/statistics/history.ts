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

/** Minutes of one stage entry that belong together: at most an hour, or as long as a start epoch of ceilings lasts. */
export type Cell = {
  readonly entry: Entry;
  /** Place among the cells of its entry. */
  readonly index: number;
  readonly warm: boolean;
  /** Requests; of latency, slower than each of `LATENCY_QUANTILES`. */
  readonly requests: readonly Sums[];
  /** null while nothing is known of bucketed keys. */
  people: Sums | null;
  /** What is held against the ceiling; of counts it is the same as the requests. */
  readonly capped: Sums;
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
  readonly #width: number;
  readonly #cells: Cell[] = [];
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
    this.#width = limits.ceiling === undefined ? HOUR : CEILING_EPOCH;
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

  get cells(): readonly Cell[] {
    return this.#cells;
  }

  /** Cells put together to parts of at most an hour, warm-up apart. */
  parts(warm: boolean): Part[] {
    const perPart = HOUR / this.#width;
    const parts: Part[] = [];
    for (const cell of this.#cells) {
      if (cell.warm !== warm || !cell.entry.compared) continue;
      const index = Math.floor(cell.index / perPart);
      const last = parts.at(-1);
      if (last?.entry.entry === cell.entry.entry && last.index === index) {
        last.cells.push(cell);
        last.requests = last.requests.map((sums, q) => sums.copy().merge(cell.requests[q]!));
        if (cell.people) last.people = last.people ? last.people.copy().merge(cell.people) : cell.people;
      } else parts.push({ entry: cell.entry, index, cells: [cell], requests: cell.requests, people: cell.people });
    }
    return parts;
  }

  /** What is held against the ceiling, in parts of ten minutes; of stages without control too, and of warm-up. */
  capped(): Sums[] {
    const sums: { cell: Cell; capped: Sums }[] = [];
    for (const cell of this.#cells) {
      const last = sums.at(-1);
      if (last?.cell.entry.entry === cell.entry.entry && last.cell.index === cell.index)
        last.capped = last.capped.copy().merge(cell.capped);
      else sums.push({ cell, capped: cell.capped });
    }
    return sums.map(({ capped }) => capped);
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
    for (const { entry, requests } of this.#cells)
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
    for (const cell of this.#cells) {
      const requests = cell.requests.map((sums) => sums.copy());
      const capped = cell.capped === cell.requests[0] ? requests[0]! : cell.capped.copy();
      copy.#cells.push({ ...cell, requests, capped, people: cell.people?.copy() ?? null });
    }
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
    const cell = this.#cell(one.minute, entry);
    const running = this.#run(one.minute, entry.entry, exposures, arms);
    if (isLatency(one)) {
      running.durations[0].merge(one.treatment.durations);
      running.durations[1].merge(one.control.durations);
      this.#latency(one, cell, exposures);
    }
    if (!isLatency(one)) this.#counts(one, cell, running, exposures);
  }

  #counts({ treatment, control }: CountMinute, cell: Cell, running: Running, exposures: Pair): void {
    const { entry, warm } = cell;
    const weigh = entry.compared ? this.#weigh[warm ? "warm" : "cold"] : null;
    const requests = cell.requests[0]!;
    requests.add(exposures, [total(treatment.events), total(control.events)], weigh);
    for (const [side, arm] of [treatment, control].entries()) requests.slice(side as 0 | 1, arm.exposures, arm.events);
    if (treatment.people || control.people) this.#people([treatment, control], cell, running);
  }

  #people(arms: readonly [CountArm, CountArm], cell: Cell, running: Running): void {
    const people = (cell.people ??= new Sums(this.ratios.length));
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
    people.add(atRisk, erred, cell.entry.compared ? this.#weigh[cell.warm ? "warmPeople" : "people"] : null);
    for (const side of [0, 1] as const) running.atRisk[side] -= erred[side];
  }

  #latency(one: LatencyMinute, cell: Cell, exposures: Pair): void {
    const { entry, warm, requests, capped } = cell;
    const arms = [one.treatment, one.control] as const;
    if (this.#pending.minute !== one.minute) this.#settle(one.minute);
    const weigh = entry.compared ? this.#weigh[warm ? "warm" : "cold"] : null;
    this.#reference.quantiles(LATENCY_QUANTILES).forEach((threshold, q) => {
      if (threshold < Infinity) slower(requests[q]!, arms, exposures, threshold, weigh);
      else unthresholded(requests[q]!, arms, exposures);
    });
    if (this.limits.ceiling !== undefined) slower(capped, arms, exposures, this.limits.ceiling, null);
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

  #cell(minute: number, entry: Entry): Cell {
    const began = Math.floor(entry.from / MINUTE) * MINUTE;
    const index = Math.max(0, Math.floor((minute - began) / this.#width));
    const warm = minute < entry.from + entry.warmupMs;
    let at = this.#cells.length;
    while (at > 0 && follows(this.#cells[at - 1]!, entry, index, warm)) at -= 1;
    const last = this.#cells[at - 1];
    if (last && last.entry.entry === entry.entry && last.index === index && last.warm === warm) return last;
    const ways = this.kind === "latency" ? LATENCY_QUANTILES.length : 1;
    const requests = Array.from({ length: ways }, () => new Sums(this.ratios.length));
    const capped = this.kind === "latency" ? new Sums(this.ratios.length) : requests[0]!;
    const cell: Cell = { entry, index, warm, requests, people: null, capped };
    this.#cells.splice(at, 0, cell);
    return cell;
  }
}

/** At most an hour of a stage entry. */
export type Part = {
  entry: Entry;
  index: number;
  /** What it was put together from. */
  cells: Cell[];
  requests: readonly Sums[];
  people: Sums | null;
};

/** Cells are in the order of entries, within one by index, and warm-up before what comes after it. */
function follows(cell: Cell, entry: Entry, index: number, warm: boolean): boolean {
  const before = cell.entry.entry - entry.entry || cell.index - index || Number(warm) - Number(cell.warm);
  return before > 0;
}

/** A minute before which nothing is known of control: who came is counted, and nobody is slow. */
function unthresholded(sums: Sums, arms: readonly [LatencyArm, LatencyArm], exposures: Pair): void {
  sums.add(exposures, [0, 0], null);
  for (const side of [0, 1] as const) sums.slice(side, arms[side].exposures);
}

function isLatency(minute: CountMinute | LatencyMinute): minute is LatencyMinute {
  return "durations" in minute.treatment;
}
