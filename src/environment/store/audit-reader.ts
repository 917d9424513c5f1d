import type { AuditEntry, TargetKind, Verdict, VersionEntry } from "../../contract/audit.ts";
import type { Actor } from "../../contract/change.ts";
import type { Flag } from "../../contract/flag.ts";
import type { Happened, Phase } from "../../contract/release.ts";
import type { WatchedTo } from "../../contract/watch.ts";
import { ALERT_SECRET, entryHash, GENESIS, type LogRow, OVERRIDDEN, REFUSED } from "../../durable/audit-chain.ts";
import { documentStream } from "./document-stream.ts";
import { type HeldSegment, segmentText } from "./member-list.ts";
import type { AuditQuery, LogQuery } from "../rpc.ts";
import { getOutline, getSegment, pagesOf } from "./segment-text.ts";
import { type TextRef, ContentStore } from "./content-store.ts";
import { takeTurns } from "../../durable/turn.ts";

/** Entries that are there without anything having changed. */
export const MADE_A_VERSION = `action NOT IN ('${REFUSED}', '${OVERRIDDEN}', '${ALERT_SECRET}') AND kind NOT IN ('changeRequest', 'scheduledChange')`;

/** A page of the log ends early when what it shows gets longer than this, in characters. */
const PAGE_CHARACTERS = 8 * 1024 * 1024;
/** How many entries, and how many bytes of texts, are checked before others get their turn. */
const CHECKED_AT_ONCE = 2_000;
const CHECKED_BYTES = 8 * 1024 * 1024;
/** How many changes a version's summary names before it counts the rest. */
const NAMED_CHANGES = 3;

/** How many entries whoever watches is told of at once. */
const TOLD_AT_ONCE = 1_000;

/** An entry as whoever watches is told of it: what it is about. */
export type Remark = {
  sequence: number;
  version: number;
  kind: TargetKind;
  key: string;
  release?: { flag: string; to: Phase };
};

/** What leads back to a version: `…Gone` are the keys of what wasn't there then. */
export type WayBack = { flags: Flag[]; segments: HeldSegment[]; flagsGone: string[]; segmentsGone: string[] };

