import { event, parseCohort, type Recorded } from "../contract/event.ts";
import type { Uncounted } from "../contract/uncounted.ts";
import { parseInstant } from "../contract/instant.ts";
import * as LIMITS from "../contract/limits.ts";
import { outcomeName, RESERVED_METRICS } from "../contract/metric.ts";
import { keyOf } from "../contract/snapshot.ts";
import { parse } from "../contract/validation.ts";
import type { Audience, CompiledFlag, Snapshot } from "../core/compile.ts";
import { within } from "../snapshot/deadline.ts";
import { minuteOf, openFrom, shardOf, type Source } from "./batch.ts";
import type { CounterObjects } from "./counter.ts";
import { definitionOf } from "./definition.ts";
import { unplaced } from "./names.ts";
import { type Judged, Reported, type Served } from "./reported.ts";

/* From events as somebody reports them to what counters count. Durable when it is answered. */

/** For client keys: the same for every name, so that nobody learns which there are. */
const UNKNOWN = "This event names a flag, a variant or a metric that can't be counted.";
const NEEDS_SERVER = "A comparison needs a server key.";
const TOO_OLD = "This event is more than a day old.";
const AHEAD = "This event is dated more than five minutes ahead of the clock here.";

/** Who reports, about which environment, and who counts. */
export type Reporter = {
  snapshot: Snapshot;
  source: Source;
  counters: CounterObjects;
  /** Whether there is room for a key, by its hash; what others did is counted without it. Unless it is said, for all. */
  admits?: (key: string) => boolean;
};

/**
 * Counts a batch of events. A batch of the same `id` and kind of source within an hour counts nothing.
 *
 * @param events as they were sent; each is judged by itself
 * @param now epoch milliseconds: the time of an event that doesn't say its own
 * @throws what a counter throws that can't be reached or doesn't answer in time: then nothing, or only a part, is counted,
 * and sending the same batch again counts the rest
 */
export async function record(
  reporter: Reporter,
  { id, events }: { id: string; events: readonly unknown[] },
  now: number,
): Promise<Recorded> {
  const { snapshot, source, counters, admits } = reporter;
  const judged = events.map((sent) => judge(sent, reporter, now));
  const outcomes = judged.flatMap((one) => (typeof one === "string" || one.type !== "outcome" ? [] : [one.metric]));
  const strangers = await unplaced(outcomes, snapshot.metrics, { where: snapshot, source, counters }, now);
  const rejected: Recorded["rejected"] = [];
  const uncounted: Recorded["uncounted"] = {};
  const reported = new Reported(snapshot, source, id, admits);
  let accepted = 0;
  for (const [index, one] of judged.entries()) {
    const message =
      typeof one === "string"
        ? one
        : one.type === "outcome" && strangers.has(one.metric)
          ? unknown(source, `the metric ${JSON.stringify(one.metric)}, for which there is no place`)
          : undefined;
    if (message !== undefined) rejected.push({ index, message });
    else if (typeof one !== "string") {
      const { served, why } = sideOf(one, reporter, now);
      const reason = reported.add(one, served, index, why);
      if (reason !== undefined) uncounted[reason] = (uncounted[reason] ?? 0) + 1;
      accepted += 1;
    }
  }
  if (accepted === 0) return { accepted, duplicate: false, rejected, uncounted: {} };
  const { environment, incarnation } = snapshot;
  const sender = `events/${source}/${id}`;
  const counter = counters.getByName(keyOf.counterObject(environment, incarnation, shardOf(sender)));
  const taken = await within(counter.take({ isolate: sender, sequence: 0, ...reported.all() }), LIMITS.countingMs);
  if (taken.duplicate) return { accepted: 0, duplicate: true, rejected, uncounted: {} };
  for (const [reason, n] of Object.entries(taken.uncounted) as [Uncounted, number][])
    uncounted[reason] = (uncounted[reason] ?? 0) + n;
  return { accepted, duplicate: false, rejected, uncounted };
}

