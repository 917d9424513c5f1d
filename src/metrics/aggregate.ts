import type { Observation } from "../core/shadow-tally.ts";
import { sliceOfHash } from "../core/bucketed.ts";
import {
  type Batch,
  bucketedKey,
  type Cell,
  keyHash,
  type Keyed,
  MINUTE,
  minuteOf,
  type Series,
  type Source,
} from "./batch.ts";
import { Shadows } from "./shadows.ts";
import { type Measured, sliceOf, Tally } from "./tally.ts";

/*
 * What this isolate measured, until it is sent: plain additions while a request is answered, and at most every few
 * seconds one batch for each environment, behind an answer. A batch that didn't arrive is sent again as it was, and the
 * counter counts it once. What wasn't sent when an isolate ends is lost with it: those few seconds, or, while counters
 * can't be reached, the last batches.
 */

/** How soon after its first measurement a batch is sent, and when at the latest if the timer for that was lost. */
const FLUSH_MS = 5_000;
const LATEST_MS = 10_000;
/** Batches that are kept for counters that can't be reached. More than a minute's are of no use: bins close. */
const KEPT_BATCHES = 12;
/** Keys in one batch, and those that are remembered as told. */
const BATCH_KEYS = 10_000;
const REMEMBERED_KEYS = 50_000;
/**
 * How soon a key that is still there is told again: of a release, so that counters know when it was last seen and a
 * session begins; of others its first exposure is all that counts.
 */
const TOLD_AGAIN_MS = 5 * MINUTE;
const TOLD_ONCE_MS = 3_600_000;
/** Series in one batch. */
const BATCH_SERIES = 2_000;

/** Which environment's counters. */
export type Where = { environment: string; incarnation: string };
/**
 * What somebody got: `version` of the flag, `cohort` as evaluations say it, empty for none. `experiment`: whether the flag
 * is one; undefined where that isn't known.
 */
export type Served = { flag: string; variant: string; cohort: string; version: number; experiment?: boolean };
/**
 * Who it was: the targeting key, and what names the request where there is none. An empty text is none. `unsigned`: the
 * key is anybody's word, a visitor's id that has no signature: its requests count, and it is nobody.
 */
export type Subject = { targetingKey?: string; requestId?: string; unsigned?: boolean };
/** Brings a batch to an environment's counters; resolves once they have it for good. */
export type Send = (where: Where, batch: Batch) => Promise<void>;
type Afterwards = Pick<ExecutionContext, "waitUntil">;

export class Aggregate {
  readonly #send: Send;
  readonly #flushMs: number;
  readonly #kept = new Map<string, Kept>();
  /** The one that was asked for last: a gate speaks of one environment. */
  #last: Kept | undefined;
  #isolate = "";
  /** Requests that nothing names are spread over the slices one by one. */
  #unnamed = 0;

  constructor({ send, flushMs = FLUSH_MS }: { send: Send; flushMs?: number }) {
    this.#send = send;
    this.#flushMs = flushMs;
  }

