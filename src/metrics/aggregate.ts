import type { Observation } from "../core/shadow-tally.ts";
import { type Batch, epochOf, keyHash, type Keyed, minuteOf, type Series, seriesName, type Source } from "./batch.ts";
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
/** Targeting keys in one batch, and those that are remembered as sent, so that each is sent about once. */
const BATCH_KEYS = 10_000;
const REMEMBERED_KEYS = 50_000;
const REMEMBERED_MS = 3_600_000;
/** Series in one batch. */
const BATCH_SERIES = 2_000;

/** Which environment's counters. */
export type Where = { environment: string; incarnation: string };
/** What somebody got: `version` of the flag, `cohort` empty for none. */
export type Served = { flag: string; variant: string; cohort: string; version: number };
/** Who it was: the targeting key, and what names the request where there is none. An empty text is none. */
export type Subject = { targetingKey?: string; requestId?: string };
/** Brings a batch to an environment's counters; resolves once they have it for good. */
export type Send = (where: Where, batch: Batch) => Promise<void>;
type Afterwards = Pick<ExecutionContext, "waitUntil">;

export class Aggregate {
  readonly #send: Send;
  readonly #flushMs: number;
  readonly #kept = new Map<string, Kept>();
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
    const key = subject.targetingKey || undefined;
    const slice = sliceOf(key ?? (subject.requestId || String(++this.#unnamed)));
    const error = answer.status >= 500;
    const measured: Measured = { slice, error, status: answer.status };
    if (!error) measured.size = Math.max(0, answer.ms);
    kept.add({ kind: "request", metric: "", ...served, source }, minuteOf(now), measured);
    this.#exposed(kept, served, key, slice, source, now);
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

  #exposed(kept: Kept, served: Served, key: string | undefined, slice: number, source: Source, at: number): void {
    if (key === undefined || !kept.isNew(served, key, at)) return;
    kept.keyed.push({ what: "exposed", key: keyHash(kept.where.incarnation, key), slice, ...served, source, at });
  }

  #of(where: Where): Kept {
    const name = `${where.environment}/${where.incarnation}`;
    let kept = this.#kept.get(name);
    if (!kept) this.#kept.set(name, (kept = new Kept(where)));
    return kept;
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

type Slot = { series: Series; minute: number; tally: Tally };

/** What is kept of one environment. */
class Kept {
  readonly where: Where;
  /** Batches on their way, oldest first. */
  readonly pending: Batch[] = [];
  keyed: Keyed[] = [];
  readonly shadows = new Shadows();
  /** When to send at the latest; undefined while there is nothing to send. */
  dueAt: number | undefined;
  #slots = new Map<string, Slot>();
  readonly #sent = new Set<string>();
  #sentSince = 0;
  #sequence = 0;

  constructor(where: Where) {
    this.where = where;
  }

  add(series: Series, minute: number, measured: Measured): void {
    const name = `${minute}\n${seriesName(series)}`;
    let slot = this.#slots.get(name);
    if (!slot) {
      if (this.#slots.size >= BATCH_SERIES) return;
      this.#slots.set(name, (slot = { series, minute, tally: new Tally() }));
    }
    slot.tally.add(measured);
  }

  /** Whether an exposure of a key has to be told: it is the first of its kind in this isolate, and there is room. */
  isNew({ flag, cohort }: Served, key: string, now: number): boolean {
    if (this.#sent.size >= REMEMBERED_KEYS || now - this.#sentSince >= REMEMBERED_MS) {
      this.#sent.clear();
      this.#sentSince = now;
    }
    const name = `${flag}\n${epochOf(cohort)}\n${key}`;
    if (this.#sent.has(name) || this.keyed.length >= BATCH_KEYS) return false;
    this.#sent.add(name);
    return true;
  }

  /** Ends the batch that was being filled. */
  close(isolate: string): void {
    const shadows = this.shadows.take();
    if (this.#slots.size === 0 && this.keyed.length === 0 && shadows.length === 0) return;
    const cells = Array.from(this.#slots.values(), ({ series, minute, tally }) => ({
      ...series,
      minute,
      tally: tally.encode(),
    }));
    this.pending.push({ isolate, sequence: ++this.#sequence, cells: [...cells, ...shadows], keyed: this.keyed });
    if (this.pending.length > KEPT_BATCHES) {
      console.warn("measurements were dropped: the counters can't be reached", { isolate });
      this.pending.shift();
    }
    this.#slots = new Map();
    this.keyed = [];
  }
}
