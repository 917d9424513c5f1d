import { keyOf, type Pointer, SNAPSHOT_FORMAT } from "../../contract/snapshot.ts";
import { type After, within } from "../../snapshot/deadline.ts";
import type { Body } from "./body.ts";

/*
 * What an environment has in KV: the pointer, bodies of versions, bodies of listed members. The tables say what was
 * put there, and are written before it is, so that nothing stays in KV that nobody knows of.
 */

/** A KV call that hangs must not hang an alarm. */
const KV_MS = 10_000;
const KEPT_VERSIONS = 50;
const KEPT_MS = 24 * 3_600_000;
const SWEPT_AT_ONCE = 20;
/** The same while something waits to be published: more than comes with each publication. */
const SWEPT_BESIDE = 4;
const SWEEP_RETRY_MS = 60_000;

export class KvPublisher {
  readonly #sql: SqlStorage;
  readonly #kv: Pick<KVNamespace, "put" | "delete">;
  readonly #now: () => number;
  readonly #after: After | undefined;
  #sweepNotBefore = 0;

  constructor(sql: SqlStorage, kv: Pick<KVNamespace, "put" | "delete">, now: () => number, after?: After) {
    this.#sql = sql;
    this.#kv = kv;
    this.#now = now;
    this.#after = after;
  }

  /** The newest version whose body KV has acknowledged; 0 when there is none. */
  stored(): number {
    return (
      this.#sql.exec<{ v: number | null }>("SELECT max(version) AS v FROM bodies WHERE stored_at > 0").one().v ?? 0
    );
  }

  /** Puts what isn't there yet of a version: its listed members, its body, and, after those, the pointer to it. */
  async put(environment: string, incarnation: string, body: Omit<Body, "since">): Promise<void> {
    const { version, text, members } = body;
    this.#sql.exec(
      "INSERT INTO bodies (version, members, begun_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      version,
      members?.hash ?? null,
      this.#now(),
    );
    if (members) {
      this.#sql.exec("INSERT INTO members (hash) VALUES (?) ON CONFLICT DO NOTHING", members.hash);
      if (!this.#has("SELECT stored_at FROM members WHERE hash = ?", members.hash)) {
        await this.#call(this.#kv.put(keyOf.members(environment, incarnation, members.hash), members.bytes()));
        this.#sql.exec("UPDATE members SET stored_at = ? WHERE hash = ?", this.#now(), members.hash);
      }
    }
    if (!this.#has("SELECT stored_at FROM bodies WHERE version = ?", version)) {
      await this.#call(this.#kv.put(keyOf.body(environment, incarnation, version), text()));
      this.#sql.exec("UPDATE bodies SET stored_at = ? WHERE version = ?", this.#now(), version);
    }
    const pointer: Pointer = { format: SNAPSHOT_FORMAT, incarnation, version, stored: version };
    await this.#call(this.#kv.put(keyOf.pointer(environment, incarnation), JSON.stringify(pointer)));
  }

  /** When the oldest body may go: past the last 50 versions, and 24 h after it was followed by another. */
  sweepDue(): number | null {
    const due = this.#sweepable()[0]?.followed_at;
    return due === undefined ? null : Math.max(due + KEPT_MS, this.#sweepNotBefore);
  }

  /**
   * Deletes some of the bodies that may go, and the listed members that no body goes with any more.
   *
   * @param waiting whether something waits to be published, and for this to end
   */
  async sweep(environment: string, incarnation: string, waiting: () => boolean = () => false): Promise<void> {
    const now = this.#now();
    const old = this.#sweepable().filter((body) => body.followed_at + KEPT_MS <= now);
    const done = await this.#delete(
      old.map(({ version }) => [keyOf.body(environment, incarnation, version), "bodies", "version", version]),
      waiting,
    );
    const unused = this.#sql
      .exec<{ hash: string }>(
        "SELECT hash FROM members WHERE hash NOT IN (SELECT members FROM bodies WHERE members IS NOT NULL) LIMIT ?",
        SWEPT_AT_ONCE,
      )
      .toArray();
    const rest = await this.#delete(
      unused.map(({ hash }) => [keyOf.members(environment, incarnation, hash), "members", "hash", hash]),
      waiting,
    );
    if (!done || !rest) this.#sweepNotBefore = now + SWEEP_RETRY_MS;
  }

  /** Deletes everything, some of it at a time. @returns whether nothing is left */
  async clear(environment: string, incarnation: string): Promise<boolean> {
    const bodies = this.#sql.exec<{ version: number }>("SELECT version FROM bodies LIMIT ?", SWEPT_AT_ONCE).toArray();
    const members = this.#sql.exec<{ hash: string }>("SELECT hash FROM members LIMIT ?", SWEPT_AT_ONCE).toArray();
    if (bodies.length === 0 && members.length === 0) return true;
    await this.#call(this.#kv.delete(keyOf.pointer(environment, incarnation)));
    await this.#delete(
      bodies.map(({ version }) => [keyOf.body(environment, incarnation, version), "bodies", "version", version]),
    );
    await this.#delete(
      members.map(({ hash }) => [keyOf.members(environment, incarnation, hash), "members", "hash", hash]),
    );
    return false;
  }

  #sweepable(): { version: number; followed_at: number }[] {
    return this.#sql
      .exec<{ version: number; followed_at: number }>(
        `SELECT version, (SELECT begun_at FROM bodies AS b WHERE b.version > a.version ORDER BY b.version LIMIT 1) AS followed_at
         FROM bodies AS a
         WHERE version < (SELECT version FROM bodies ORDER BY version DESC LIMIT 1 OFFSET ?)
         ORDER BY version LIMIT ?`,
        KEPT_VERSIONS - 1,
        SWEPT_AT_ONCE,
      )
      .toArray();
  }

  /** Deletes from KV, then forgets, one after another. @returns whether all went well */
  async #delete(
    entries: [key: string, table: "bodies" | "members", column: string, value: string | number][],
    waiting: () => boolean = () => false,
  ): Promise<boolean> {
    try {
      for (const [index, [key, table, column, value]] of entries.entries()) {
        if (index >= SWEPT_BESIDE && waiting()) return true;
        await this.#call(this.#kv.delete(key));
        this.#sql.exec(`DELETE FROM ${table} WHERE ${column} = ?`, value);
      }
      return true;
    } catch {
      return false;
    }
  }

  #has(query: string, value: string | number): boolean {
    return this.#sql.exec<{ stored_at: number | null }>(query, value).one().stored_at !== null;
  }

  #call(work: Promise<void>): Promise<void> {
    return within(work, KV_MS, this.#after);
  }
}