/** What the log of an environment says: entries, versions, whether it is whole. It reads, and never writes. */
export class AuditReader {
  readonly #sql: SqlStorage;
  readonly #texts: ContentStore;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#texts = new ContentStore(sql);
  }

  /** Entries, newest first, and the sequence that the next page comes after. A page may end before its limit. */
  entries(query: AuditQuery): { entries: AuditEntry[]; next?: number } {
    const { after = Number.MAX_SAFE_INTEGER, limit, flag, actor, action, since, until } = query;
    const rows = this.#sql.exec<LogSqlRow>(
      `SELECT * FROM log WHERE sequence < ?1
         AND (?2 IS NULL OR (kind = 'flag' AND key = ?2))
         AND (?3 IS NULL OR actor_id = ?3 OR actor_name = ?3)
         AND (?4 IS NULL OR action = ?4)
         AND (?5 IS NULL OR at >= ?5)
         AND (?6 IS NULL OR at <= ?6)
       ORDER BY sequence DESC LIMIT ?7`,
      after,
      flag ?? null,
      actor ?? null,
      action ?? null,
      since ?? null,
      until ?? null,
      limit + 1,
    );
    const entries: AuditEntry[] = [];
    let length = 0;
    for (const row of rows) {
      const last = entries.at(-1);
      if (last && (entries.length === limit || length > PAGE_CHARACTERS)) return { entries, next: last.sequence };
      const { before, after: later, at, hash: _hash, ...entry } = logRow(row);
      const [was, is] = [before, later].map((ref) => (ref === null ? null : this.#shown(ref, entry.target.kind)));
      length += (was?.length ?? 0) + (is?.length ?? 0);
      entries.push({
        ...entry,
        at: new Date(at).toISOString(),
        before: was ? JSON.parse(was) : null,
        after: is ? JSON.parse(is) : null,
      });
    }
    return { entries };
  }

  /**
   * What happened since a version, or an entry, in order; undefined when that is too much to tell. Entries about change
   * requests make no version: those made at the version itself may have come before, and are told again.
   */
  since(after: WatchedTo): { sequence: number; entries: Remark[] } | undefined {
    const column = "version" in after ? "version" : "sequence";
    const value = "version" in after ? after.version : after.sequence;
    const rows = this.#sql
      .exec<Omit<Remark, "release"> & { after: TextRef | null }>(
        `SELECT sequence, version, kind, key, after FROM log
         WHERE ${column} > ?1 OR (${column} = ?1 AND ?2 AND kind = 'changeRequest') ORDER BY sequence LIMIT ?3`,
        value,
        column === "version" ? 1 : 0,
        TOLD_AT_ONCE + 1,
      )
      .toArray();
    if (rows.length > TOLD_AT_ONCE) return undefined;
    const entries = rows.map(({ after: text, ...row }) =>
      row.kind === "release" && text !== null ? { ...row, release: this.#happened(text) } : row,
    );
    return { sequence: rows.at(-1)?.sequence ?? this.newestSequence(), entries };
  }

  /** The sequence of the last entry; 0 when there is none. */
  newestSequence(): number {
    return this.#sql.exec<{ last: number }>("SELECT ifnull(max(sequence), 0) AS last FROM log").one().last;
  }

  #happened(text: TextRef): { flag: string; to: Phase } {
    return JSON.parse(this.#texts.get(text));
  }

  /**
   * Goes through the whole log: every entry's hash over itself and the one before, every text that it refers to, and
   * whether every version up to the newest is there, and the entry that was written last; then whether the flags and
   * segments in force are what it says. Others get their turn in between; what they add meanwhile is not looked at.
   *
   * @param version the newest one
   */
  async verify(version: number): Promise<Verdict> {
    const { last, end } = this.#sql
      .exec<{ last: number; end: string }>(
        "SELECT ifnull(max(sequence), 0) AS last, ifnull(max(hash), ?) AS end FROM log_end",
        GENESIS,
      )
      .one();
    const notInForce = this.#notInForce();
    const sound = new Set<TextRef>();
    let head = GENESIS;
    let newest = 0;
    let bytes = 0;
    for (let sequence = 1; sequence <= last;) {
      const rows = this.#sql
        .exec<LogSqlRow>(
          "SELECT * FROM log WHERE sequence >= ? AND sequence <= ? ORDER BY sequence LIMIT ?",
          sequence,
          last,
          CHECKED_AT_ONCE,
        )
        .toArray();
      if (rows.length === 0) return { ok: false, brokenAt: sequence };
      for (const row of rows) {
        const entry = logRow(row);
        const follows = entry.version === newest || entry.version === newest + 1;
        if (!follows || entry.sequence !== sequence || entry.hash !== entryHash(head, entry))
          return { ok: false, brokenAt: sequence };
        for (const ref of this.#textsOf(entry)) {
          if (sound.has(ref)) continue;
          const length = this.#texts.check(ref);
          if (length === undefined) return { ok: false, brokenAt: sequence };
          sound.add(ref);
          bytes += length;
          if (bytes > CHECKED_BYTES) {
            bytes = 0;
            await takeTurns();
          }
        }
        head = entry.hash;
        newest = entry.version;
        sequence += 1;
      }
      await takeTurns();
    }
    if (newest < version || head !== end) return { ok: false, brokenAt: last + 1 };
    return notInForce === undefined ? { ok: true, entries: last, head } : { ok: false, brokenAt: notInForce };
  }

  /**
   * The last entry about a flag or segment of which something else is in force than it says. Of an archived flag the text
   * stays; what no entry tells of stands for the first entry.
   */
  #notInForce(): number | undefined {
    for (const [kind, table] of [
      ["flag", "flags"],
      ["segment", "segments"],
    ] as const) {
      const told = `SELECT key, max(sequence) AS sequence, ${kind === "flag" ? "coalesce(after, before)" : "after"} AS text
        FROM log WHERE kind = '${kind}' AND (after IS NOT NULL OR before IS NOT NULL) GROUP BY key`;
      const row = this.#sql
        .exec<{ sequence: number }>(
          `SELECT ifnull(told.sequence, 1) AS sequence FROM (${told}) told
           FULL JOIN ${table} held ON held.key = told.key WHERE held.text IS NOT told.text LIMIT 1`,
        )
        .toArray()[0];
      if (row) return row.sequence;
    }
    return undefined;
  }

  /** What happened to a release, in its order. */
  timeline(id: string): Happened[] {
    const rows = this.#sql.exec<LogSqlRow>(
      "SELECT * FROM log WHERE kind = 'release' AND key = ? ORDER BY sequence",
      id,
    );
    return rows.toArray().map((row) => {
      const { at, actor, comment, after } = logRow(row);
      const { flag: _, ...what }: Omit<Happened, "at" | "actor" | "comment"> & { flag: string } = JSON.parse(
        this.#texts.get(after!),
      );
      return { at: new Date(at).toISOString(), actor, comment, ...what };
    });
  }

  /** Versions, newest first, and the version that the next page comes after. */
  versions({ after = Number.MAX_SAFE_INTEGER, limit }: LogQuery): { versions: VersionEntry[]; next?: number } {
    const rows = this.#sql.exec<SummaryRow>(
      `SELECT version, at, actor_id, actor_name, actor_via, action, key, comment FROM log
       WHERE version < ? AND ${MADE_A_VERSION} ORDER BY version DESC, sequence`,
      after,
    );
    const versions: VersionEntry[] = [];
    for (const group of byVersion(rows)) {
      const last = versions.at(-1);
      if (last && versions.length === limit) return { versions, next: last.version };
      versions.push(versionEntry(group));
    }
    return { versions };
  }

  /** One version with all flags and segments that were in force, as JSON text; null when there is no such version. */
  version(version: number): ReadableStream<Uint8Array> | null {
    const [group] = byVersion(
      this.#sql.exec<SummaryRow>(
        `SELECT version, at, actor_id, actor_name, actor_via, action, key, comment FROM log
         WHERE version = ? AND ${MADE_A_VERSION} ORDER BY sequence`,
        version,
      ),
    );
    if (!group) return null;
    const at = this.#at(version);
    const texts = this.#texts;
    const flags = Array.from(at.flag.values(), (ref) => read(() => [texts.get(ref)]));
    const segments = Array.from(at.segment.values(), (ref) => read(() => segmentText(getSegment(texts, ref))));
    return documentStream(versionEntry(group), flags, segments);
  }

  /** What has to be put, archived and deleted to lead back to a version; null when there is no such version. */
  wayBackTo(version: number): WayBack | null {
    if (this.#sql.exec("SELECT 1 FROM log WHERE version = ? LIMIT 1", version).toArray().length === 0) return null;
    const wanted = this.#at(version);
    const flags = this.#refs("SELECT key, text FROM flags WHERE archived_at IS NULL");
    const segments = this.#refs("SELECT key, text FROM segments");
    return {
      segments: differing(wanted.segment, segments).map((ref) => getSegment(this.#texts, ref)),
      flags: differing(wanted.flag, flags).map((ref): Flag => JSON.parse(this.#texts.get(ref))),
      flagsGone: missing(flags, wanted.flag),
      segmentsGone: missing(segments, wanted.segment),
    };
  }

  /** The version that an environment key came with. Only for keys that are there. */
  keyMadeAt(id: string): number {
    return this.#sql
      .exec<{ version: number }>("SELECT version FROM log WHERE kind = 'key' AND key = ? ORDER BY sequence LIMIT 1", id)
      .one().version;
  }

  /** Who made the newest version, and when. */
  newest(): { updatedBy: string; updatedAt: string } {
    const { actor_name, at } = this.#sql
      .exec<SummaryRow>(`SELECT * FROM log WHERE ${MADE_A_VERSION} ORDER BY sequence DESC LIMIT 1`)
      .one();
    return { updatedBy: actor_name, updatedAt: new Date(at).toISOString() };
  }

  /** The texts of what was in force at a version, by kind and sorted by key. */
  #at(version: number): { flag: Map<string, TextRef>; segment: Map<string, TextRef> } {
    const found = { flag: new Map<string, TextRef>(), segment: new Map<string, TextRef>() };
    const rows = this.#sql.exec<{ kind: "flag" | "segment"; key: string; after: TextRef | null; newest: number }>(
      `SELECT kind, key, after, max(sequence) AS newest FROM log
       WHERE version <= ? AND kind IN ('flag', 'segment') AND ${MADE_A_VERSION} GROUP BY kind, key`,
      version,
    );
    const sorted = rows.toArray().sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const { kind, key, after } of sorted) if (after !== null) found[kind].set(key, after);
    return found;
  }

  #refs(query: string): Map<string, TextRef> {
    return new Map(
      this.#sql
        .exec<{ key: string; text: TextRef }>(query)
        .toArray()
        .map(({ key, text }) => [key, text]),
    );
  }

  /** Every text that an entry refers to, directly or through a segment. Texts are yielded before they are relied on. */
  *#textsOf({ before, after, target }: LogRow<TargetKind>): Generator<TextRef> {
    for (const ref of [before, after]) {
      if (ref === null) continue;
      yield ref;
      if (target.kind === "segment") yield* pagesOf(this.#texts, ref);
    }
  }

  /** A list of a segment as it was at a version; undefined when there was none. */
  segment(key: string, version: number): HeldSegment | undefined {
    const row = this.#sql
      .exec<{ after: TextRef | null }>(
        `SELECT after FROM log WHERE kind = 'segment' AND key = ? AND version <= ? AND ${MADE_A_VERSION}
         ORDER BY sequence DESC LIMIT 1`,
        key,
        version,
      )
      .toArray()[0];
    return row?.after ? getSegment(this.#texts, row.after) : undefined;
  }

  /** The JSON text of a resource as an entry shows it. */
  #shown(ref: TextRef, kind: TargetKind): string {
    if (kind !== "segment") return this.#texts.get(ref);
    return JSON.stringify(getOutline(this.#texts, ref));
  }
}

/** Pieces that are asked for only when they are needed. */
function* read(pieces: () => Iterable<string>): Generator<string> {
  yield* pieces();
}

/** The texts that are wanted, where something else or nothing is. */
function differing(wanted: Map<string, TextRef>, present: Map<string, TextRef>): TextRef[] {
  return Array.from(wanted)
    .filter(([key, ref]) => present.get(key) !== ref)
    .map(([, ref]) => ref);
}

function missing(present: Map<string, TextRef>, wanted: Map<string, TextRef>): string[] {
  return Array.from(present.keys()).filter((key) => !wanted.has(key));
}

function* byVersion(rows: Iterable<SummaryRow>): Generator<SummaryRow[]> {
  let group: SummaryRow[] = [];
  for (const row of rows) {
    if (group[0] && group[0].version !== row.version) {
      yield group;
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield group;
}

function versionEntry(group: SummaryRow[]): VersionEntry {
  const { version, at, actor_id, actor_name, actor_via, comment } = group[0]!;
  const named = group.slice(0, NAMED_CHANGES).map(({ action, key }) => `${action} ${key}`);
  if (group.length > NAMED_CHANGES) named.push(`${group.length - NAMED_CHANGES} more`);
  const what = named.join(", ");
  return {
    version,
    at: new Date(at).toISOString(),
    actor: { id: actor_id, name: actor_name, via: actor_via },
    summary: comment === "" ? what : `${what}: ${comment}`,
  };
}

type SummaryRow = {
  version: number;
  at: number;
  actor_id: string;
  actor_name: string;
  actor_via: Actor["via"];
  action: string;
  key: string;
  comment: string;
};
type LogSqlRow = SummaryRow & {
  sequence: number;
  kind: TargetKind;
  before: TextRef | null;
  after: TextRef | null;
  hash: string;
};

function logRow({ actor_id, actor_name, actor_via, kind, key, ...row }: LogSqlRow): LogRow<TargetKind> {
  return { ...row, actor: { id: actor_id, name: actor_name, via: actor_via }, target: { kind, key } };
}
