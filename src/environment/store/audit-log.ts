import type { ApprovalBy } from "../../contract/admin.ts";
import type { TargetKind } from "../../contract/audit.ts";
import type { Actor } from "../../contract/change.ts";
import type { Metric } from "../../contract/metric.ts";
import { entryHash, GENESIS, type LogRow, MOST_REFUSED, REFUSED } from "../../durable/audit-chain.ts";
import type { Release } from "../../core/release/state.ts";
import { ReleaseStore } from "./release-store.ts";
import { getSegment, putSegment } from "./segment-text.ts";
import { type TextRef, ContentStore } from "./content-store.ts";
import {
  type Entry,
  type EnvironmentState,
  type Head,
  NO_SETTINGS,
  PRODUCTION,
  type Settings,
  type State,
  type StoredFlag,
  type StoredKey,
  type StoredSegment,
} from "./state.ts";

/**
 * The tables of one environment: the log, and the projections of it that say what is in force. Its writing methods
 * belong into one synchronous transaction of the caller's.
 */
export class AuditLog {
  readonly #sql: SqlStorage;
  readonly #texts: ContentStore;
  readonly #files: ReleaseStore;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#texts = new ContentStore(sql);
    this.#files = new ReleaseStore(sql);
  }

  /** A release that knows more than before, although nothing was decided: no version is made. */
  keepRelease(release: Release): void {
    this.#files.keepRelease(release);
  }

  /** Reads what is in force; undefined where no environment was created, or it was deleted. */
  load(): EnvironmentState | undefined {
    if (!this.exists()) return undefined;
    const row = this.#sql.exec<HeadRow>("SELECT * FROM environment WHERE deleted_at IS NULL").toArray()[0];
    if (!row) return undefined;
    const { name, incarnation, version, at, created_at } = row;
    return {
      head: { name, incarnation, version, at, createdAt: created_at },
      state: this.#state(),
      keys: this.#keys(),
      settings: this.#settings(name),
      releases: this.#files.latest(),
      plans: this.#files.plans(),
    };
  }

  /** Whether there are tables. An object that nobody created has none, and reading it makes none. */
  exists(): boolean {
    const found = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'environment'");
    return found.toArray().length > 0;
  }

  /** Which environment this is, or was until it was deleted. Only where `exists()`. */
  identity(): { name: string; incarnation: string; deleted: boolean } | undefined {
    const row = this.#sql.exec<HeadRow>("SELECT * FROM environment").toArray()[0];
    return row && { name: row.name, incarnation: row.incarnation, deleted: row.deleted_at !== null };
  }

  delete(at: number): void {
    this.#sql.exec("UPDATE environment SET deleted_at = ?", at);
  }

  /**
   * Writes a version down: log first, then what is in force.
   *
   * @param next with the version and time of this write
   */
  record(
    next: EnvironmentState,
    entries: readonly Entry[],
    { actor, comment }: { actor: Actor; comment: string },
  ): void {
    if (next.head.version === 1) this.#create(next.head);
    let { sequence, hash } = this.#last();
    const refs = new Map<string, TextRef | null>();
    for (const { action, kind, key, before, after, by = { actor, comment } } of entries) {
      const target = { kind, key };
      const slot = JSON.stringify(target);
      const earlier = refs.get(slot) ?? this.#projected(target);
      const later =
        after === null
          ? null
          : kind === "segment"
            ? putSegment(this.#texts, after)
            : this.#texts.put(JSON.stringify(after));
      sequence += 1;
      const entry = {
        sequence,
        version: next.head.version,
        at: next.head.at,
        actor: by.actor,
        action,
        target,
        comment: by.comment.toWellFormed(),
        before: before === null ? null : (earlier ?? this.#texts.put(JSON.stringify(before))),
        after: later,
      };
      hash = entryHash(hash, entry);
      this.#append({ ...entry, hash });
      refs.set(slot, later ?? earlier ?? null);
    }
    for (const entry of entries)
      this.#project(entry, next, refs.get(JSON.stringify({ kind: entry.kind, key: entry.key })) ?? null);
    this.#sql.exec("UPDATE environment SET version = ?, at = ?", next.head.version, next.head.at);
  }

  /** Puts an attempt that was refused into the log, unless this actor has had enough of them there. No version is made. */
  refused(head: Head, attempt: string, actor: Actor): void {
    const { n } = this.#sql
      .exec<{ n: number }>(
        "SELECT count(*) AS n FROM log WHERE action = 'refused' AND actor_id = ? AND at > ? AND actor_via = ?",
        actor.id.toWellFormed(),
        head.at - MOST_REFUSED.within,
        actor.via,
      )
      .one();
    if (n >= MOST_REFUSED.count) return;
    this.remark(REFUSED, { kind: "environment", key: head.name }, head, actor, attempt);
  }

  /** Puts an entry about something that changes nothing into the log. No version is made. */
  remark(
    action: string,
    target: { kind: TargetKind; key: string },
    { version, at }: Pick<Head, "version" | "at">,
    { id, name, via }: Actor,
    comment: string,
  ): void {
    const last = this.#last();
    const sequence = last.sequence + 1;
    const actor = { id: id.toWellFormed(), name: name.toWellFormed(), via };
    const said = { sequence, version, at, actor, action, target, comment: comment.toWellFormed() };
    const entry = { ...said, before: null, after: null };
    this.#append({ ...entry, hash: entryHash(last.hash, entry) });
  }

  #last(): LastRow {
    const last = this.#sql.exec<LastRow>("SELECT sequence, hash FROM log_end").toArray()[0];
    return last ?? { sequence: 0, hash: GENESIS };
  }

  #create({ name, incarnation, version, at, createdAt }: Head): void {
    this.#insert("environment", { id: 1, name, incarnation, version, at, created_at: createdAt });
  }

  #state(): State {
    const flags = new Map<string, StoredFlag>();
    for (const row of this.#sql.exec<ResourceRow>("SELECT * FROM flags").toArray()) {
      const stored = { flag: JSON.parse(this.#texts.get(row.text)), ...stamps(row) };
      flags.set(row.key, row.archived_at === null ? stored : { ...stored, archivedAt: row.archived_at });
    }
    const segments = new Map<string, StoredSegment>();
    for (const row of this.#sql.exec<ResourceRow>("SELECT * FROM segments").toArray())
      segments.set(row.key, { segment: getSegment(this.#texts, row.text), ...stamps(row) });
    return { flags, segments };
  }

  #settings(name: string): Settings {
    const marks = this.#sql.exec<{ production: number; sites: string }>("SELECT * FROM marks").toArray()[0];
    const row = this.#sql.exec<{ sampling: string; salt: string }>("SELECT * FROM settings").toArray()[0];
    const ending = this.#sql.exec<{ at: number; by_whom: string }>("SELECT at, by_whom FROM ending").toArray()[0];
    const described = this.#sql.exec<{ text: string }>("SELECT text FROM description").toArray()[0];
    const approval = this.#sql
      .exec<{ required: number; by_whom: ApprovalBy }>("SELECT required, by_whom FROM approval")
      .toArray()[0];
    return {
      ...(row ? { sampling: JSON.parse(row.sampling), salt: row.salt } : NO_SETTINGS),
      requiresApproval: approval?.required ?? NO_SETTINGS.requiresApproval,
      approvalBy: approval?.by_whom ?? NO_SETTINGS.approvalBy,
      description: described?.text ?? NO_SETTINGS.description,
      production: marks ? marks.production === 1 : name === PRODUCTION,
      sites: marks ? JSON.parse(marks.sites) : NO_SETTINGS.sites,
      ends: ending ? { at: ending.at, by: JSON.parse(ending.by_whom) } : null,
      metrics: this.#sql.exec<Metric>('SELECT name, per, "window" FROM metrics ORDER BY name').toArray(),
    };
  }

  #keys(): StoredKey[] {
    return this.#sql
      .exec<KeyRow>("SELECT * FROM keys ORDER BY created_at, id")
      .toArray()
      .map(({ created_at, created_by, origins, ...row }) => ({
        ...row,
        origins: JSON.parse(origins),
        createdAt: created_at,
        createdBy: created_by,
      }));
  }

  /** The text of a flag or segment as the projection has it, an archived flag's too. */
  #projected({ kind, key }: { kind: TargetKind; key: string }): TextRef | undefined {
    if (kind !== "flag" && kind !== "segment") return undefined;
    const table = kind === "flag" ? "flags" : "segments";
    return this.#sql.exec<{ text: TextRef }>(`SELECT text FROM ${table} WHERE key = ?`, key).toArray()[0]?.text;
  }

  /** Brings the projection of an entry's target to what is in force now. Webhooks keep theirs themselves. */
  #project({ kind, key }: Entry, present: EnvironmentState, text: TextRef | null): void {
    const { state, keys, settings } = present;
    if (kind === "flag") {
      const stored = state.flags.get(key);
      if (stored)
        this.#insert("flags", { key, text, ...columns(stored), archived_at: stored.archivedAt ?? null }, "OR REPLACE");
    } else if (kind === "segment") {
      const stored = state.segments.get(key);
      if (stored) this.#insert("segments", { key, text, ...columns(stored) }, "OR REPLACE");
      else this.#sql.exec("DELETE FROM segments WHERE key = ?", key);
    } else if (kind === "key") {
      const stored = keys.find((one) => one.id === key);
      if (stored) {
        const { createdAt: created_at, createdBy: created_by, origins, ...rest } = stored;
        this.#insert("keys", { ...rest, origins: JSON.stringify(origins), created_at, created_by });
      } else this.#sql.exec("DELETE FROM keys WHERE id = ?", key);
    } else if (kind === "release") {
      const release = Array.from(present.releases.values()).find(({ id }) => id === key);
      if (release) this.keepRelease(release);
    } else if (kind === "plan") {
      const stored = present.plans.get(key);
      if (stored) this.#files.keepPlan(stored);
      else this.#files.deletePlan(key);
    } else if (kind === "metric") {
      const metric = settings.metrics.find(({ name }) => name === key);
      if (metric) this.#insert("metrics", { name: key, per: metric.per, '"window"': metric.window }, "OR REPLACE");
      else this.#sql.exec("DELETE FROM metrics WHERE name = ?", key);
    } else if (kind === "environment") {
      const { description, sampling, salt, requiresApproval, approvalBy, production, sites, ends } = settings;
      this.#insert("marks", { id: 1, production: Number(production), sites: JSON.stringify(sites) }, "OR REPLACE");
      if (ends)
        this.#sql.exec(
          `INSERT INTO ending (id, at, by_whom) VALUES (1, ?, ?)
           ON CONFLICT (id) DO UPDATE SET at = excluded.at, by_whom = excluded.by_whom`,
          ends.at,
          JSON.stringify(ends.by),
        );
      this.#insert("approval", { id: 1, required: requiresApproval, by_whom: approvalBy }, "OR REPLACE");
      this.#insert("description", { id: 1, text: description }, "OR REPLACE");
      this.#insert("settings", { id: 1, sampling: JSON.stringify(sampling), salt }, "OR REPLACE");
    }
  }

  #append({ actor, target, ...row }: LogRow): void {
    const who = { actor_id: actor.id, actor_name: actor.name, actor_via: actor.via };
    this.#insert("log", { ...row, ...who, kind: target.kind, key: target.key });
    this.#insert("log_end", { id: 1, sequence: row.sequence, hash: row.hash }, "OR REPLACE");
  }

  /** @param row column by column; table and columns are names of schema.ts, never anything that was sent */
  #insert(table: string, row: Record<string, SqlStorageValue>, or: "" | "OR REPLACE" = ""): void {
    const columns = Object.keys(row).join(", ");
    const places = Object.keys(row).fill("?").join(", ");
    this.#sql.exec(`INSERT ${or} INTO ${table} (${columns}) VALUES (${places})`, ...Object.values(row));
  }
}

type HeadRow = {
  name: string;
  incarnation: string;
  version: number;
  at: number;
  created_at: number;
  deleted_at: number | null;
};
type LastRow = { sequence: number; hash: string };
type ResourceRow = {
  key: string;
  text: TextRef;
  version: number;
  created_at: string;
  updated_at: string;
  updated_by: string;
  archived_at: string | null;
};
type KeyRow = {
  id: string;
  kind: "client" | "server";
  name: string;
  origins: string;
  hash: string;
  created_at: string;
  created_by: string;
};
function stamps({ version, created_at, updated_at, updated_by }: ResourceRow) {
  return { version, createdAt: created_at, updatedAt: updated_at, updatedBy: updated_by };
}

function columns({ version, createdAt, updatedAt, updatedBy }: StoredFlag | StoredSegment) {
  return { version, created_at: createdAt, updated_at: updatedAt, updated_by: updatedBy };
}
