import { DurableObject } from "cloudflare:workers";
import * as COUNTER_LIMITS from "../contract/counter-limits.ts";
import * as LIMITS from "../contract/limits.ts";
import { keyOf } from "../contract/snapshot.ts";
import { makeTables, openTables } from "../durable/schema.ts";
import { Transactions } from "../durable/transactions.ts";
import { within } from "../snapshot/deadline.ts";
import { Attribution } from "./attribution.ts";
import {
  type Batch,
  type Cell,
  type Happened,
  type Keyed,
  minuteOf,
  openFrom,
  type Series,
  shardOf,
  SHARDS,
  type Taken,
} from "./batch.ts";
import { Places } from "./places.ts";
import { RowCounts } from "./rooms.ts";
import { COUNTER_MIGRATIONS, COUNTER_SIGN } from "./schema.ts";
import { type BinPage, type BinQuery, Bins } from "./store.ts";
import { Settling } from "./settling.ts";
import { measured } from "./sums.ts";
import { manyOf, sliceOf, Tally } from "./tally.ts";
import { type Share, Waiting } from "./waiting.ts";

/** How long a batch is known, so that sent again it counts nothing. */
const BATCH_KEPT_MS = 3_600_000;
/** How soon it goes on with what one alarm hadn't time for. */
const SOON_MS = 1_000;
/** How long a counter that didn't answer isn't asked. */
const DOWN_MS = 10_000;
/** Minutes that one alarm adds to hours. */
const SWEPT_MINUTES = 240;

/**
 * What one counter has. `openFrom`: the first minute that isn't closed and attributed; `unitsBefore`: likewise of what is
 * settled later, `unit <metric>`, `trial <metric>` in experiments, `session <metric>`. Bins of minutes before those don't
 * change any more. `next`: where the next page begins.
 */
export type Counted = BinPage & { openFrom: number; unitsBefore: Record<string, number> };

/**
 * One of the few objects that count what is measured in an environment. Its name is
 * `<environment>/<incarnation>/<shard>`. It is made by the first batch, and empties itself when what it has is old.
 *
 * Everything is addition over sets: which counter got what, in which order and how often makes no difference. Whatever
 * anybody sends, its tables have budgets (COUNTER_LIMITS), and no transaction is larger than a slice.
 */
