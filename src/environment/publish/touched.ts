import type { EnvironmentState } from "../store/state.ts";
import type { HeldSegment } from "../store/member-list.ts";

/** What was touched after a version: keys of flags and segments, and whether anything else was. */
export type TouchedSince = { flags: string[]; segments: string[]; rest: boolean };

/**
 * Remembers at which version each flag and segment was last seen to be another object than before. States are never
 * changed, only followed by another that shares what stayed; so this reads no text, and a start needs to read nothing.
 */
export class Touched {
  #last: EnvironmentState | null = null;
  /** The first version that was seen: of earlier ones nothing is known. */
  #floor = 0;
  readonly #flags = new Map<string, number>();
  readonly #segments = new Map<string, number>();
  #rest = 0;

  /** Looks at a state that has been committed; versions may be left out. */
  see(present: EnvironmentState): void {
    const last = this.#last;
    const { version, incarnation } = present.head;
    if (!last || last.head.incarnation !== incarnation || version < last.head.version) return this.begin(present);
    this.#last = present;
    if (last === present) return;
    mark(this.#flags, version, last.state.flags, present.state.flags);
    mark(this.#flags, version, last.releases, present.releases);
    mark(this.#segments, version, last.state.segments, present.state.segments);
    const settings = last.settings !== present.settings || last.keys !== present.keys;
    const lists = !sameLists(last, present);
    // Where a list is in the members' bytes depends on those before it.
    if (lists) for (const key of present.state.segments.keys()) this.#segments.set(key, version);
    if (settings || lists) this.#rest = version;
  }

  /** undefined: what was in force at that version isn't known. */
  since(version: number): TouchedSince | undefined {
    if (!this.#last || version < this.#floor || version > this.#last.head.version) return undefined;
    const after = (seen: ReadonlyMap<string, number>): string[] =>
      Array.from(seen)
        .filter(([, at]) => at > version)
        .map(([key]) => key);
    return { flags: after(this.#flags), segments: after(this.#segments), rest: this.#rest > version };
  }

  /** Begins with what has been read from the tables: nothing of it is the same object as before. */
  begin(read: EnvironmentState | null): void {
    this.#last = read;
    this.#flags.clear();
    this.#segments.clear();
    this.#floor = this.#rest = read?.head.version ?? 0;
  }
}

function mark(
  seen: Map<string, number>,
  version: number,
  before: ReadonlyMap<string, object>,
  now: ReadonlyMap<string, object>,
): void {
  if (before === now) return;
  for (const [key, one] of now) if (before.get(key) !== one) seen.set(key, version);
  for (const key of before.keys()) if (!now.has(key)) seen.set(key, version);
}

/** Whether all segments have the lists that they had. */
function sameLists(before: EnvironmentState, now: EnvironmentState): boolean {
  if (before.state.segments === now.state.segments) return true;
  if (before.state.segments.size !== now.state.segments.size) return false;
  for (const [key, { segment }] of now.state.segments) {
    const other: HeldSegment | undefined = before.state.segments.get(key)?.segment;
    if (other?.include !== segment.include || other.exclude !== segment.exclude) return false;
  }
  return true;
}
