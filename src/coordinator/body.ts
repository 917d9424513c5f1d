import type { Flag } from "../contract/flag.ts";
import type { PublishedSampling } from "../contract/sampling.ts";
import type { Segment } from "../contract/segment.ts";
import { type PublishedFlag, type PublishedKey, type PublishedSegment, SNAPSHOT_FORMAT } from "../contract/snapshot.ts";
import { packMembers } from "../core/members.ts";
import { sha256Hex } from "../core/hash.ts";
import type { Present, Settings } from "./ledger.ts";
import { inForce, type StoredFlag } from "./plan.ts";

/** One version as it is published: the text of a SnapshotBody, and the body of listed members that goes with it. */
export type Body = { version: number; text: string; members: Members | null };
type Members = { hash: string; bytes: Uint8Array };

/**
 * Makes the bodies of versions. What didn't change since the last one isn't made again: texts of flags are kept as
 * long as the flags are, and listed members as long as no list changes.
 */
export class BodyMaker {
  readonly #texts = new WeakMap<StoredFlag, string>();
  #packed:
    | { segments: Segment[]; members: Members | null; ranges: ReturnType<typeof packMembers>["ranges"] }
    | undefined;

  make({ head, state, keys, settings }: Present): Body {
    const segments = Array.from(state.segments.values(), (stored) => stored.segment).toSorted(byKey);
    const { members, ranges } = this.#pack(segments);
    const published = segments.map(({ key, by, when }): PublishedSegment => {
      const { include, exclude } = ranges.get(key)!;
      return { key, by, when, include, exclude };
    });
    const live = Array.from(state.flags.values()).filter((stored) => inForce(stored) !== null);
    const flags = live.toSorted((a, b) => byKey(a.flag, b.flag)).map((stored) => this.#textOf(stored));
    const { name: environment, incarnation, version, at } = head;
    const frame = JSON.stringify({ format: SNAPSHOT_FORMAT, environment, incarnation, version, at });
    const rest = JSON.stringify({
      keys: keys.map(({ id, kind, hash, origins }): PublishedKey => ({ id, kind, hash, origins })),
      segments: published,
      members: members?.hash ?? null,
      ...(settings.sampling.enabled && { sampling: publishedSampling(settings) }),
    });
    return { version, text: `${frame.slice(0, -1)},"flags":[${flags.join(",")}],${rest.slice(1)}`, members };
  }

  #textOf(stored: StoredFlag): string {
    let text = this.#texts.get(stored);
    if (text === undefined) {
      text = JSON.stringify({ version: stored.version, flag: publishedFlag(stored.flag) });
      this.#texts.set(stored, text);
    }
    return text;
  }

  #pack(segments: Segment[]) {
    const last = this.#packed;
    const same = (one: Segment, index: number): boolean => {
      const other = last?.segments[index];
      return one.key === other?.key && one.include === other.include && one.exclude === other.exclude;
    };
    if (last && last.segments.length === segments.length && segments.every(same)) return last;
    const { bytes, ranges } = packMembers(segments);
    const members = bytes.length === 0 ? null : { hash: sha256Hex(bytes), bytes };
    this.#packed = { segments, members, ranges };
    return this.#packed;
  }
}

/** A flag without what only people read. */
function publishedFlag({ description: _1, owner: _2, tags: _3, kind: _4, ...flag }: Flag): PublishedFlag {
  return flag;
}

function publishedSampling({ sampling: { redact, hash }, salt }: Settings): PublishedSampling {
  return { redact, hash, salt };
}

/** The order of everything that is sorted: by UTF-16 code units. */
export function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
