import { milliseconds } from "../contract/duration.ts";
import * as LIMITS from "../contract/limits.ts";
import { type Metric, outcomeName, USUAL_METRICS } from "../contract/metric.ts";
import { BUILT_IN_METRICS, type Guardrail } from "../contract/plan.ts";
import { type Happened, hasEnded } from "../contract/release.ts";
import type { Judgement, Release } from "../core/release/state.ts";
import { isLookedAt } from "../core/release/timers.ts";
import { MINUTE, openFrom, SOURCES } from "../metrics/batch.ts";
import { closedBefore, closedBins, type Measure } from "../metrics/bins.ts";
import type { Counted } from "../metrics/counter.ts";
import { mismatchBins } from "../metrics/shadows.ts";
import { readAll } from "../metrics/reading.ts";
import { UncountedSums } from "../metrics/uncounted.ts";
import type { BinQuery } from "../metrics/store.ts";
import { within } from "../snapshot/deadline.ts";
import { Heard } from "./heard.ts";
import { courseOf, type Entry } from "./stage-history.ts";
import { judgementOf, limitsOf, type Watched } from "./judgement.ts";
import { Gathered } from "./guardrail-series.ts";

/** Bins are read in pieces of an hour, so that a long release can be read anew after the object was. */
const PIECE_MS = 3_600_000;
/** How old a minute is that is judged without a counter that can't be read: less than a guard may go unjudged. */
const PATIENCE_MS = 240_000;
/** How long the first counter may take to tell the names of outcomes, ms. */
const NAMES_MS = 5_000;

export type VerdictsOptions = {
  now: () => number;
  /** The environment's counters, all of them. */
  counters: () => readonly { read: (query: BinQuery) => Promise<Counted> }[];
  /** Names of outcomes that were reported in the environment within 30 days. May reject. */
  names: () => Promise<readonly string[]>;
  /** The outcomes that are defined. */
  metrics: () => readonly Metric[];
  /** Latest releases by flag. */
  releases: () => ReadonlyMap<string, Release>;
  timeline: (id: string) => Happened[];
};

/** What is being read for a guardrail, or of exposures alone. `next`: the first minute that wasn't read yet. */
type Reading = {
  name: string;
  measure: Measure;
  windowMs: number;
  acting: Gathered;
  all: Gathered | null;
  /** Of exposures alone: what reaches no verdict, and what was heard of at all. */
  beside: { uncounted: UncountedSums; heard: Heard } | null;
  next: number;
};

/**
 * What the statistics say of live releases, from what the counters have counted. Closed bins don't change, so each is
 * read once and what it says is kept in memory, by release; an object that has begun anew reads them again, piece by piece.
 * While a counter can't be read nothing is said, and nothing that was read is lost, but not for longer than a guard may go
 * without a judgement: then the others are judged without it, and `unread` says so.
 */
export class Verdicts {
  readonly #options: VerdictsOptions;
  readonly #read = new Map<string, Map<string, Reading>>();
  /** By release: without how many counters it was read last. */
  readonly #unread = new Map<string, number>();

  constructor(options: VerdictsOptions) {
    this.#options = options;
  }