  /**
   * One request was answered by what a flag chose.
   *
   * @param ms to the first byte; a failed one (500 or more) counts as an error and has none
   * @param now epoch milliseconds
   */
  request(
    where: Where,
    served: Served,
    subject: Subject,
    answer: { status: number; ms: number },
    now: number,
    ctx: Afterwards,
    source: Source = "gate",
  ): void {
    const kept = this.#of(where);
    const hash = hashOf(served.cohort);
    const place = kept.placeOf(served, hash === undefined ? served.cohort : served.cohort.slice(0, -HASH), source);
    const { requestId, unsigned = false } = subject;
    const key = subject.targetingKey || undefined;
    const slice = hash === undefined ? sliceOf(key ?? (requestId || String(++this.#unnamed))) : sliceOfHash(hash);
    const error = answer.status >= 500;
    const measured: Measured = { slice, error, status: answer.status };
    if (!error) measured.size = Math.max(0, answer.ms);
    kept.add(place, minuteOf(now), measured, unsigned);
    if (key !== undefined && !unsigned && place.counts) kept.tell(place, hash, key, slice, now, error);
    this.#arrange(kept, now, ctx);
  }

  /** One request came by a dark launch of a flag. @param version of the flag @param now epoch milliseconds */
  shadow(where: Where, flag: string, version: number, seen: Observation, now: number, ctx: Afterwards): void {
    const kept = this.#of(where);
    kept.shadows.add({ flag, version, source: "gate" }, now, seen);
    this.#arrange(kept, now, ctx);
  }

  /** Sends what there is now, without waiting for its time. */
  async flush(where: Where, now: number): Promise<void> {
    await this.#flush(this.#of(where), now);
  }

  #of({ environment, incarnation }: Where): Kept {
    let kept = this.#last;
    if (kept?.where.incarnation === incarnation && kept.where.environment === environment) return kept;
    const name = `${environment}/${incarnation}`;
    kept = this.#kept.get(name);
    if (!kept) this.#kept.set(name, (kept = new Kept({ environment, incarnation })));
    return (this.#last = kept);
  }

  /** The first measurement since the last batch sees to it that another one is sent, whether or not more come. */
  #arrange(kept: Kept, now: number, ctx: Afterwards): void {
    if (kept.dueAt !== undefined && now < kept.dueAt) return;
    const overdue = kept.dueAt !== undefined;
    kept.dueAt = now + LATEST_MS;
    ctx.waitUntil(overdue ? this.#flush(kept, now) : this.#later(kept, now));
  }

  async #later(kept: Kept, now: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#flushMs));
    await this.#flush(kept, now + this.#flushMs);
  }

  async #flush(kept: Kept, now: number): Promise<void> {
    kept.dueAt = undefined;
    if (this.#isolate === "") this.#isolate = crypto.randomUUID();
    kept.close(this.#isolate);
    while (kept.pending.length > 0) {
      const batch = kept.pending[0]!;
      try {
        await this.#send(kept.where, batch);
      } catch {
        kept.dueAt ??= now + LATEST_MS; // with the next one, or when somebody measures again
        return;
      }
      // Another flush may have sent it meanwhile, and brought another one to its place.
      const place = kept.pending.indexOf(batch);
      if (place !== -1) kept.pending.splice(place, 1);
    }
  }
}

/** One series of requests of one minute. */
type Slot = { series: Series; minute: number; tally: Tally; unsigned: Tally | undefined };

/** What is counted of those that a flag served a variant, in a cohort. */
class Place {
  readonly series: Series;
  /** Whether anything comes of telling keys: it is a release or an experiment, or may be one. */
  readonly counts: boolean;
  /** When each key was told last; with its sign turned where its first error was told too. */
  readonly told = new Map<string, number>();
  /** Of this minute and batch; undefined: nothing yet. */
  slot: Slot | undefined;

  constructor({ flag, variant, version, experiment }: Served, cohort: string, source: Source) {
    this.series = { kind: "request", metric: "", flag, variant, cohort, source, version };
    this.counts = cohort !== "" || experiment !== false;
  }
}

/** What is kept of one environment. */
class Kept {
  readonly where: Where;
  /** Batches on their way, oldest first. */
  readonly pending: Batch[] = [];
  readonly shadows = new Shadows();
  /** When to send at the latest; undefined while there is nothing to send. */
  dueAt: number | undefined;
  #keyed: Keyed[] = [];
  /** By flag, then cohort, then variant: found without making a text of them for each request. */
  readonly #places = new Map<string, Map<string, Map<string, Place>>>();
  #slots: { place: Place; slot: Slot }[] = [];
  #remembered = 0;
  #sequence = 0;

  constructor(where: Where) {
    this.where = where;
  }

  /** @param cohort that of `served`, without its hash */
  placeOf(served: Served, cohort: string, source: Source): Place {
    const cohorts = inside(this.#places, served.flag);
    const variants = inside(cohorts, cohort);
    const there = variants.get(served.variant);
    if (there?.series.version === served.version && there.series.source === source) return there;
    if (there?.slot) there.slot = undefined; // it is in the batch; the flag has changed since
    const place = new Place(served, cohort, source);
    variants.set(served.variant, place);
    return place;
  }

  /** Adds up a request. One that a batch has no room for isn't counted. */
  add(place: Place, minute: number, measured: Measured, unsigned: boolean): void {
    let { slot } = place;
    if (slot?.minute !== minute) {
      if (this.#slots.length >= BATCH_SERIES) return;
      slot = { series: place.series, minute, tally: new Tally(), unsigned: undefined };
      place.slot = slot;
      this.#slots.push({ place, slot });
    }
    slot.tally.add(measured);
    if (unsigned) (slot.unsigned ??= new Tally()).add({ slice: measured.slice });
  }

  /** Tells of a key what counters don't know yet: that it is there, and that it has failed. */
  tell(
    { series, told }: Place,
    hash: string | undefined,
    key: string,
    slice: number,
    at: number,
    error: boolean,
  ): void {
    const last = told.get(key);
    const keep = series.cohort === "" ? "experiment" : "release";
    const due = last === undefined || at - Math.abs(last) >= (keep === "release" ? TOLD_AGAIN_MS : TOLD_ONCE_MS);
    const erred = error && keep === "release" && !(last !== undefined && last < 0);
    if ((!due && !erred) || this.#keyed.length >= BATCH_KEYS) return;
    if (last === undefined && ++this.#remembered > REMEMBERED_KEYS) this.#forget();
    const { incarnation } = this.where;
    const { flag, variant, cohort, source, version } = series;
    const target = keyHash(incarnation, key);
    const subject = { slice, flag, variant, cohort, source, version, at };
    const bucketed = hash === undefined ? target : bucketedKey(incarnation, hash);
    if (due) {
      this.#keyed.push({ what: "exposed", ...subject, key: bucketed, keep });
      if (bucketed !== target) this.#keyed.push({ what: "exposed", ...subject, key: target, keep, alias: bucketed });
    }
    if (erred) this.#keyed.push({ what: "had", ...subject, key: bucketed, metric: "errors" });
    const seen = due ? at : Math.abs(last);
    told.set(key, erred || (last ?? 0) < 0 ? -seen : seen);
  }

  /** Ends the batch that was being filled. */
  close(isolate: string): void {
    const shadows = this.shadows.take();
    if (this.#slots.length === 0 && this.#keyed.length === 0 && shadows.length === 0) return;
    const cells = this.#slots.flatMap(({ slot: { series, minute, tally, unsigned } }): Cell[] => {
      const own = { ...series, minute, tally: tally.encode() };
      if (unsigned === undefined) return [own];
      const what = { kind: "uncounted", metric: "unsigned", variant: "", version: 0 } as const;
      return [own, { ...series, ...what, minute, tally: unsigned.encode() }];
    });
    this.pending.push({ isolate, sequence: ++this.#sequence, cells: [...cells, ...shadows], keyed: this.#keyed });
    if (this.pending.length > KEPT_BATCHES) {
      console.warn("measurements were dropped: the counters can't be reached", { isolate });
      this.pending.shift();
    }
    for (const { place } of this.#slots) place.slot = undefined;
    this.#slots = [];
    this.#keyed = [];
  }

  /** Of what was told nothing is remembered: places of releases that are over go, and keys are told once more. */
  #forget(): void {
    this.#remembered = 0;
    for (const cohorts of this.#places.values())
      for (const variants of cohorts.values()) for (const { told } of variants.values()) told.clear();
    this.#places.clear();
  }
}

function inside<T>(map: Map<string, Map<string, T>>, name: string): Map<string, T> {
  let there = map.get(name);
  if (!there) map.set(name, (there = new Map()));
  return there;
}

/** The length of the hash at the end of a cohort, where it has one: no hash has a dot before its last letter. */
const HASH = 12;
function hashOf(cohort: string): string | undefined {
  return cohort === "" || cohort[cohort.length - 2] === "." ? undefined : cohort.slice(1 - HASH);
}
