import type { Verdict } from "../contract/audit.ts";
import type { Actor } from "../contract/change.ts";
import { entryHash, firstBroken, GENESIS, type LogRow, MOST_REFUSED } from "../durable/audit-chain.ts";

/* Workspace's own log: what was done to environments as a whole and to admin tokens, and which attempts were refused. */

export type JournalKind = "environment" | "token";
/** What an entry tells, before it gets its place in the log. `before` and `after` are shown as they are. */
export type Happening = {
  action: string;
  target: { kind: JournalKind; key: string };
  before: object | null;
  after: object | null;
};
/** An entry as it is shown. `at` is RFC 3339. `version` counts the writes up to this one; a refused attempt is none. */
export type JournalEntry = Omit<LogRow<JournalKind>, "at" | "before" | "after" | "hash"> & {
  at: string;
  before: object | null;
  after: object | null;
};
/** Times in epoch milliseconds, both inclusive. `after`: the sequence of the last entry of the page before. */
export type JournalQuery = {
  after?: number;
  limit: number;
  actor?: string;
  action?: string;
  since?: number;
  until?: number;
};

export class Journal {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The version of Workspace: how many writes there were. */
  version(): number {
    return this.#end().version;
  }

  /**
   * Puts a write at the end of the log; belongs into the transaction of the write.
   *
   * @param at epoch milliseconds
   * @returns the version that the write made
   */
  append(happening: Happening, { actor, comment }: { actor: Actor; comment: string }, at: number): number {
    return this.#append(happening, actor, comment, at, 1);
  }

  /**
   * Puts what wrote nothing at the end of the log, a refused attempt or a sign-in, unless this actor has had enough of
   * them there: whoever may cause such entries must not be able to fill the log.
   */
  noted(action: string, target: Happening["target"], actor: Actor, comment: string, at: number): void {
    const { n } = this.#sql
      .exec<{ n: number }>(
        "SELECT count(*) AS n FROM journal WHERE action = ? AND actor_id = ? AND at > ? AND actor_via = ?",
        action,
        actor.id.toWellFormed(),
        at - MOST_REFUSED.within,
        actor.via,
      )
      .one();
    if (n >= MOST_REFUSED.count) return;
    this.#append({ action, target, before: null, after: null }, actor, comment, at, 0);
  }

  /** Newest first, and the `after` of the next page. */
  page({ after, limit, actor, action, since, until }: JournalQuery): { entries: JournalEntry[]; next?: number } {
    const rows = this.#sql
      .exec<Row>(
        `SELECT * FROM journal WHERE sequence < ? AND at BETWEEN ? AND ?
           AND (?4 IS NULL OR actor_id = ?4 OR actor_name = ?4) AND (?5 IS NULL OR action = ?5)
         ORDER BY sequence DESC LIMIT ?6`,
        after ?? Number.MAX_SAFE_INTEGER,
        since ?? 0,
        until ?? Number.MAX_SAFE_INTEGER,
        actor ?? null,
        action ?? null,
        limit + 1,
      )
      .toArray();
    const entries = rows.slice(0, limit).map((row): JournalEntry => {
      const { hash: _, ...shown } = logRow(row);
      const read = (text: string | null) => (text === null ? null : JSON.parse(text));
      return { ...shown, at: new Date(row.at).toISOString(), before: read(row.before), after: read(row.after) };
    });
    const last = entries.at(-1);
    return rows.length > limit && last ? { entries, next: last.sequence } : { entries };
  }

  /** Whether the log is whole: every entry fits the one before, and the last is the one that was written last. */
  verify(): Verdict {
    const entries = this.#sql.exec<Row>("SELECT * FROM journal ORDER BY sequence").toArray().map(logRow);
    const brokenAt = firstBroken(entries) ?? (entries.length < this.#end().sequence ? entries.length + 1 : undefined);
    return brokenAt === undefined
      ? { ok: true, entries: entries.length, head: entries.at(-1)?.hash ?? GENESIS }
      : { ok: false, brokenAt };
  }

  /** Of the entry that was written last, whether or not it is still there. */
  #end(): { sequence: number; version: number } {
    return this.#sql.exec<{ sequence: number; version: number }>("SELECT sequence, version FROM journal_end").one();
  }

  #last(): Row | undefined {
    return this.#sql.exec<Row>("SELECT * FROM journal ORDER BY sequence DESC LIMIT 1").toArray()[0];
  }

  /** SQLite keeps no lone surrogates, and what the hash was made of must be what is read back. */
  #append(
    { action, target, before, after }: Happening,
    actor: Actor,
    comment: string,
    at: number,
    more: 0 | 1,
  ): number {
    const last = this.#last();
    const end = this.#end();
    const entry = {
      sequence: end.sequence + 1,
      version: end.version + more,
      at: Math.max(at, last?.at ?? 0),
      actor: { id: actor.id.toWellFormed(), name: actor.name.toWellFormed(), via: actor.via },
      action,
      target: { kind: target.kind, key: target.key.toWellFormed() },
      comment: comment.toWellFormed(),
      before: before && JSON.stringify(before),
      after: after && JSON.stringify(after),
    };
    this.#sql.exec(
      `INSERT INTO journal (sequence, version, at, actor_id, actor_name, actor_via, action, kind, key, comment, before, after, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.sequence,
      entry.version,
      entry.at,
      entry.actor.id,
      entry.actor.name,
      entry.actor.via,
      entry.action,
      entry.target.kind,
      entry.target.key,
      entry.comment,
      entry.before,
      entry.after,
      entryHash(last?.hash ?? GENESIS, entry),
    );
    this.#sql.exec("UPDATE journal_end SET sequence = ?, version = ?", entry.sequence, entry.version);
    return entry.version;
  }
}

type Row = Omit<LogRow<JournalKind>, "actor" | "target"> & {
  actor_id: string;
  actor_name: string;
  actor_via: Actor["via"];
  kind: JournalKind;
  key: string;
};

function logRow({ actor_id, actor_name, actor_via, kind, key, ...row }: Row): LogRow<JournalKind> {
  return { ...row, actor: { id: actor_id, name: actor_name, via: actor_via }, target: { kind, key } };
}