  /** null: there is nothing (new) to be said. Rejects when a counter can't be read. */
  async of(release: Release): Promise<Omit<Judgement, "at"> | null> {
    this.#forget();
    if (!isLookedAt(release)) return null;
    const { id, flag, plan, judgement } = release;
    const now = this.#options.now();
    const until = openFrom(now);
    if (judgement?.epoch === release.epoch && judgement.upTo >= until) return null;
    const course = courseOf(release, this.#options.timeline(id));
    const readings = this.#readings(release);
    const [base, ...each] = readings;
    const dark = readings.filter(({ measure }) => measure.metric === MISMATCH);
    const open = readings.filter(({ measure }) => measure.metric !== MISMATCH);
    await this.#catchUp(open, { release: id, flag }, { id, course }, now);
    await this.#catchUp(dark, { flag }, { id, course }, now);
    const { uncounted, heard } = base!.beside!;
    const unheard = await this.#unheard(plan.guardrails, heard);
    const watched = plan.guardrails.map((guardrail, i): Watched => {
      const { acting, all } = each[i]!;
      return { guardrail, acting, all, reported: !unheard.has(guardrail) };
    });
    const upTo = Math.min(base!.next, until);
    const exposed = course.at(-1)?.kind === "shadow" ? dark[0] : base;
    const seen = { base: (exposed ?? base!).acting, upTo, uncounted: uncounted.sums };
    const found = judgementOf(release, course, watched, { ...seen, unwatched: heard.unwatched(plan.guardrails) });
    const unread = this.#unread.get(id);
    if (!found || unread === undefined) return found;
    const said = found.guardrails.map((one) => ({ ...one, evidence: { ...one.evidence, unread } }));
    return { ...found, guardrails: said };
  }

  /** Guardrails that live by an outcome that nobody has ever reported here. Where that can't be asked it isn't said. */
  async #unheard(guardrails: readonly Guardrail[], heard: Heard): Promise<ReadonlySet<Guardrail>> {
    const lacking = guardrails.flatMap((guardrail) => {
      const outcome = heard.lacks(guardrail);
      return outcome === undefined ? [] : [{ guardrail, outcome }];
    });
    if (lacking.length === 0) return new Set();
    const names = await within(this.#options.names(), NAMES_MS).catch(() => null);
    const known = new Set(names?.map(outcomeName));
    return new Set(lacking.flatMap(({ guardrail, outcome }) => (!names || known.has(outcome) ? [] : [guardrail])));
  }

  /** The base of exposures first, then one for each guardrail, in their order; one for a dark launch at the end. */
  #readings({ id, plan }: Release): Reading[] {
    const defined = this.#options.metrics();
    const kept = this.#read.get(id) ?? new Map<string, Reading>();
    const sources = plan.trustClients ? SOURCES : undefined;
    const measures = plan.guardrails.map((one) => {
      const measure = measureOf(one, defined);
      return { measure, limits: limitsOf(one, measure.per) };
    });
    if (
      plan.stages.some((one) => one.shadow !== undefined) &&
      !measures.some(({ measure }) => measure.metric === MISMATCH)
    )
      measures.push({ measure: { metric: MISMATCH }, limits: NO_LIMITS });
    const wanted = new Map<string, Reading>();
    const base: (typeof measures)[number] = { measure: { metric: EXPOSURES }, limits: NO_LIMITS };
    const readings = [base, ...measures].map(({ measure: plain, limits }): Reading => {
      const measure = sources ? { ...plain, sources } : plain;
      const dark = measure.metric === MISMATCH;
      const name = JSON.stringify(plain === base.measure ? [measure] : dark ? [MISMATCH, limits] : [measure, limits]);
      const windowMs = measure.windowMs ?? 0;
      const acting = new Gathered({ limits, latency: measure.metric === "latency", dark });
      const beside =
        plain === base.measure ? { uncounted: new UncountedSums(plan.trustClients), heard: new Heard() } : null;
      const fresh = { name, measure, windowMs, acting, all: null, beside, next: 0 };
      const reading = wanted.get(name) ?? kept.get(name) ?? fresh;
      wanted.set(name, reading);
      return reading;
    });
    this.#read.set(id, wanted);
    return readings;
  }