export class Counter extends DurableObject<{ COUNTER: CounterObjects }> {
  readonly #sql = openTables(this.ctx.storage, COUNTER_MIGRATIONS, COUNTER_SIGN);
  readonly #transactions = new Transactions(this.ctx.storage);
  readonly #bins = new Bins(this.#sql);
  readonly #attribution = new Attribution(this.#sql);
  readonly #places = new Places(this.#sql);
  readonly #waiting = new Waiting(this.#sql);
  readonly #ids = new RowCounts(() =>
    this.#sql
      .exec<{ client: number; n: number }>(
        "SELECT isolate LIKE 'events/client/%' AS client, count(*) AS n FROM batches GROUP BY client",
      )
      .toArray()
      .map(({ client, n }) => [String(client), n]),
  );
  /** Until when other counters are taken to be down, by shard. */
  readonly #down = new Map<number, number>();
  /** Grows when everything is forgotten: what had begun before that writes nothing any more. */
  #life = 0;
  #prepared = false;
  #armed = false;

  readonly #settling = new Settling(this.#attribution, this.#bins, this.#transactions, {
    sync: () => this.ctx.storage.sync(),
    life: () => this.#life,
  });

  constructor(ctx: DurableObjectState, env: { COUNTER: CounterObjects }) {
    super(ctx, env);
    this.#transactions.follow(() => this.#forget());
  }

  /**
   * Counts a batch, once. Durable when it is answered; what belongs to other counters is then durable there, or waits for
   * them here.
   */
  async take(batch: Batch): Promise<Taken> {
    const life = this.#life;
    this.#prepare();
    if (this.#knows(batch)) return { duplicate: true, uncounted: {} };
    const uncounted: Taken["uncounted"] = {};
    const { own, left } = await this.#share(batch, uncounted);
    await this.#arm();
    if (life !== this.#life) return { duplicate: false, uncounted }; // its environment is gone
    const waits = this.#transactions.run(() => {
      if (this.#knows(batch)) return undefined; // it came twice at once
      const now = Date.now();
      this.#remember(batch, now);
      const passed = this.#count(batch.cells, own, now, uncounted);
      for (const [shard, keyed] of passed)
        left.push([shard, { ...batch, isolate: `${batch.isolate}/passed/${this.#shard}`, keyed }]);
      for (const [shard, share] of left)
        if (!this.#waiting.add(shard, share, now)) more(uncounted, "full", share.keyed.length);
      return { now, passed: passed.size > 0 };
    });
    if (waits === undefined) return { duplicate: true, uncounted: {} };
    if (left.length > 0) await this.ctx.storage.setAlarm(waits.now + DOWN_MS);
    if (waits.passed) this.ctx.waitUntil(this.#waiting.send((shard, share) => this.#send(shard, share)));
    return { duplicate: false, uncounted };
  }

  /** A page of the bins of some minutes. */
  async read(query: BinQuery): Promise<Counted> {
    if (!this.#exists()) return { rows: [], openFrom: openFrom(Date.now()), unitsBefore: {} };
    this.#prepare();
    await this.#settling.run();
    if (this.#lags()) await this.ctx.storage.setAlarm(Date.now() + SOON_MS);
    if (!this.#exists()) return { rows: [], openFrom: openFrom(Date.now()), unitsBefore: {} };
    return {
      ...this.#bins.read(query),
      openFrom: this.#attribution.openFrom(Date.now()),
      unitsBefore: this.#attribution.unitsBefore(),
    };
  }

  /**
   * Which of these names of outcomes, which nobody has defined, have a place in the environment. Only the first counter
   * is asked.
   *
   * @param places how many names may be there
   * @param trusted whether a server uses them
   * @param defined other names that were reported: they need no place
   */
  async admit(
    names: readonly string[],
    places: number,
    trusted: boolean,
    defined: readonly string[] = [],
  ): Promise<string[]> {
    const life = this.#life;
    this.#prepare();
    await this.#arm();
    if (life !== this.#life) return [];
    return this.#transactions.run(() => {
      const now = Date.now();
      this.#places.note(defined, now);
      return this.#places.admit(names, places, trusted, now);
    });
  }

  /** The names that `admit` has let in or was told of, sorted. */
  async names(): Promise<string[]> {
    if (!this.#exists()) return [];
    this.#prepare();
    return this.#places.names();
  }

  /** Forgets everything: the environment is gone. */
  async clear(): Promise<void> {
    this.#life += 1;
    this.#prepared = this.#armed = false;
    this.#forget();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#prepared = this.#armed = false;
  }

  override async alarm(): Promise<void> {
    if (!this.#exists()) return;
    this.#prepare();
    const life = this.#life;
    let more = true;
    try {
      // First, so that what fills the tables goes before anything is done with it.
      more = this.#sweep();
      await this.#waiting.send((shard, share) => this.#send(shard, share));
      await this.#settling.run();
      more ||= this.#lags();
    } finally {
      if (life === this.#life) {
        const again = more ? SOON_MS : this.#again();
        if (again === null) await this.clear();
        else await this.ctx.storage.setAlarm(Date.now() + again);
      }
    }
  }

  #sweep(): boolean {
    const now = Date.now();
    this.#transactions.run(() => {
      this.#sql.exec("DELETE FROM batches WHERE at < ?", now - BATCH_KEPT_MS);
      this.#ids.forget();
      this.#places.sweep(now);
      this.#waiting.sweep(now);
      this.#attribution.sweep(now);
    });
    for (let n = 0; n < SWEPT_MINUTES; n++) if (!this.#transactions.run(() => this.#bins.sweep(now))) return false;
    return true;
  }

  /**
   * Brings keys that belong to other counters to them, and returns the others, and those of counters that can't be
   * reached. The same again changes nothing there.
   */
  async #share(batch: Batch, uncounted: Taken["uncounted"]): Promise<{ own: Keyed[]; left: [number, Share][] }> {
    const { isolate, sequence, keyed } = batch;
    const own = this.#shard;
    const shares = Array.from({ length: SHARDS }, (): Keyed[] => []);
    for (const one of keyed) shares[shardOf(one.key)]!.push(one);
    const left: [number, Share][] = [];
    const others = shares.map(async (share, shard) => {
      if (shard === own || share.length === 0) return;
      try {
        const taken = await this.#send(shard, { isolate, sequence, keyed: share });
        for (const [reason, n] of Object.entries(taken.uncounted)) more(uncounted, reason as "full", n);
      } catch {
        left.push([shard, { isolate, sequence, keyed: share }]);
      }
    });
    await Promise.all(others);
    return { own: shares[own] ?? [], left };
  }

  async #send(shard: number, share: Share): Promise<Taken> {
    if ((this.#down.get(shard) ?? 0) > Date.now()) throw new Error("this counter didn't answer just now");
    const [environment = "", incarnation = ""] = this.ctx.id.name?.split("/") ?? [];
    const other = this.env.COUNTER.getByName(keyOf.counterObject(environment, incarnation, shard));
    try {
      return await within(other.take({ ...share, cells: [] }), LIMITS.sharingMs);
    } catch (error) {
      this.#down.set(shard, Date.now() + DOWN_MS);
      throw error;
    }
  }

  /** @returns what is to be passed on to other counters, by shard */
  #count(
    cells: readonly Cell[],
    keyed: readonly Keyed[],
    now: number,
    uncounted: Taken["uncounted"],
  ): Map<number, Keyed[]> {
    const open = this.#attribution.closedTo(now);
    for (const { minute, tally, ...series } of cells) {
      const late = minute < open;
      // What isn't counted is said of a minute that is still to be read.
      if (late && series.kind === "uncounted") this.#bins.add(series, open, false, tally);
      else this.#bins.add(series, Math.min(minute, minuteOf(now)), late, tally);
      if (late && series.cohort !== "" && REPORTS.has(series.kind))
        this.#uncounted("late", series, open, Tally.decode(tally).count);
    }
    const outcomes: Happened[] = [];
    const { exposures } = this.#attribution;
    for (const one of keyed) {
      const at = Math.min(Math.floor(one.at), now);
      if (one.what === "happened") outcomes.push(one);
      else if (minuteOf(at) < open) continue; // its count is there, and says that it was late
      else if (!(one.what === "exposed" ? exposures.exposed(one, at) : exposures.had(one, at)))
        this.#full(one, at, uncounted);
    }
    const passed = new Map<number, Keyed[]>();
    for (const one of outcomes) this.#happened(one, now, uncounted, passed);
    return passed;
  }

  #happened(one: Happened, now: number, uncounted: Taken["uncounted"], passed: Map<number, Keyed[]>): void {
    const at = Math.min(Math.floor(one.at), now);
    const { exposures } = this.#attribution;
    const byKey = one.cohort === "" && (one.per === "unit" || (one.expectedMs ?? 0) > 0);
    const aliases = byKey ? exposures.aliases(one.key, one.flag) : [];
    const refused = this.#attribution.happened(one, at, now, aliases.length > 0);
    if (refused === "late") this.#late(one, at, uncounted);
    else if (refused === "full") this.#full(one, at, uncounted);
    else if (one.cohort === "" && !exposures.knows(one.key, one.flag, "")) more(uncounted, "no-exposure", 1);
    if (refused !== undefined) return;
    // What counts is what is bucketed: the outcome goes there as well, as one that says its cohort.
    const own = this.#shard;
    for (const { unit, flag, cohort } of aliases) {
      const other = { ...one, key: unit, flag, cohort };
      const shard = shardOf(unit);
      if (shard === own) this.#attribution.happened(other, at, now, false);
      else passed.set(shard, [...(passed.get(shard) ?? []), other]);
    }
  }

  #late({ metric, flag, cohort, source, value, key, per }: Happened, at: number, uncounted: Taken["uncounted"]): void {
    if (per === "unit" || cohort === "") more(uncounted, "late", 1); // of the others it is known to who took them
    if (cohort !== "" && per === "event") return; // and they are counted
    const series: Series = { kind: "outcome", metric, flag, variant: "", cohort, source, version: 0 };
    const tally = new Tally();
    tally.add(measured(metric, sliceOf(key), value));
    this.#bins.add(series, minuteOf(at), true, tally.encode());
    this.#uncounted("late", series, this.#attribution.closedTo(Date.now()), 1);
  }

  /** There is no room to attribute it. What isn't counted is counted as that. */
  #full(whose: Whose, at: number, uncounted: Taken["uncounted"]): void {
    more(uncounted, "full", 1);
    this.#uncounted("full", whose, Math.max(minuteOf(at), this.#attribution.closedTo(Date.now())), 1);
  }

  #uncounted(metric: "late" | "full", { flag, cohort, source }: Whose, minute: number, count: number): void {
    const series: Series = { kind: "uncounted", metric, flag, variant: "", cohort, source, version: 0 };
    this.#bins.add(series, minute, false, manyOf(count));
  }

  /** Whether something has closed that isn't attributed yet. */
  #lags(): boolean {
    const now = Date.now();
    return this.#exists() && this.#attribution.openFrom(now) < this.#attribution.closedTo(now);
  }

  get #shard(): number {
    return Number(this.ctx.id.name?.split("/")[2]);
  }

  #remember({ isolate, sequence }: Batch, now: number): void {
    const client = isolate.startsWith("events/client/");
    const name = String(client ? 1 : 0);
    if (this.#ids.of(name) >= (client ? COUNTER_LIMITS.clientBatches : COUNTER_LIMITS.batches)) {
      // The oldest of them go: who sends again does so within seconds.
      const which = `isolate ${client ? "" : "NOT"} LIKE 'events/client/%'`;
      this.#sql.exec(
        `DELETE FROM batches WHERE (isolate, sequence) IN
         (SELECT isolate, sequence FROM batches WHERE ${which} ORDER BY at LIMIT 1000)`,
      );
      this.#ids.forget();
    }
    this.#sql.exec("INSERT OR REPLACE INTO batches (isolate, sequence, at) VALUES (?, ?, ?)", isolate, sequence, now);
    this.#ids.add(name);
  }

  #knows({ isolate, sequence }: Batch): boolean {
    const found = this.#sql.exec(
      "SELECT 1 FROM batches WHERE isolate = ? AND sequence = ? AND at >= ?",
      isolate,
      sequence,
      Date.now() - BATCH_KEPT_MS,
    );
    return found.toArray().length > 0;
  }

  #again(): number | null {
    const some = this.#sql.exec("SELECT 1 FROM batches LIMIT 1").toArray().length > 0 || this.#attribution.keeps();
    if (this.#waiting.some()) return DOWN_MS;
    if (some) return BATCH_KEPT_MS;
    return this.#bins.sweepEvery() ?? (this.#places.some() ? 24 * BATCH_KEPT_MS : null);
  }

  /** There is an alarm as long as there is anything. */
  async #arm(): Promise<void> {
    if (this.#armed) return;
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + BATCH_KEPT_MS);
    this.#armed = true;
  }

  /** Forgets what is remembered of the tables. */
  #forget(): void {
    this.#bins.forget();
    this.#attribution.forget();
    this.#ids.forget();
  }

  #exists(): boolean {
    const found = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'batches'");
    return found.toArray().length > 0;
  }

  #prepare(): void {
    if (!this.#prepared) makeTables(this.ctx.storage, COUNTER_MIGRATIONS);
    this.#prepared = true;
  }
}

type Whose = Pick<Series, "flag" | "cohort" | "source">;
/** What somebody reported, each once. */
const REPORTS: ReadonlySet<Series["kind"]> = new Set(["request", "exposure", "outcome"]);

function more(uncounted: Taken["uncounted"], reason: keyof Taken["uncounted"], n: number): void {
  uncounted[reason] = (uncounted[reason] ?? 0) + n;
}

/** The namespace as its callers see it. */
export type CounterObjects = { getByName(name: string): Omit<Counter, keyof DurableObject> };

/** All counters of an environment. Naming them makes nothing. */
export function countersOf(
  objects: CounterObjects,
  { name, incarnation }: { name: string; incarnation: string },
): ReturnType<CounterObjects["getByName"]>[] {
  return Array.from({ length: SHARDS }, (_, shard) => objects.getByName(keyOf.counterObject(name, incarnation, shard)));
}
