import { DurableObject } from "cloudflare:workers";
import { keyOf } from "../contract/snapshot.ts";
import { Attribution, ATTRIBUTION_SCHEMA, measured } from "./attribution.ts";
import { type Batch, type Happened, type Keyed, minuteOf, openFrom, type Series, shardOf, SHARDS } from "./batch.ts";
import { type BinQuery, type BinRow, Bins, BINS_SCHEMA } from "./store.ts";
import { sliceOf, Tally } from "./tally.ts";

/** How long a batch is known, so that sent again it counts nothing. */
const BATCH_KEPT_MS = 3_600_000;
/** How long a name that was met without having been defined takes one of an environment's places. */
const NAME_KEPT_MS = 30 * 86_400_000;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS batches (
  isolate TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (isolate, sequence)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS batches_by_age ON batches (at);
CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
${ATTRIBUTION_SCHEMA}${BINS_SCHEMA}`;

/**
 * What one counter has. `openFrom`: the first minute that isn't closed; `unitsBefore`: likewise for the units of each
 * metric that counts them. Bins of minutes before those don't change any more.
 */
export type Counted = { rows: BinRow[]; openFrom: number; unitsBefore: Record<string, number> };

/**
 * One of the few objects that count what is measured in an environment. Its name is
 * `<environment>/<incarnation>/<shard>`. It is made by the first batch, and empties itself when what it has is old.
 *
 * Everything is addition over sets: which counter got what, in which order and how often makes no difference.
 */
export class Counter extends DurableObject<{ COUNTER: CounterObjects }> {
  readonly #bins = new Bins(this.ctx.storage.sql);
  readonly #attribution = new Attribution(this.ctx.storage.sql);
  #prepared = false;
  #armed = false;

  /** Counts a batch, once. Durable when it is answered; what belongs to other counters is then durable there. */
  async take(batch: Batch): Promise<{ duplicate: boolean }> {
    this.#prepare();
    if (this.#knows(batch)) return { duplicate: true };
    const own = await this.#share(batch);
    await this.#arm();
    return this.ctx.storage.transactionSync(() => {
      if (this.#knows(batch)) return { duplicate: true }; // it came twice at once
      const now = Date.now();
      this.ctx.storage.sql.exec(
        "INSERT OR REPLACE INTO batches (isolate, sequence, at) VALUES (?, ?, ?)",
        batch.isolate,
        batch.sequence,
        now,
      );
      this.#count(batch, own, now);
      return { duplicate: false };
    });
  }

  /** The bins of some minutes. */
  async read(query: BinQuery): Promise<Counted> {
    if (!this.#exists()) return { rows: [], openFrom: openFrom(Date.now()), unitsBefore: {} };
    this.#prepare();
    const now = Date.now();
    this.#settle(now);
    return {
      rows: this.#bins.read(query),
      openFrom: this.#attribution.openFrom(now),
      unitsBefore: this.#attribution.unitsBefore(),
    };
  }

  /**
   * Which of these names of outcomes, which nobody has defined, have a place in the environment. Only the first counter
   * is asked.
   *
   * @param places how many names may be there
   */
  async admit(names: readonly string[], places: number): Promise<string[]> {
    this.#prepare();
    const now = Date.now();
    const { sql } = this.ctx.storage;
    await this.#arm();
    return this.ctx.storage.transactionSync(() => {
      sql.exec("DELETE FROM names WHERE at < ?", now - NAME_KEPT_MS);
      return names.filter((name) => {
        const there = sql.exec("SELECT 1 FROM names WHERE name = ?", name).toArray().length > 0;
        if (!there && sql.exec<{ n: number }>("SELECT count(*) AS n FROM names").one().n >= places) return false;
        sql.exec("INSERT OR REPLACE INTO names (name, at) VALUES (?, ?)", name, now);
        return true;
      });
    });
  }

  /** The names that `admit` has let in, sorted. */
  async names(): Promise<string[]> {
    if (!this.#exists()) return [];
    this.#prepare();
    return this.ctx.storage.sql
      .exec<{ name: string }>("SELECT name FROM names ORDER BY name")
      .toArray()
      .map(({ name }) => name);
  }

  /** Forgets everything: the environment is gone. */
  async clear(): Promise<void> {
    this.#prepared = this.#armed = false;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    if (!this.#exists()) return;
    this.#prepare();
    const now = Date.now();
    this.#settle(now);
    const { sql } = this.ctx.storage;
    this.ctx.storage.transactionSync(() => {
      sql.exec("DELETE FROM batches WHERE at < ?", now - BATCH_KEPT_MS);
      sql.exec("DELETE FROM names WHERE at < ?", now - NAME_KEPT_MS);
      this.#attribution.sweep(now);
      this.#bins.sweep(now);
    });
    const again = this.#again();
    if (again === null) await this.clear();
    else await this.ctx.storage.setAlarm(now + again);
  }

  /** Brings keys that belong to other counters to them, and returns the others. The same again changes nothing there. */
  async #share({ isolate, sequence, keyed }: Batch): Promise<Keyed[]> {
    const [environment = "", incarnation = "", shard] = this.ctx.id.name?.split("/") ?? [];
    const shares = Array.from({ length: SHARDS }, (): Keyed[] => []);
    for (const one of keyed) shares[shardOf(one.key)]!.push(one);
    const others = shares.map(async (share, index) => {
      if (String(index) === shard || share.length === 0) return;
      const other = this.env.COUNTER.getByName(keyOf.counterObject(environment, incarnation, index));
      await other.take({ isolate, sequence, cells: [], keyed: share });
    });
    await Promise.all(others);
    return shares[Number(shard)] ?? [];
  }

  #count({ cells }: Batch, keyed: readonly Keyed[], now: number): void {
    const open = this.#attribution.openFrom(now);
    for (const { minute, tally, ...series } of cells)
      this.#bins.add(series, Math.min(minute, minuteOf(now)), minute < open, tally);
    for (const one of keyed) {
      if (one.what === "exposed") this.#attribution.exposed(one, now);
      else if (!this.#attribution.happened(one, now)) this.#late(one, now);
    }
  }

  #late({ metric, flag, cohort, source, at, value, key }: Happened, now: number): void {
    const series: Series = { kind: "outcome", metric, flag, variant: "", cohort, source, version: 0 };
    const tally = new Tally();
    tally.add(measured(sliceOf(key), value));
    this.#bins.add(series, minuteOf(Math.min(at, now)), true, tally.encode());
  }

  #settle(now: number): void {
    this.ctx.storage.transactionSync(() =>
      this.#attribution.settle(now, (series, minute, tally) => this.#bins.add(series, minute, false, tally.encode())),
    );
  }

  #knows({ isolate, sequence }: Batch): boolean {
    const found = this.ctx.storage.sql.exec(
      "SELECT 1 FROM batches WHERE isolate = ? AND sequence = ? AND at >= ?",
      isolate,
      sequence,
      Date.now() - BATCH_KEPT_MS,
    );
    return found.toArray().length > 0;
  }

  #again(): number | null {
    const { sql } = this.ctx.storage;
    const some = sql.exec("SELECT 1 FROM batches LIMIT 1").toArray().length > 0 || this.#attribution.keeps();
    if (some) return BATCH_KEPT_MS;
    const named = sql.exec("SELECT 1 FROM names LIMIT 1").toArray().length > 0;
    return this.#bins.sweepEvery() ?? (named ? 24 * BATCH_KEPT_MS : null);
  }

  /** There is an alarm as long as there is anything. */
  async #arm(): Promise<void> {
    if (this.#armed) return;
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + BATCH_KEPT_MS);
    this.#armed = true;
  }

  #exists(): boolean {
    const found = this.ctx.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'batches'");
    return found.toArray().length > 0;
  }

  #prepare(): void {
    if (!this.#prepared) this.ctx.storage.sql.exec(SCHEMA);
    this.#prepared = true;
  }
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
