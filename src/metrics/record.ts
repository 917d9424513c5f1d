import { type Event, event, type Recorded } from "../contract/event.ts";
import { milliseconds } from "../contract/duration.ts";
import { parseInstant } from "../contract/instant.ts";
import { LIMITS } from "../contract/limits.ts";
import { type Metric, RESERVED_METRICS, USUAL_METRICS } from "../contract/metric.ts";
import { keyOf } from "../contract/snapshot.ts";
import { parse } from "../contract/validation.ts";
import type { Audience, CompiledFlag, Snapshot } from "../core/compile.ts";
import type { Observation } from "../core/shadow-tally.ts";
import { type Cell, keyHash, type Keyed, minuteOf, type Series, seriesName, shardOf, type Source } from "./batch.ts";
import type { CounterObjects } from "./counter.ts";
import { measured } from "./attribution.ts";
import { unplaced } from "./names.ts";
import { Shadows } from "./shadows.ts";
import { type Measured, sliceOf, Tally } from "./tally.ts";

/* From events as somebody reports them to what counters count. Durable when it is answered. */

/** The same for every name, so that nobody learns which there are. */
const UNKNOWN = "This event names a flag, a variant or a metric that can't be counted.";
const NEEDS_SERVER = "A comparison needs a server key.";
const TOO_OLD = "This event is more than a day old.";

/** Who reports, about which environment, and who counts. */
export type Reporter = { snapshot: Snapshot; source: Source; counters: CounterObjects };

/**
 * Counts a batch of events. A batch of the same `id` and kind of source within an hour counts nothing.
 *
 * @param events as they were sent; each is judged by itself
 * @param now epoch milliseconds: the time of an event that doesn't say its own
 * @throws what a counter throws that can't be reached: then nothing, or only a part, is counted, and sending the same batch
 * again counts the rest
 */
export async function record(
  reporter: Reporter,
  { id, events }: { id: string; events: readonly unknown[] },
  now: number,
): Promise<Recorded> {
  const { environment, incarnation } = reporter.snapshot;
  const judged = events.map((sent) => judge(sent, reporter, now));
  const outcomes = judged.flatMap((one) => (typeof one === "string" || one.type !== "outcome" ? [] : [one.metric]));
  const { metrics } = reporter.snapshot;
  const strangers = await unplaced(outcomes, metrics, reporter.snapshot, reporter.counters, now);
  const rejected: Recorded["rejected"] = [];
  const counts = new Counts(reporter, id);
  let accepted = 0;
  for (const [index, one] of judged.entries()) {
    const message =
      typeof one === "string" ? one : one.type === "outcome" && strangers.has(one.metric) ? UNKNOWN : undefined;
    if (message !== undefined) rejected.push({ index, message });
    else if (typeof one !== "string") {
      counts.add(one, index);
      accepted += 1;
    }
  }
  if (accepted === 0) return { accepted, duplicate: false, rejected };
  const sender = `events/${reporter.source}/${id}`;
  const counter = reporter.counters.getByName(keyOf.counterObject(environment, incarnation, shardOf(sender)));
  const { duplicate } = await counter.take({ isolate: sender, sequence: 0, ...counts.all() });
  return { accepted: duplicate ? 0 : accepted, duplicate, rejected };
}

type Timed<E> = E extends { at?: unknown } ? Omit<E, "at"> & { at: number } : E & { at: number };
type Judged = Timed<Event>;
type Comparison = Extract<Event, { type: "comparison" }>;

/** The event with its time, or why it isn't counted. */
function judge(sent: unknown, { snapshot, source }: Reporter, now: number): Judged | string {
  const parsed = parse(event, sent);
  if (!parsed.ok) {
    const [{ path, message } = { path: "", message: "is invalid" }] = parsed.issues;
    return `This is no event that can be counted: ${path === "" ? "it" : path} ${message}.`;
  }
  const one = parsed.value;
  if (one.type === "comparison" && source === "client") return NEEDS_SERVER;
  if (one.type === "outcome" && RESERVED_METRICS.includes(one.metric)) return UNKNOWN;
  if (one.flag !== undefined) {
    const audience: Audience = source === "client" ? "client" : "server";
    const flag = snapshot.flag(one.flag, audience);
    if (flag === undefined || ("variant" in one && one.variant !== undefined && !flag.has(one.variant))) return UNKNOWN;
  } else if (one.type === "outcome" && one.variant !== undefined) return UNKNOWN;
  const said = "at" in one ? one.at : undefined;
  const at = said === undefined ? now : Math.min(typeof said === "string" ? (parseInstant(said) ?? now) : said, now);
  return at < now - LIMITS.eventMs ? TOO_OLD : { ...one, at: Math.floor(at) };
}

class Counts {
  readonly #reporter: Reporter;
  readonly #id: string;
  readonly #cells = new Map<string, { series: Series; minute: number; tally: Tally }>();
  readonly #shadows = new Shadows();
  readonly #keyed: Keyed[] = [];

  constructor(reporter: Reporter, id: string) {
    this.#reporter = reporter;
    this.#id = id;
  }

  add(one: Judged, index: number): void {
    const { snapshot, source } = this.#reporter;
    const targetingKey = "targetingKey" in one && one.targetingKey !== undefined ? String(one.targetingKey) : undefined;
    const slice = sliceOf(targetingKey ?? `${this.#id}/${index}`);
    const flag: CompiledFlag | undefined = one.flag === undefined ? undefined : snapshot.flag(one.flag, "server");
    const served = {
      flag: one.flag ?? "",
      variant: "variant" in one ? (one.variant ?? "") : "",
      cohort: "cohort" in one ? (one.cohort ?? "") : "",
      source,
      version: flag?.version ?? 0,
    };
    const key = targetingKey === undefined ? undefined : keyHash(snapshot.incarnation, targetingKey);
    switch (one.type) {
      case "exposure":
        this.#count({ kind: "exposure", metric: "", ...served }, one.at, { slice });
        if (key !== undefined) this.#keyed.push({ what: "exposed", key, slice, ...served, at: one.at });
        break;
      case "comparison":
        this.#shadows.add({ flag: one.flag, source, version: served.version }, one.at, observationOf(one));
        break;
      case "outcome": {
        const { metric, value, at } = one;
        const { per, window } = definitionOf(metric, snapshot.metrics);
        if (key !== undefined && (per === "unit" || served.cohort === "")) {
          const { flag: only, cohort } = served;
          const windowMs = milliseconds(window);
          this.#keyed.push({ what: "happened", key, metric, value, flag: only, cohort, source, at, per, windowMs });
        }
        // Said by whoever reports it, or by nobody: there is nothing to wait for.
        if (key === undefined || served.cohort !== "")
          this.#count({ kind: "outcome", metric, ...served }, at, measured(slice, value));
      }
    }
  }

  all(): { cells: Cell[]; keyed: Keyed[] } {
    const cells = Array.from(this.#cells.values(), ({ series, minute, tally }) => ({
      ...series,
      minute,
      tally: tally.encode(),
    }));
    return { cells: [...cells, ...this.#shadows.take()], keyed: this.#keyed };
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

/** How an outcome is counted. One that nobody has defined counts each time. */
export function definitionOf(name: string, defined: ReadonlyMap<string, Metric>): Metric {
  return defined.get(name) ?? USUAL_METRICS.find((one) => one.name === name) ?? { name, per: "event", window: "30m" };
}
