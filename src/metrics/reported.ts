import type { Event } from "../contract/event.ts";
import type { Uncounted } from "../contract/uncounted.ts";
import type { CompiledFlag, Snapshot } from "../core/compile.ts";
import { sliceOfHash } from "../core/bucketed.ts";
import type { Observation } from "../core/shadow-tally.ts";
import {
  bucketedKey,
  type Cell,
  keyHash,
  type Keyed,
  minuteOf,
  type Series,
  seriesName,
  type Source,
} from "./batch.ts";
import { definitionOf, windowOf } from "./definition.ts";
import { Shadows } from "./shadows.ts";
import { measured } from "./sums.ts";
import { type Measured, sliceOf, Tally } from "./tally.ts";

export type Timed<E> = E extends { at?: unknown } ? Omit<E, "at"> & { at: number } : E & { at: number };
/** An event that can be counted, with its time. */
export type Judged = Timed<Event>;

/** What an event is about. `cohort`: that it counts for, without its hash; empty for none. */
export type Served = { flag: CompiledFlag | undefined; variant: string; cohort: string; hash: string | undefined };
type Comparison = Extract<Event, { type: "comparison" }>;

/** Adds up the events of one batch, and gathers what has to be attributed by key. */
export class Reported {
  readonly #snapshot: Snapshot;
  readonly #source: Source;
  readonly #id: string;
  readonly #cells = new Map<string, { series: Series; minute: number; tally: Tally }>();
  readonly #shadows = new Shadows();
  readonly #keyed: Keyed[] = [];
  readonly #admits: (key: string) => boolean;

  /** @param admits whether there is room for a key */
  constructor(snapshot: Snapshot, source: Source, id: string, admits: (key: string) => boolean = () => true) {
    this.#snapshot = snapshot;
    this.#source = source;
    this.#id = id;
    this.#admits = admits;
  }

  /**
   * @param index place in the batch @param why it reaches no verdict, where that is known
   * @returns the same, or that there was no room for its key
   */
  add(
    one: Judged,
    { flag, variant, cohort, hash }: Served,
    index: number,
    why: Uncounted | undefined,
  ): Uncounted | undefined {
    const source = this.#source;
    if (why === "ambiguous" || why === "ended" || why === "no-exposure") this.#uncounted(flag, why, one.at);
    const { incarnation } = this.#snapshot;
    const said = "targetingKey" in one && one.targetingKey !== undefined ? String(one.targetingKey) : undefined;
    const slice = hash === undefined ? sliceOf(said ?? `${this.#id}/${index}`) : sliceOfHash(hash);
    const served = { flag: flag?.key ?? one.flag ?? "", variant, cohort, source, version: flag?.version ?? 0 };
    // What is bucketed is what counts: where it isn't the targeting key, the cohort has its hash.
    const target = said === undefined ? undefined : keyHash(incarnation, said);
    const bucketed = hash === undefined ? target : bucketedKey(incarnation, hash);
    const full = bucketed !== undefined && !this.#admits(bucketed);
    const key = full ? undefined : bucketed;
    if (full) this.#uncounted(flag, "full", one.at);
    switch (one.type) {
      case "exposure": {
        this.#count({ kind: "exposure", metric: "", ...served }, one.at, { slice });
        if (key === undefined) break;
        const keep = cohort !== "" ? "release" : flag?.experiment === true ? "experiment" : "other";
        const exposed = { what: "exposed", slice, ...served, at: one.at, keep } as const;
        this.#keyed.push({ ...exposed, key });
        if (target !== undefined && target !== key) this.#keyed.push({ ...exposed, key: target, alias: key });
        break;
      }
      case "comparison":
        this.#shadows.add({ flag: one.flag, source, version: served.version }, one.at, observationOf(one));
        break;
      case "outcome":
        this.#outcome(one, served, key, slice);
    }
    return why ?? (full ? "full" : undefined);
  }

  all(): { cells: Cell[]; keyed: Keyed[] } {
    const cells = Array.from(this.#cells.values(), ({ series, minute, tally }) => ({
      ...series,
      minute,
      tally: tally.encode(),
    }));
    return { cells: [...cells, ...this.#shadows.take()], keyed: this.#keyed };
  }

  /** Clients' counts are a source of their own, and late ones are marked: of others it is noted. */
  #uncounted(flag: CompiledFlag | undefined, why: Uncounted, at: number): void {
    const { release } = flag ?? {};
    const cohort = release ? `${release.id}.${release.epoch ?? 0}.u` : "";
    const series = { flag: flag?.key ?? "", variant: "", cohort, source: this.#source, version: 0 };
    this.#count({ kind: "uncounted", metric: why, ...series }, at, { slice: 0 });
  }

  #outcome(
    { metric, value, at }: Timed<Extract<Event, { type: "outcome" }>>,
    served: Omit<Series, "kind" | "metric">,
    key: string | undefined,
    slice: number,
  ): void {
    const { metrics, expected } = this.#snapshot;
    const definition = definitionOf(metric, metrics);
    const { flag, cohort, source } = served;
    const expectedMs = expected.get(metric) ?? 0;
    const { per } = definition;
    const direct = key === undefined || cohort !== "";
    if (key !== undefined && (per === "unit" || expectedMs > 0 || cohort === "")) {
      const windowMs = windowOf(definition);
      this.#keyed.push({
        what: "happened",
        key,
        metric,
        value,
        flag,
        cohort,
        source,
        at,
        per,
        windowMs,
        ...(expectedMs > 0 && { expectedMs }),
      });
    }
    // Said by whoever reports it, or by nobody: there is nothing to wait for.
    if (!direct) return;
    this.#count({ kind: "outcome", metric, ...served }, at, measured(metric, slice, value));
    if (key !== undefined && cohort !== "" && per === "event")
      this.#keyed.push({ what: "had", key, slice, ...served, metric, at });
  }

  #count(series: Series, at: number, what: Measured): void {
    const minute = minuteOf(at);
    const name = `${minute}\n${seriesName(series)}`;
    let cell = this.#cells.get(name);
    if (!cell) this.#cells.set(name, (cell = { series, minute, tally: new Tally() }));
    cell.tally.add(what);
  }
}

/** A comparison that somebody else made: of a difference only its name is known, and control ran once. */
function observationOf({ match, difference, controlMs, candidateMs, candidateError }: Comparison): Observation {
  if (candidateError !== undefined) return { outcome: "error", controlMs, candidateMs };
  const differences = match ? [] : [{ field: difference ?? "", control: "", candidate: "" }];
  return { outcome: "compared", differences, controlMs, candidateMs };
}
