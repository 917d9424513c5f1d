import * as LIMITS from "../../contract/limits.ts";
import type { TargetKind } from "../../contract/audit.ts";
import type { Actor } from "../../contract/change.ts";
import type { Problem } from "../../contract/problem.ts";
import type { Release } from "../../core/release/state.ts";
import { withNews } from "../../durable/conflict.ts";
import { type Preconditions, unmet } from "../../durable/precondition.ts";
import { makeTables, openTables } from "../../durable/schema.ts";
import { Transactions } from "../../durable/transactions.ts";
import type { Write } from "../rpc.ts";
import { AuditLog } from "./audit-log.ts";
import { AuditReader } from "./audit-reader.ts";
import { ContentStore } from "./content-store.ts";
import { Past } from "./past.ts";
import { ReleaseStore } from "./release-store.ts";
import { ENVIRONMENT_MIGRATIONS, ENVIRONMENT_SIGN } from "./schema.ts";
import { type Entry, type EnvironmentState, revisionOf, type Stamp } from "./state.ts";

/** A version that was made: what is in force since, what was written into the log, and by whom. */
export type Committed = { state: EnvironmentState; entries: readonly Entry[]; actor: Actor; comment: string };

/**
 * Keeps one environment: its tables, what is in force, and the one way to change both, a synchronous transaction. Memory
 * follows storage, also when a transaction fails.
 */
export class EnvironmentStore {
  readonly sql: SqlStorage;
  readonly texts: ContentStore;
  readonly past: Past;
  readonly auditReader: AuditReader;
  readonly releases: ReleaseStore;
  /** The clock, epoch milliseconds. */
  readonly now: () => number;
  readonly #storage: DurableObjectStorage;
  readonly #transactions: Transactions;
  readonly #log: AuditLog;
  readonly #listeners: ((committed: Committed) => void)[] = [];
  readonly #readers: ((state: EnvironmentState | null) => void)[] = [];
  /** undefined: not read yet. null: there is none. */
  #state: EnvironmentState | null | undefined;

  constructor(storage: DurableObjectStorage, now: () => number) {
    this.#storage = storage;
    this.now = now;
    this.sql = openTables(storage, ENVIRONMENT_MIGRATIONS, ENVIRONMENT_SIGN);
    this.texts = new ContentStore(this.sql);
    this.past = new Past(this.sql);
    this.auditReader = new AuditReader(this.sql);
    this.releases = new ReleaseStore(this.sql);
    this.#log = new AuditLog(this.sql);
    this.#transactions = new Transactions(storage);
    this.onRollback(() => (this.#state = undefined)); // what is in force is what the tables say
  }

  /** What is in force; null when there is no such environment, or no more. */
  state(): EnvironmentState | null {
    if (this.#state !== undefined) return this.#state;
    this.#state = this.#log.load() ?? null;
    for (const read of this.#readers) read(this.#state);
    return this.#state;
  }

  /** Which environment this is, or was until it was deleted; undefined where none was ever created. */
  identity(): { name: string; incarnation: string; deleted: boolean } | undefined {
    return this.#log.exists() ? this.#log.identity() : undefined;
  }

  /** Whether storage has come so near to its limit that the rest is kept for what must always be possible. */
  isFull(): boolean {
    return this.#storage.sql.databaseSize > LIMITS.storageBytes;
  }

  /** Runs work in a transaction, within the one that is open if one is. When it throws, nothing of it stays. */
  transaction<T>(work: () => T): T {
    return this.#transactions.run(work);
  }

  /** Names a memory of what is stored. @param drop forgets it after a transaction that failed; must not throw */
  onRollback(drop: () => void): void {
    this.#transactions.follow(drop);
  }

  /** Names what looks at what is in force when that has been read from the tables. @param reader must not throw */
  onRead(reader: (state: EnvironmentState | null) => void): void {
    this.#readers.push(reader);
  }

  /** Names what every commit brings about. @param listener is called in its transaction */
  onCommit(listener: (committed: Committed) => void): void {
    this.#listeners.push(listener);
  }

  /** What the next version is marked with. Time doesn't go back from one to the next, whatever the machine's clock does. */
  stamp({ head }: EnvironmentState, { actor }: Pick<Write, "actor">): Stamp {
    return { version: head.version + 1, at: Math.max(this.now(), head.at), by: actor.name.toWellFormed() };
  }

  /**
   * Makes a version, in the open transaction: log first, then what is in force. SQLite keeps no lone surrogates, and what
   * the log's hash was made of must be what is read back.
   */
  commit(candidate: EnvironmentState, made: Entry[], { version, at, by }: Stamp, write: Write): EnvironmentState {
    const { actor, comment, action } = write;
    const entries = action === undefined ? made : made.map((entry) => ({ ...entry, action }));
    const next: EnvironmentState = { ...candidate, head: { ...candidate.head, version, at } };
    const whose = { actor: { id: actor.id.toWellFormed(), name: by, via: actor.via }, comment: comment.toWellFormed() };
    this.#log.record(next, entries, whose);
    this.#state = next;
    for (const listener of this.#listeners) listener({ state: next, entries, ...whose });
    return next;
  }

  /** Keeps what a release has come to know, in the open transaction. No version is made. */
  keepRelease(next: EnvironmentState, release: Release): void {
    this.#log.keepRelease(release);
    this.#state = next;
  }

  /** Puts something that changes nothing into the log, in the open transaction. No version is made. */
  remark(action: string, target: { kind: TargetKind; key: string }, actor: Actor, comment: string): void {
    const head = this.state()?.head;
    if (head) this.#log.remark(action, target, { ...head, at: Math.max(this.now(), head.at) }, actor, comment);
  }

  /** Puts an attempt that was refused into the log, unless this actor has had enough of them there. */
  remarkRefusal(attempt: string, actor: Actor): void {
    const head = this.state()?.head;
    if (head) this.#log.refused({ ...head, at: Math.max(this.now(), head.at) }, attempt, actor);
  }

  /** The precondition of a write to the environment as a whole; undefined when it is met. */
  unmet(present: EnvironmentState, write: Preconditions): Problem | undefined {
    const problem = unmet(write, revisionOf(present));
    return problem && withNews(problem, { version: present.head.version, ...this.auditReader.newest() });
  }

  /** Makes the tables. Outside of any transaction. */
  create(): void {
    makeTables(this.#storage, ENVIRONMENT_MIGRATIONS);
  }

  /** Ends the environment, in the open transaction. Its tables stay until what is elsewhere is gone. */
  delete(): void {
    this.#log.delete(this.now());
    this.#state = null;
  }
}