  /** Reads what has closed since the last time. Readings that stand at the same minute are read together. */
  async #catchUp(readings: Reading[], which: Pick<BinQuery, "release" | "flag">, of: Of, now: number): Promise<void> {
    const began = Math.floor((of.course[0]?.from ?? now) / PIECE_MS) * PIECE_MS;
    for (const one of readings) one.next = Math.max(one.next, began);
    for (;;) {
      const due = readings.filter((one) => one.next < openFrom(now, one.windowMs));
      if (due.length === 0) return;
      const since = Math.min(...due.map(({ next }) => next));
      const together = due.filter(({ next }) => next === since);
      const ends = together.map(({ windowMs }) => openFrom(now, windowMs));
      const until = Math.min(since + PIECE_MS, ...ends);
      const counted = await this.#ask({ since, until, ...which }, of.id, now);
      const limits = together.map(({ measure }) => closedBefore(counted, measure));
      // The counters' clocks may be behind: what isn't closed there is read the next time.
      const to = Math.min(until, ...limits);
      if (to <= since) return;
      for (const one of together) if (one.next === since) take(one, counted, of, since, to);
    }
  }

  /**
   * All counters, or as many as answer once it has lasted too long. Which of them has what is decided by hashes that have
   * nothing to do with the sides, so that the others have less, and nothing else.
   */
  async #ask(query: BinQuery, release: string, now: number): Promise<Counted[]> {
    const counters = this.#options.counters();
    const { counted, unread, error } = await readAll(counters, query);
    if (unread.length === 0) this.#unread.delete(release);
    else if (counted.length < unread.length || query.since > now - PATIENCE_MS) throw error;
    else {
      this.#unread.set(release, unread.length);
      console.warn("a release is judged without counters that can't be read", { release, unread });
    }
    return counted;
  }

  #forget(): void {
    const live = new Set(Array.from(this.#options.releases().values(), ({ id, phase }) => (hasEnded(phase) ? "" : id)));
    for (const id of this.#read.keys()) if (!live.has(id)) this.#read.delete(id);
    for (const id of this.#unread.keys()) if (!live.has(id)) this.#unread.delete(id);
  }
}

type Of = { id: string; course: readonly Entry[] };

const MISMATCH = "mismatch";
/** Of what is only counted, and not judged. */
const NO_LIMITS = { harm: "increase", tolerate: 1, detect: 2, minAbsolute: 0 } as const;
/** Counted like errors, of which only the exposures are looked at. */
const EXPOSURES = "errors";

/** Takes minutes from `since` to before `to` into what was read. */
function take(reading: Reading, counted: readonly Counted[], { id, course }: Of, since: number, to: number): void {
  const { measure, acting } = reading;
  reading.next = to;
  const rows = counted.map((one) => ({ ...one, rows: one.rows.filter(({ start }) => start >= since && start < to) }));
  if (measure.metric === MISMATCH) {
    const bins = mismatchBins(rows, since);
    // Minutes that are the stage's as a whole: isolates learn of its beginning and end within seconds.
    const whole = course.flatMap(({ kind, epoch, from, to: left }) =>
      kind === "shadow"
        ? bins.filter(({ minute }) => minute >= from && minute + MINUTE <= left).map((bin) => ({ ...bin, epoch }))
        : [],
    );
    acting.addPairs(whole, course, to);
    return;
  }
  for (const one of rows) {
    reading.beside?.uncounted.add(one.rows);
    reading.beside?.heard.add(one.rows);
  }
  const untrusted = rows.some((one) => one.rows.some(({ source }) => source === "client"));
  if (measure.sources === undefined && untrusted) reading.all ??= acting.copy();
  acting.add(closedBins(rows, id, measure), course, to);
  reading.all?.add(closedBins(rows, id, { ...measure, sources: SOURCES }), course, to);
}

/** How a guardrail's metric is counted: as it is defined, since that is how it has been. */
export function measureOf({ metric, per, window, expect }: Guardrail, defined: readonly Metric[]): Measure {
  if (metric === "missing") {
    const heartbeat = expect ?? "heartbeat";
    return {
      metric,
      windowMs: milliseconds(window ?? definitionOf(heartbeat, defined)?.window ?? "60s"),
      ...(expect && { expect }),
    };
  }
  if (BUILT_IN_METRICS.some((one) => one === metric)) return { metric };
  const { per: how, window: wide } = definitionOf(metric, defined) ?? { per: per ?? "event", window: window ?? "30m" };
  const windowMs = Math.min(milliseconds(wide), LIMITS.releaseWindowMs);
  return how === "unit" ? { metric, per: how, windowMs } : { metric, per: how };
}

function definitionOf(name: string, defined: readonly Metric[]): Metric | undefined {
  return [...defined, ...USUAL_METRICS].find((one) => one.name === name);
}
