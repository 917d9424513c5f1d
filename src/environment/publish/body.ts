import type { Delta } from "../../contract/relay.ts";
import type { PublishedSampling } from "../../contract/sampling.ts";
import {
  publishedFlag,
  type PublishedKey,
  type PublishedSegment,
  SNAPSHOT_FORMAT,
  type SnapshotDelta,
  type SnapshotRest,
} from "../../contract/snapshot.ts";
import { packMembers } from "../../core/members.ts";
import { sha256Hex } from "../../core/hash.ts";
import type { Release } from "../../core/release/state.ts";
import { published } from "../write/expose.ts";
import type { HeldSegment, MemberList } from "../store/member-list.ts";
import { Touched } from "./touched.ts";
import { byKey, type EnvironmentState, inForce, type Settings, type StoredFlag } from "../store/state.ts";

/**
 * One version as it is published: the text of a SnapshotBody, put together each time that it is asked for, the body of
 * listed members that goes with it, and what changed since a version, where that is known and less.
 */
export type Body = {
  version: number;
  text: () => string;
  members: Members | null;
  since: (version: number) => Delta | undefined;
};
/** `bytes` makes them when it is asked for the first time: that reads all lists. */
type Members = { hash: string; bytes: () => Uint8Array };
type Ranges = ReturnType<typeof packMembers>["ranges"];
type Packed = { segments: HeldSegment[]; members: Members | null; ranges: Ranges };

/** Where more flags than so many and a quarter were touched, the whole is told. */
const MOST_TOUCHED = 16;

/** What the lists of an environment came to when they were last packed, so that a start needn't read them. */
class Packings {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(lists: string): { hash: string | null; ranges: Ranges } | undefined {
    const row = this.#sql
      .exec<{ hash: string | null; ranges: string }>("SELECT hash, ranges FROM packed WHERE lists = ?", lists)
      .toArray()[0];
    return row && { hash: row.hash, ranges: new Map(JSON.parse(row.ranges)) };
  }

  keep(lists: string, hash: string | null, ranges: Ranges): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO packed (id, lists, hash, ranges) VALUES (1, ?, ?, ?)",
      lists,
      hash,
      JSON.stringify([...ranges]),
    );
  }
}

/**
 * Makes the bodies of versions. What didn't change since the last one isn't made again: texts of flags are kept as
 * long as the flags are, and listed members as long as no list changes.
 */
export class BodyMaker {
  readonly #texts = new WeakMap<StoredFlag, string>();
  readonly #packings: Packings;
  readonly #touched = new Touched();
  #packed: Packed | undefined;
  readonly #sql: SqlStorage;
  #secret: string | undefined;
  #made: Body | undefined;

