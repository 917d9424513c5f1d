import { DurableObject } from "cloudflare:workers";
import type { FlagView, KeyView, SegmentView } from "../contract/admin.ts";
import type { Change } from "../contract/change.ts";
import type { Problem, Refusal } from "../contract/problem.ts";
import { formatRevision, type Pointer, SNAPSHOT_FORMAT } from "../contract/snapshot.ts";
import { Outbox } from "../snapshot/outbox.ts";
import { type Body, BodyMaker } from "./body.ts";
import { type Entry, Ledger, type Present, type StoredKey } from "./ledger.ts";
import { listFlags, listSegments } from "./list.ts";
import { targetOf } from "./place.ts";
import { EMPTY, inForce, plan, type Stamp, type State, wholeOf } from "./plan.ts";
import { unmet } from "../core/precondition.ts";
import type { Target } from "../core/references.ts";
import type {
  Applied,
  Copy,
  FlagQuery,
  LogEntry,
  LogQuery,
  NewKey,
  SegmentQuery,
  Summary,
  Write,
  Written,
} from "./rpc.ts";
import { Shelf } from "./shelf.ts";

const NOWHERE: Refusal = { ok: false, problem: { type: "not-found", detail: "There is no such environment." } };

/** How soon what a deleted environment has in KV is gone on with, after progress and after failure. */
const CLEAR_AGAIN_MS = 1_000;
const CLEAR_RETRY_MS = 60_000;

/**
 * The one writer of an environment. Its name is `<environment>/<incarnation>`; it exists from `seed` to `destroy`.
 *
 * A write is one synchronous transaction: precondition, plan, log, what is in force, version, alarm. Memory follows
 * only after it. What was committed is published to KV in the background; the alarm heals what didn't get there.
 */
export class Environment extends DurableObject<{ SNAPSHOTS: KVNamespace }> {
  readonly #ledger = new Ledger(this.ctx.storage.sql);
  readonly #shelf = new Shelf(this.ctx.storage.sql, this.env.SNAPSHOTS, () => Date.now());
  readonly #maker = new BodyMaker();
  readonly #outbox = new Outbox({
    now: () => Date.now(),
    storage: this.ctx.storage.kv,
    current: () => this.#present()?.head.version ?? 0,
    publish: () => this.#publish(),
    rest: { due: () => (this.#present() ? this.#shelf.sweepDue() : null), run: () => this.#sweep() },
  });
  /** undefined: not read yet. null: there is none. */
  #loaded: Present | null | undefined;
  #made: Body | undefined;

