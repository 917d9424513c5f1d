import type { JsonObject } from "../contract/json.ts";
import * as LIMITS from "../contract/limits.ts";
import { keyOf } from "../contract/snapshot.ts";
import type { Audience, CompiledFlag, Snapshot } from "../core/compile.ts";
import { redacted, Reservoir } from "../core/sample.ts";
import type { UsageReport } from "../environment/rpc.ts";
import type { Afterwards } from "./bindings.ts";
import type { Attributes } from "./context.ts";

/*
 * What this isolate saw of evaluations, for the Environment objects: when flags were last evaluated, and a sample of
 * contexts where the environment wants one. An evaluation makes a few plain stores and comparisons for it; an isolate
 * reports at its first evaluation in an environment, and then at most once an interval, behind the answer. What a
 * report that fails would have told is told by the next one. What an isolate saw after its last report is lost with it.
 */

/** Contexts kept between two reports. docs/privacy.md says so too. */
const SAMPLE = 100;

/** Sends a report to the object of an environment's incarnation. */
export type Send = (object: string, report: UsageReport) => Promise<void>;

export class UsageCounter {
  readonly #intervalMs: number;
  readonly #send: Send;
  readonly #random: () => number;
  readonly #seen = new Map<string, Seen>();
  #latest: Seen | undefined;

  constructor(options: { intervalMs: number; send: Send; random: () => number }) {
    this.#intervalMs = options.intervalMs;
    this.#send = options.send;
    this.#random = options.random;
  }

  /** One flag was evaluated. The context must not be changed afterwards. @param now epoch milliseconds */
  single(snapshot: Snapshot, flag: CompiledFlag, context: Attributes, now: number, ctx: Afterwards): void {
    if (snapshot.sampling !== null) this.#of(snapshot, now).sample.offer(context);
    this.elsewhere(snapshot, flag, now, ctx);
  }

  /** One flag was evaluated in another Worker, which doesn't tell for whom. */
  elsewhere(snapshot: Snapshot, flag: CompiledFlag, now: number, ctx: Afterwards): void {
    const seen = this.#of(snapshot, now);
    if (flag.lastEvaluatedAt === 0) seen.flags.push(flag);
    flag.lastEvaluatedAt = now;
    if (now >= seen.dueAt) ctx.waitUntil(this.#report(seen, now));
  }

  /** All flags that an audience may see were evaluated. */
  bulk(snapshot: Snapshot, audience: Audience, context: Attributes, now: number, ctx: Afterwards): void {
    const seen = this.#of(snapshot, now);
    seen.bulk[audience] = now;
    if (snapshot.sampling !== null) seen.sample.offer(context);
    if (now >= seen.dueAt) ctx.waitUntil(this.#report(seen, now));
  }

  #of(snapshot: Snapshot, now: number): Seen {
    if (this.#latest?.snapshot === snapshot) return this.#latest;
    const object = keyOf.environmentObject(snapshot.environment, snapshot.incarnation);
    let seen = this.#seen.get(object);
    seen ??= new Seen(object, snapshot, now, new Reservoir(SAMPLE, this.#random));
    this.#seen.delete(object);
    this.#seen.set(object, seen);
    // Among those that nobody asked for the longest are those that are gone, each with its last snapshot.
    if (this.#seen.size > LIMITS.heldEnvironments) this.#seen.delete(this.#seen.keys().next().value!);
    seen.follow(snapshot);
    this.#latest = seen;
    return seen;
  }

  async #report(seen: Seen, now: number): Promise<void> {
    seen.dueAt = now + this.#intervalMs;
    await new Promise((resolve) => setTimeout(resolve, 0)); // the answer first
    const report = seen.report();
    try {
      await this.#send(seen.object, report);
      seen.reported(report, now);
    } catch {
      // The next report tells the times again; the contexts are gone.
    }
  }
}

/** What was seen of one incarnation of an environment. Times in epoch milliseconds. */
class Seen {
  readonly object: string;
  readonly sample: Reservoir<Attributes>;
  readonly bulk: { client?: number; server?: number } = {};
  snapshot: Snapshot;
  /** The flags of the snapshot that were evaluated. */
  flags: CompiledFlag[] = [];
  dueAt: number;
  /** Times of flags of earlier snapshots. */
  readonly #earlier = new Map<string, number>();
  #reportedAt = 0;

  constructor(object: string, snapshot: Snapshot, now: number, sample: Reservoir<Attributes>) {
    this.object = object;
    this.snapshot = snapshot;
    this.dueAt = now;
    this.sample = sample;
  }

  /** Goes on with another version. Contexts were taken under the settings of theirs, and aren't kept under others. */
  follow(snapshot: Snapshot): void {
    if (snapshot === this.snapshot) return;
    for (const { key, lastEvaluatedAt } of this.flags) this.#earlier.set(key, lastEvaluatedAt);
    if (snapshot.sampling?.salt !== this.snapshot.sampling?.salt) this.sample.empty();
    this.flags = [];
    this.snapshot = snapshot;
  }

  report(): UsageReport {
    const times = new Map(this.#earlier);
    for (const { key, lastEvaluatedAt } of this.flags)
      if (lastEvaluatedAt > this.#reportedAt) times.set(key, Math.max(lastEvaluatedAt, times.get(key) ?? 0));
    const { sampling } = this.snapshot;
    const contexts = sampling === null ? [] : this.sample.empty().map((one) => redacted(one, sampling) as JsonObject);
    return {
      flags: [...times],
      bulk: { ...this.bulk },
      contexts,
      salt: sampling?.salt ?? "",
    };
  }

  /** The report that was made at a time has arrived. */
  reported({ flags }: UsageReport, now: number): void {
    for (const [key, at] of flags) if ((this.#earlier.get(key) ?? Infinity) <= at) this.#earlier.delete(key);
    this.#reportedAt = Math.max(this.#reportedAt, now - 1);
  }
}
