import { parseCohort } from "../contract/event.ts";
import { LogHistogram } from "../core/histogram.ts";
import { type Kind, minuteOf, type Source } from "./batch.ts";
import type { Counted } from "./counter.ts";
import type { BinRow } from "./store.ts";
import { SLICES, Tally } from "./tally.ts";

/*
 * What a release is judged by: closed one-minute bins, treatment beside control. A pure function of what the counters
 * answer; their order, and how the counts were spread over them, make no difference.
 */

/** The side of treatment or of control in one bin. */
export type Side = {
  exposures: number;
  events: number;
  /** By slice of what is bucketed, for the dispersion: 32 of them. */
  slices: { events: number; exposures: number }[];
  /** Distinct keys that were seen for the first time in this epoch; for the sample ratio. */
  keys: number;
  /**
   * Of errors and of outcomes that count each time, where keys are known: by slice, those whose first exposure in this
   * epoch falls in this minute, and those whose first event does.
   */
  people: { exposed: number[]; erred: number[] } | undefined;
  /**
   * Of `latency`: durations in milliseconds of what was answered; by slice, what wasn't answered in time, and for each of
   * `LATENCY_STEPS` what took longer. Other failures are nowhere in it.
   */
  durations: LogHistogram;
  timeouts: number[];
  slower: number[][];
  /** Of a named outcome: sums of its values and of their squares over `events`, for its lift. */
  values: { sum: number; mean: number; variance: number };
};

/** One closed minute of one epoch of a release. `minute`: epoch milliseconds at its start. */
export type ClosedBin = { minute: number; epoch: number; treatment: Side; control: Side };

/**
 * What is asked of the bins. `per` and `windowMs` are of a named outcome, and `windowMs` also of `missing`, whose
 * `expect` says which outcome is expected.
 */
export type Measure = {
  metric: string;
  per?: "unit" | "event";
  windowMs?: number;
  expect?: string;
  /** Of an experiment, whose outcomes may be waited for longer. */
  experiment?: true;
  /** Whose counts; those that can be trusted unless it says otherwise. */
  sources?: readonly Source[];
};

const TRUSTED: readonly Source[] = ["gate", "server"];
const HEARTBEAT = "heartbeat";
const HEARTBEAT_MS = 60_000;

/** Closed bins of a release for one metric, by minute and epoch. A minute in which neither side was seen has none. */
export function closedBins(counted: readonly Counted[], release: string, measure: Measure): ClosedBin[] {
  const before = closedBefore(counted, measure);
  const sources = measure.sources ?? TRUSTED;
  const sums = new Map<string, { minute: number; epoch: number; sides: Record<"t" | "c", Sum> }>();
  for (const row of counted.flatMap(({ rows }) => rows)) {
    if (row.late === 1 || row.start >= before || !sources.includes(row.source)) continue;
    const cohort = cohortOf(row.cohort, release);
    if (!cohort) continue;
    const name = `${row.start} ${cohort.epoch}`;
    let sum = sums.get(name);
    if (!sum) sums.set(name, (sum = { minute: row.start, epoch: cohort.epoch, sides: { t: new Sum(), c: new Sum() } }));
    sum.sides[cohort.side].add(row);
  }
  return Array.from(sums.values(), ({ minute, epoch, sides }) => ({
    minute,
    epoch,
    treatment: sideOf(sides.t, measure, sources),
    control: sideOf(sides.c, measure, sources),
  }))
    .filter(
      ({ treatment, control }) => treatment.exposures + control.exposures > 0 || treatment.keys + control.keys > 0,
    )
    .toSorted((a, b) => a.minute - b.minute || a.epoch - b.epoch);
}

/**
 * The first minute whose bin of this metric isn't closed everywhere: what was read before it doesn't change any more.
 * Epoch milliseconds.
 */
export function closedBefore(counted: readonly Counted[], measure: Measure): number {
  const unit = countsUnits(measure);
  const windowMs = unit === undefined ? 0 : (measure.windowMs ?? (measure.metric === "missing" ? HEARTBEAT_MS : 0));
  const limits = counted.map(({ openFrom, unitsBefore }) =>
    Math.min(minuteOf(openFrom - windowMs), unit === undefined ? Infinity : (unitsBefore[unit] ?? Infinity)),
  );
  return limits.length === 0 ? -Infinity : Math.min(...limits);
}