/** The event with its time, or why it isn't counted. */
function judge(sent: unknown, { snapshot, source }: Reporter, now: number): Judged | string {
  const parsed = parse(event, sent);
  if (!parsed.ok) {
    const [{ path, message } = { path: "", message: "is invalid" }] = parsed.issues;
    return `This is no event that can be counted: ${path === "" ? "it" : path} ${message}.`;
  }
  const one = parsed.value;
  if (one.type === "comparison" && source === "client") return NEEDS_SERVER;
  if (one.type === "outcome") {
    one.metric = outcomeName(one.metric);
    if (RESERVED_METRICS.includes(one.metric))
      return unknown(source, `the metric ${JSON.stringify(one.metric)}, which is counted without being reported`);
  }
  if (one.flag !== undefined) {
    const audience: Audience = source === "client" ? "client" : "server";
    const flag = snapshot.flag(one.flag, audience);
    if (flag === undefined) return unknown(source, `the flag ${JSON.stringify(one.flag)}, which there isn't`);
    if ("variant" in one && one.variant !== undefined && !flag.has(one.variant))
      return unknown(source, `the variant ${JSON.stringify(one.variant)}, which the flag doesn't have`);
  } else if (one.type === "outcome" && one.variant !== undefined)
    return unknown(source, `the variant ${JSON.stringify(one.variant)} without saying of which flag`);
  const said = "at" in one ? one.at : undefined;
  const told = said === undefined ? now : typeof said === "string" ? (parseInstant(said) ?? now) : said;
  if (told > now + LIMITS.eventAheadMs) return AHEAD;
  const at = Math.min(told, now);
  return at < now - LIMITS.eventMs ? TOO_OLD : { ...one, at: Math.floor(at) };
}

function unknown(source: Source, what: string): string {
  return source === "client" ? UNKNOWN : `This event names ${what.slice(0, 400)}.`;
}

/**
 * On which side of its flag's live release an event counts, and why it reaches no verdict there, as far as that is known
 * before its key is looked up.
 */
function sideOf(one: Judged, reporter: Reporter, now: number): { served: Served; why: Uncounted | undefined } {
  const { snapshot, source } = reporter;
  const own = one.flag === undefined ? undefined : snapshot.flag(one.flag, "server");
  const variant = "variant" in one ? (one.variant ?? "") : "";
  const none = (flag: CompiledFlag | undefined): Served => ({ flag, variant, cohort: "", hash: undefined });
  if (one.type === "comparison") return { served: none(own), why: undefined };
  // Units are known to be late where they are attributed: their bins close later.
  const unit = one.type === "outcome" && definitionOf(one.metric, snapshot.metrics).per === "unit";
  const late = !unit && minuteOf(one.at) < openFrom(now);
  const why = (flag: CompiledFlag): Uncounted | undefined =>
    source === "client" && flag.release?.trustClients !== true ? "client" : late ? "late" : undefined;
  if (one.cohort !== undefined) {
    const cohort = parseCohort(one.cohort)!;
    const flag = snapshot.releasedFlag(cohort.release);
    const live = flag?.release && isLive(flag.release, cohort.epoch) && (own === undefined || own === flag);
    if (!live) return { served: none(own), why: "ended" };
    return { served: { flag, variant, cohort: cohort.text, hash: cohort.hash }, why: why(flag) };
  }
  const release = own?.release;
  const byKey = one.type === "outcome" && one.targetingKey !== undefined;
  if (!own || !release)
    return { served: none(own), why: one.type === "outcome" && !own && !byKey ? "no-exposure" : undefined };
  const said = variant === "" ? undefined : own.cohortOf(variant);
  if (said !== undefined && one.at >= (release.since ?? 0))
    return { served: { flag: own, variant, cohort: said, hash: undefined }, why: why(own) };
  if (byKey) return { served: none(own), why: undefined }; // its exposure will tell
  return { served: none(own), why: said === undefined ? "ambiguous" : "late" };
}

/** Stage entries whose counts are still looked at: those that are served now, and just before. */
function isLive({ epoch, stages }: NonNullable<CompiledFlag["release"]>, of: number): boolean {
  const newest = Math.max(epoch ?? 0, ...stages.map((one) => one.epoch));
  return (of <= newest && of >= newest - EPOCHS_BEFORE) || stages.some((one) => one.epoch === of);
}
/** What was evaluated before a stage began may be reported after it. */
const EPOCHS_BEFORE = 2;
