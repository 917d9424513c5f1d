import * as LIMITS from "../contract/limits.ts";
import type { Refusal } from "../contract/problem.ts";
import type { WriteContext, Replayed } from "../contract/write.ts";
import type { Transactions } from "./transactions.ts";

/*
 * Writes that were sent twice. A write with an Idempotency-Key is remembered in its own transaction, so that it and its
 * result can't come apart: sent again it isn't made again, and has the result that it had.
 */

/** How long a write is remembered, in milliseconds. */
const KEPT_MS = 24 * 3_600_000;
/** A row of SQLite holds less than 2 MB; longer results are kept in parts. */
const PART_BYTES = 1 << 20;

/** The table, as the first schema of each object that has one makes it. */
export const REPLAYS_TABLE = `
CREATE TABLE IF NOT EXISTS replays (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  part INTEGER NOT NULL,
  at INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (actor, key, part)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS replays_by_age ON replays (at);
`;

const ANOTHER: Refusal = {
  ok: false,
  problem: {
    type: "idempotency-mismatch",
    detail: "This Idempotency-Key came with another request within the last 24 hours.",
  },
};

/** A result as text and back. What is large and kept elsewhere anyway may be left out of the text. */
export type Packing = { pack(result: object): string; unpack(text: string): object };
const PLAIN: Packing = { pack: (result) => JSON.stringify(result), unpack: (text) => JSON.parse(text) };

/** The remembered writes of one object. */
export class Replays {
  readonly #sql: SqlStorage;
  readonly #transactions: Pick<Transactions, "run">;
  readonly #packing: Packing;

  constructor(sql: SqlStorage, transactions: Pick<Transactions, "run">, packing: Packing = PLAIN) {
    this.#sql = sql;
    this.#transactions = transactions;
    this.#packing = packing;
  }

  /**
   * The result that this write had when it was made before, or a refusal when its key came with another request; else
   * what `make` makes of it, remembered if it went well. All in one transaction.
   *
   * @param now epoch milliseconds
   */
  once<T extends { ok: true }>(write: WriteContext, now: number, make: () => T | Refusal): (T & Replayed) | Refusal {
    return this.#transactions.run(() => {
      const earlier = this.earlier<T>(write, now);
      if (earlier) return earlier;
      const result = make();
      if (result.ok) this.#keep(write, result, now);
      return result;
    });
  }

  /** The first half of `once`, for writes that have to wait for something before they can be made. */
  earlier<T extends { ok: true }>(
    { actor, idempotency }: WriteContext,
    now: number,
  ): (T & Replayed) | Refusal | undefined {
    if (!idempotency) return undefined;
    const rows = this.#sql
      .exec<{ fingerprint: string; content: ArrayBuffer }>(
        "SELECT fingerprint, content FROM replays WHERE actor = ? AND key = ? AND at > ? ORDER BY part",
        ownerOf(actor),
        idempotency.key,
        now - KEPT_MS,
      )
      .toArray();
    const [first] = rows;
    if (!first) return undefined;
    if (first.fingerprint !== idempotency.fingerprint) return ANOTHER;
    const decoder = new TextDecoder();
    const text = rows.map(({ content }) => decoder.decode(content, { stream: true })).join("") + decoder.decode();
    return { ...(this.#packing.unpack(text) as T), replayed: true };
  }

  #keep({ actor, idempotency }: WriteContext, result: object, now: number): void {
    if (!idempotency) return;
    this.#sql.exec("DELETE FROM replays WHERE at <= ?", now - KEPT_MS);
    this.#makeRoom(ownerOf(actor));
    const bytes = new TextEncoder().encode(this.#packing.pack(result));
    for (let start = 0, part = 0; start < bytes.length; start += PART_BYTES, part++)
      this.#sql.exec(
        "INSERT INTO replays (actor, key, part, at, fingerprint, content) VALUES (?, ?, ?, ?, ?, ?)",
        ownerOf(actor),
        idempotency.key,
        part,
        now,
        idempotency.fingerprint,
        bytes.slice(start, start + PART_BYTES),
      );
  }

  /** Forgets what an actor wrote longest ago, where it is very much. */
  #makeRoom(owner: string): void {
    const { keys, bytes } = this.#sql
      .exec<{ keys: number; bytes: number }>(
        "SELECT count(*) AS keys, ifnull(sum(length(content)), 0) AS bytes FROM replays WHERE actor = ?",
        owner,
      )
      .one();
    if (keys < LIMITS.replays && bytes < LIMITS.replayBytes) return;
    this.#sql.exec(
      `DELETE FROM replays WHERE actor = ?1 AND key IN (
         SELECT key FROM replays WHERE actor = ?1 GROUP BY key ORDER BY min(at) LIMIT max(1, ?2))`,
      owner,
      Math.ceil(keys / 2),
    );
  }
}

/** Whose key it is. A token, a person and the root may have the same id, and are not the same. */
export function ownerOf({ via, id }: WriteContext["actor"]): string {
  return `${via}:${id.toWellFormed()}`;
}