  /** @param sql with the tables `packed` and `visitor_secret` of schema.ts */
  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#packings = new Packings(sql);
  }

  /** Looks at what has been read from the tables, so that what follows it can be told as what changed. */
  begin(read: EnvironmentState | null): void {
    this.#touched.begin(read);
  }

  /** The body of what is in force, made when it is asked for the first time. */
  of(present: EnvironmentState): Body {
    if (this.#made?.version !== present.head.version) this.#made = this.#make(present);
    return this.#made;
  }

  /** Forgets the one that was made last: its version may come to be another. */
  forget(): void {
    this.#made = undefined;
  }

  #make(present: EnvironmentState): Body {
    this.#touched.see(present);
    const { head, state } = present;
    const segments = Array.from(state.segments.values(), (stored) => stored.segment).toSorted(byKey);
    const { members, ranges } = this.#pack(segments);
    const published = segments.map(({ key, by, when }): PublishedSegment => {
      const { include, exclude } = ranges.get(key)!;
      return { key, by, when, include, exclude };
    });
    return {
      version: head.version,
      text: () => this.#text(present, published, members),
      members,
      since: (version) => this.#since(version, present, published, members),
    };
  }

  #text(present: EnvironmentState, segments: PublishedSegment[], members: Members | null): string {
    const flags = Array.from(present.state.flags.values())
      .filter((stored) => inForce(stored) !== null)
      .toSorted((a, b) => byKey(a.flag, b.flag))
      .map((stored) => this.#textOf(stored, present.releases.get(stored.flag.key)));
    const rest = JSON.stringify({ segments, ...this.#rest(present, members) });
    return `${frame(present, {})},"flags":[${flags.join(",")}],${rest.slice(1)}`;
  }

  #since(
    since: number,
    present: EnvironmentState,
    published: PublishedSegment[],
    members: Members | null,
  ): Delta | undefined {
    const { state, releases, head } = present;
    const touched = this.#touched.since(since);
    if (!touched || since >= head.version) return undefined;
    if (touched.flags.length > MOST_TOUCHED + state.flags.size / 4) return undefined;
    const removed: SnapshotDelta["removed"] = { flags: [], segments: [] };
    const flags: string[] = [];
    for (const key of touched.flags) {
      const stored = state.flags.get(key);
      if (stored && inForce(stored) !== null) flags.push(this.#textOf(stored, releases.get(key)));
      else removed.flags.push(key);
    }
    removed.segments = touched.segments.filter((key) => !state.segments.has(key));
    const keys = new Set(touched.segments);
    const rest = JSON.stringify({
      segments: published.filter(({ key }) => keys.has(key)),
      ...(touched.rest && { rest: this.#rest(present, members) }),
    });
    const text = `${frame(present, { since, removed })},"flags":[${flags.join(",")}],${rest.slice(1)}`;
    return { format: SNAPSHOT_FORMAT, since, version: head.version, text };
  }

  #rest({ keys, settings }: EnvironmentState, members: Members | null): SnapshotRest {
    return {
      keys: keys.map(({ id, kind, hash, origins }): PublishedKey => ({ id, kind, hash, origins })),
      members: members?.hash ?? null,
      ...(settings.sampling.enabled && { sampling: publishedSampling(settings) }),
      ...(settings.metrics.length > 0 && { metrics: [...settings.metrics] }),
      visitors: this.#visitorSecret,
    };
  }

  get #visitorSecret(): string {
    this.#secret ??= this.#sql.exec<{ secret: string }>("SELECT secret FROM visitor_secret").one().secret;
    return this.#secret;
  }

  #textOf(stored: StoredFlag, latest: Release | undefined): string {
    let text = this.#texts.get(stored);
    if (text === undefined) {
      text = JSON.stringify({
        version: stored.version,
        flag: publishedFlag(stored.flag),
        ...(stored.flag.kind === "experiment" && { experiment: true }),
      });
      this.#texts.set(stored, text);
    }
    const release = latest && published(latest);
    return release ? `${text.slice(0, -1)},"release":${JSON.stringify(release)}}` : text;
  }

  #pack(segments: HeldSegment[]): Packed {
    const last = this.#packed;
    const same = (one: HeldSegment, index: number): boolean => {
      const other = last?.segments[index];
      return one.key === other?.key && one.include === other.include && one.exclude === other.exclude;
    };
    if (last && last.segments.length === segments.length && segments.every(same)) return last;
    let bytes: Uint8Array | undefined;
    const packed = (): Uint8Array => (bytes ??= packMembers(segments).bytes);
    const lists = sha256Hex(
      JSON.stringify(segments.map(({ key, ...lists }) => [key, refs(lists.include), refs(lists.exclude)])),
    );
    let known = this.#packings.find(lists);
    if (!known) {
      const made = packMembers(segments);
      bytes = made.bytes;
      known = { hash: bytes.length === 0 ? null : sha256Hex(bytes), ranges: made.ranges };
      if (known.hash !== null) this.#packings.keep(lists, known.hash, known.ranges);
    }
    const { hash, ranges } = known;
    this.#packed = { segments, members: hash === null ? null : { hash, bytes: packed }, ranges };
    return this.#packed;
  }
}

function refs({ pages }: MemberList): string[] {
  return pages.map(({ ref }) => ref);
}

/** The beginning of a body or delta, without a closing brace. */
function frame({ head }: EnvironmentState, more: object): string {
  const { name: environment, incarnation, version, at } = head;
  return JSON.stringify({ format: SNAPSHOT_FORMAT, environment, incarnation, version, at, ...more }).slice(0, -1);
}

function publishedSampling({ sampling: { redact, hash }, salt }: Settings): PublishedSampling {
  return { redact, hash, salt };
}