  /** What is current; null when there is no such environment, or no more. */
  async pointer(): Promise<Pointer | null> {
    const present = this.#present();
    if (!present) return null;
    const { incarnation, version } = present.head;
    return { format: SNAPSHOT_FORMAT, incarnation, version, stored: this.#shelf.stored() };
  }

  /** The text of the current body, when that is of this version or a newer one. */
  async body(version: number): Promise<string | null> {
    const present = this.#present();
    return present && version <= present.head.version ? this.#body(present).text : null;
  }

  /** The listed members that the current body goes with, when they have this hash. */
  async members(hash: string): Promise<ArrayBuffer | null> {
    const present = this.#present();
    const members = present && this.#body(present).members;
    return members?.hash === hash ? new Uint8Array(members.bytes).buffer : null;
  }

  /** Makes changes, all or none, and at most one version. Durable when it is answered. */
  async apply(changes: Change[], write: Write): Promise<Applied | Refusal> {
    const present = this.#present();
    if (!present) return NOWHERE;
    const { batch = changes.length > 1 } = write;
    const [only] = batch ? [] : changes;
    const problem = only ? unmetBy(present, only, write) : unmet(write, revisionOf(present));
    if (problem) return { ok: false, problem };
    const stamp = this.#stamp(present, write);
    const planned = plan(present.state, changes, stamp, batch);
    if (!planned.ok) return planned;
    const changed = planned.writes.length > 0;
    const next = changed ? this.#commit({ ...present, state: planned.state }, planned.writes, stamp, write) : present;
    const written = { ...writtenAt(next), changed };
    if (!only) return { ...written, created: false, etag: `"${written.revision}"` };
    const target = targetOf(only);
    const created = !viewOf(present.state, target) && viewOf(next.state, target) !== undefined;
    return { ...written, created, ...shown(next, target) };
  }

  async flag(key: string): Promise<{ view: FlagView; etag: string } | null> {
    const present = this.#present();
    const view = present?.state.flags.get(key);
    return present && view ? { view, etag: `"${tagOf(present, view)}"` } : null;
  }

  async flags(query: FlagQuery): Promise<{ flags: FlagView[]; next?: string }> {
    return listFlags(this.#present()?.state ?? EMPTY, query);
  }

  async segment(key: string): Promise<{ view: SegmentView; etag: string } | null> {
    const present = this.#present();
    const view = present?.state.segments.get(key);
    return present && view ? { view, etag: `"${tagOf(present, view)}"` } : null;
  }

  async segments(query: SegmentQuery): Promise<{ segments: SegmentView[]; next?: string }> {
    return listSegments(this.#present()?.state ?? EMPTY, query);
  }

  async keys(): Promise<KeyView[]> {
    return (this.#present()?.keys ?? []).map(keyView);
  }

  async createKey(key: NewKey, write: Write): Promise<(Written & { key: KeyView }) | Refusal> {
    const present = this.#present();
    if (!present) return NOWHERE;
    const problem = unmet(write, revisionOf(present));
    if (problem) return { ok: false, problem };
    if (present.keys.some((one) => one.id === key.id || one.hash === key.hash))
      return { ok: false, problem: { type: "conflict", detail: "There is such a key already." } };
    const stamp = this.#stamp(present, write);
    const stored: StoredKey = { ...key, createdAt: new Date(stamp.at).toISOString(), createdBy: stamp.by };
    const view = keyView(stored);
    const entry: Entry = { action: "createKey", kind: "key", key: key.id, before: null, after: view };
    const next = this.#commit({ ...present, keys: [...present.keys, stored] }, [entry], stamp, write);
    return { ...writtenAt(next), changed: true, key: view };
  }

  async deleteKey(id: string, write: Write): Promise<Written | Refusal> {
    const present = this.#present();
    if (!present) return NOWHERE;
    const stored = present.keys.find((one) => one.id === id);
    if (!stored) return { ok: false, problem: { type: "not-found", detail: "There is no such key." } };
    const problem = unmet(write, revisionOf(present));
    if (problem) return { ok: false, problem };
    const entry: Entry = { action: "deleteKey", kind: "key", key: id, before: keyView(stored), after: null };
    const keys = present.keys.filter((one) => one !== stored);
    const next = this.#commit({ ...present, keys }, [entry], this.#stamp(present, write), write);
    return { ...writtenAt(next), changed: true };
  }

  /** The log entries of one flag, newest first. */
  async history(key: string, query: LogQuery): Promise<{ entries: LogEntry[]; next?: number }> {
    return this.#present() ? this.#ledger.history({ kind: "flag", key }, query) : { entries: [] };
  }

  async summary(): Promise<Summary | null> {
    const present = this.#present();
    if (!present) return null;
    const { version, createdAt } = present.head;
    const flags = Array.from(present.state.flags.values()).filter((stored) => inForce(stored) !== null).length;
    return { version, revision: revisionOf(present), flags, createdAt: new Date(createdAt).toISOString() };
  }

  /** Creates the environment, with flags and segments of another one. Its version is 1 then. */
  async seed(copy: Copy, write: Write): Promise<Written | Refusal> {
    const [name, incarnation] = this.ctx.id.name?.split("/") ?? [];
    if (!name || !incarnation) throw new Error("an environment's object has a name");
    if (this.#present() || this.#ledger.exists())
      return { ok: false, problem: { type: "conflict", detail: "The environment exists already." } };
    const now = Date.now();
    const nothing: Present = {
      head: { name, incarnation, version: 0, at: now, createdAt: now },
      state: EMPTY,
      keys: [],
    };
    const stamp = this.#stamp(nothing, write);
    const changes: Change[] = [
      ...copy.segments.map((segment): Change => ({ op: "putSegment", segment })),
      ...copy.flags.map((flag): Change => ({ op: "putFlag", flag })),
    ];
    const planned = plan(EMPTY, changes, stamp, true);
    if (!planned.ok) return planned;
    const begin: Entry = { action: "createEnvironment", kind: "environment", key: name, before: null, after: null };
    const next = this.#commit({ ...nothing, state: planned.state }, [begin, ...planned.writes], stamp, write);
    return { ...writtenAt(next), changed: true };
  }

  /** What `seed` can make another environment of: live flags, segments. */
  async exportAll(): Promise<Copy> {
    return wholeOf(this.#present()?.state ?? EMPTY);
  }

  /** Ends the environment at once. What it has in KV and in storage is deleted in the background. */
  async destroy(): Promise<void> {
    const present = this.#present();
    if (!present) return;
    this.ctx.storage.transactionSync(() => {
      this.#ledger.delete(Date.now());
      this.#outbox.forget();
      void this.ctx.storage.setAlarm(Date.now() + CLEAR_AGAIN_MS);
    });
    this.#loaded = null;
    this.#made = undefined;
  }

  override async alarm(): Promise<void> {
    if (!this.#ledger.exists()) return;
    await this.#outbox.run();
    if (this.#present()) this.#arm();
    else await this.#clear();
  }

  #present(): Present | null {
    if (this.#loaded === undefined) this.#loaded = this.#ledger.load() ?? null;
    return this.#loaded;
  }

  #body(present: Present): Body {
    if (this.#made?.version !== present.head.version) this.#made = this.#maker.make(present);
    return this.#made;
  }

  /** Time doesn't go back from one version to the next, whatever the machine's clock does. */
  #stamp({ head }: Present, { actor }: Write): Stamp {
    return { version: head.version + 1, at: Math.max(Date.now(), head.at), by: actor.name.toWellFormed() };
  }

  /** SQLite keeps no lone surrogates, and what the log's hash was made of must be what is read back. */
  #commit(candidate: Present, entries: Entry[], { version, at, by }: Stamp, { actor, comment }: Write): Present {
    const next: Present = { ...candidate, head: { ...candidate.head, version, at } };
    const who = { id: actor.id.toWellFormed(), name: by, via: actor.via };
    this.ctx.storage.transactionSync(() => {
      this.#ledger.record(next, entries, { actor: who, comment: comment.toWellFormed() });
      void this.ctx.storage.setAlarm(this.#outbox.mark());
    });
    this.#loaded = next;
    this.ctx.waitUntil(this.#outbox.run().then(() => this.#arm()));
    return next;
  }

  async #publish(): Promise<number> {
    const present = this.#present();
    if (!present) return 0;
    const { name, incarnation, version } = present.head;
    await this.#shelf.put(name, incarnation, this.#body(present));
    return version;
  }

  async #sweep(): Promise<void> {
    const present = this.#present();
    if (present) await this.#shelf.sweep(present.head.name, present.head.incarnation);
  }

  /** Sets the alarm to the next time that there is something to do. The platform holds every answer until it is stored. */
  #arm(): void {
    const due = this.#outbox.due();
    if (this.#present() && due !== null) void this.ctx.storage.setAlarm(due);
  }

  async #clear(): Promise<void> {
    const gone = this.#ledger.identity();
    let again = CLEAR_AGAIN_MS;
    try {
      if (!gone || (await this.#shelf.clear(gone.name, gone.incarnation))) {
        await this.ctx.storage.deleteAll();
        return;
      }
    } catch {
      again = CLEAR_RETRY_MS;
    }
    await this.ctx.storage.setAlarm(Date.now() + again);
  }
}

function writtenAt(present: Present): Omit<Written, "changed"> {
  return { ok: true, version: present.head.version, revision: revisionOf(present) };
}

function revisionOf({ head }: Present): string {
  return formatRevision(head.incarnation, head.version);
}

/** The opaque part of a resource's entity tag: the revision at which it last changed. */
function tagOf({ head }: Present, view: { version: number }): string {
  return formatRevision(head.incarnation, view.version);
}

function viewOf({ flags, segments }: State, { kind, key }: Target): FlagView | SegmentView | undefined {
  return kind === "flag" ? flags.get(key) : segments.get(key);
}

/** A change of what isn't there is refused as such, not for a precondition; only a put can create (RFC 9110, 13.2.1). */
function unmetBy(present: Present, change: Change, write: Write): Problem | undefined {
  const view = viewOf(present.state, targetOf(change));
  if (view) return unmet(write, tagOf(present, view));
  return change.op === "putFlag" || change.op === "putSegment" ? unmet(write, undefined) : undefined;
}

/** The target of a single change as the answer shows it. */
function shown(present: Present, { kind, key }: Target): Pick<Applied, "flag" | "segment" | "etag"> {
  const flag = kind === "flag" ? present.state.flags.get(key) : undefined;
  if (flag) return { flag, etag: `"${tagOf(present, flag)}"` };
  const segment = kind === "segment" ? present.state.segments.get(key) : undefined;
  return segment ? { segment, etag: `"${tagOf(present, segment)}"` } : {};
}

function keyView({ hash: _hash, ...view }: StoredKey): KeyView {
  return view;
}

type Call =
  | "pointer"
  | "body"
  | "members"
  | "apply"
  | "flag"
  | "flags"
  | "segment"
  | "segments"
  | "keys"
  | "createKey"
  | "deleteKey"
  | "history"
  | "summary"
  | "seed"
  | "exportAll"
  | "destroy";

/**
 * The namespace as its callers see it. (The platform's own stub type maps every answer through a recursive type that
 * is too deep for condition trees; a stub is used through this one.)
 */
export type EnvironmentObjects = { getByName(name: string): Pick<Environment, Call> };