/** The epoch and side of a cohort, when it is of this release. */
export function cohortOf(cohort: string, release: string): { epoch: number; side: "t" | "c" } | undefined {
  const found = parseCohort(cohort);
  return found?.release === release ? { epoch: found.epoch, side: found.side } : undefined;
}

/** What is settled when the outcomes of a window have come, if that is what the metric counts. */
function countsUnits({ metric, per, experiment, expect = HEARTBEAT }: Measure): string | undefined {
  if (metric === "missing") return `session ${expect}`;
  return per === "unit" ? `${experiment ? "trial" : "unit"} ${metric}` : undefined;
}

/** Tallies by kind and outcome. */
class Sum {
  readonly #tallies = new Map<string, Tally>();

  add({ kind, metric, tally }: BinRow): void {
    const name = `${kind} ${metric}`;
    const sum = this.#tallies.get(name);
    if (sum) sum.merge(Tally.decode(tally));
    else this.#tallies.set(name, Tally.decode(tally));
  }

  of(kind: Kind, metric = ""): Tally {
    return this.#tallies.get(`${kind} ${metric}`) ?? new Tally();
  }
}

function sideOf(sum: Sum, measure: Measure, sources: readonly Source[]): Side {
  const { metric, expect = HEARTBEAT } = measure;
  const first = sum.of("first");
  const [request, exposure] = [sum.of("request"), sum.of("exposure")];
  const seen = new Tally().merge(request).merge(exposure);
  switch (metric) {
    case "errors": {
      const error = sum.of("outcome", "errors").merge(sum.of("outcome", "error")); // as it was called before
      const events = added(request.errorSlices, error.slices);
      return { ...side({ first, exposures: seen.slices, events }), people: peopleOf(sum, "errors") };
    }
    case "latency": {
      const outcome = sum.of("outcome", "latency");
      const durations = new LogHistogram().merge(request.histogram).merge(outcome.histogram);
      const timeouts = request.timeoutSlices;
      const answered = request.slices.map((n, b) => n - request.errorSlices[b]! + timeouts[b]!);
      const reported = outcome.slower();
      return {
        ...side({ first, exposures: added(answered, outcome.slices), events: timeouts }),
        durations,
        timeouts,
        slower: request.slower().map((slices, step) => added(slices, reported[step]!)),
      };
    }
    case "missing": {
      const began = sum.of("session");
      const came = sum.of("session-unit", expect); // whoever said so: it is silence that is suspicious
      // Where a minute's room for series was full, sessions may be missing whose outcomes are there.
      const events = began.slices.map((n, i) => Math.max(0, n - (came.slices[i] ?? 0)));
      return side({ first, exposures: began.slices, events });
    }
    default: {
      if (measure.per === "unit") {
        const unit = sum.of(sources.includes("client") ? "unit" : "trusted-unit", metric);
        return { ...side({ first, exposures: first.slices, events: unit.slices }), values: unit.moments() };
      }
      const outcome = sum.of("outcome", metric);
      const own = side({ first, exposures: seen.slices, events: outcome.slices });
      return { ...own, people: peopleOf(sum, metric), values: outcome.moments() };
    }
  }
}

function peopleOf(sum: Sum, metric: string): Side["people"] {
  const [first, erred] = [sum.of("first"), sum.of("first-event", metric)];
  return first.count + erred.count === 0 ? undefined : { exposed: first.slices, erred: erred.slices };
}

function side({
  first,
  exposures,
  events,
}: {
  first: Tally;
  exposures: readonly number[];
  events: readonly number[];
}): Side {
  const total = (slices: readonly number[]): number => slices.reduce((sum, n) => sum + n, 0);
  return {
    exposures: total(exposures),
    events: total(events),
    slices: Array.from({ length: SLICES }, (_, i) => ({ events: events[i] ?? 0, exposures: exposures[i] ?? 0 })),
    keys: first.count,
    people: undefined,
    durations: new LogHistogram(),
    timeouts: [],
    slower: [],
    values: { sum: 0, mean: NaN, variance: NaN },
  };
}

function added(one: readonly number[], other: readonly number[]): number[] {
  return one.map((n, i) => n + (other[i] ?? 0));
}
