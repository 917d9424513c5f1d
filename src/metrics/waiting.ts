import * as COUNTER_LIMITS from "../contract/counter-limits.ts";
import { type Batch, type Keyed, MINUTE } from "./batch.ts";

/*
 * Keys of batches whose counter couldn't be reached. One that is down must not keep the others from counting, so what is
 * its own waits here, for as long as the minutes are open that it belongs to.
 */

/** After so long the minutes of what waits have closed; it is sent all the same, and counted as late there. */
const WAITS_MS = 10 * MINUTE;
/** Rows that are looked at in one go. */
const AT_ONCE = 50;

export type Share = Pick<Batch, "isolate" | "sequence" | "keyed">;
type Row = { id: number; shard: number; isolate: string; sequence: number; keyed: string };

export class Waiting {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** False where there is no room. Belongs into the transaction that counts the batch. */
  add(shard: number, { isolate, sequence, keyed }: Share, now: number): boolean {
    const { size } = this.#sql.exec<{ size: number | null }>("SELECT sum(size) AS size FROM waiting").one();
    if ((size ?? 0) + keyed.length > COUNTER_LIMITS.waitingKeys) return false;
    this.#sql.exec(
      "INSERT INTO waiting (shard, at, isolate, sequence, size, keyed) VALUES (?, ?, ?, ?, ?, ?)",
      shard,
      now,
      isolate,
      sequence,
      keyed.length,
      JSON.stringify(keyed),
    );
    return true;
  }

  /** Sends what waits. What a counter has taken waits no more; of one that fails nothing else is tried. */
  async send(take: (shard: number, share: Share) => Promise<unknown>): Promise<void> {
    const rows = this.#sql.exec<Row>("SELECT * FROM waiting ORDER BY id LIMIT ?", AT_ONCE).toArray();
    const down = new Set<number>();
    for (const { id, shard, isolate, sequence, keyed } of rows) {
      if (down.has(shard)) continue;
      try {
        await take(shard, { isolate, sequence, keyed: JSON.parse(keyed) as Keyed[] });
        this.#sql.exec("DELETE FROM waiting WHERE id = ?", id);
      } catch {
        down.add(shard);
      }
    }
  }

  sweep(now: number): void {
    this.#sql.exec("DELETE FROM waiting WHERE at < ?", now - WAITS_MS);
  }

  some(): boolean {
    return this.#sql.exec("SELECT 1 FROM waiting LIMIT 1").toArray().length > 0;
  }
}
