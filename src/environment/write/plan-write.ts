import type { Issue } from "../../contract/json.ts";
import type { Problem, Refusal } from "../../contract/problem.ts";
import { changeFlag, changeSegment, type FlagState, isSegmentChange } from "./change.ts";
import { equal } from "./equal.ts";
import { judge } from "./validate.ts";
import { placed, type Step, targetOf } from "./change-target.ts";
import type { HeldSegment } from "../store/member-list.ts";
import {
  inForce,
  type ResourceWrite,
  type Stamp,
  type State,
  type StoredFlag,
  type StoredSegment,
  wholeOf,
} from "../store/state.ts";

/*
 * What a batch of changes makes of an environment, decided without touching anything: state and changes in, the next
 * state and what to record out, or the reason why not.
 */

/** A change that was left out, by its place in the list, and why. `path` points into its flag or segment. */
export type LeftOut = Issue & { index: number };

/** `writes` is empty when all the changes together change nothing; the state is then the same object. */
export type Plan = { ok: true; state: State; writes: ResourceWrite[]; leftOut?: LeftOut[] };

/**
 * Plans changes, all or none. References are judged once, after all of them.
 *
 * @param batch the changes were sent as a list, so issues point into that list
 */
export function plan(state: State, changes: readonly Step[], stamp: Stamp, batch = changes.length > 1): Plan | Refusal {
  const sent = { changes, batch };
  const draft = new Draft(state, stamp);
  for (const [index, change] of changes.entries()) {
    const problem = draft.make(change);
    if (problem) return { ok: false, problem: placed(problem, sent, index) };
  }
  if (!draft.differs()) return { ok: true, state, writes: [] };
  const problem = judge(wholeOf(state), wholeOf(draft), sent);
  if (problem) return { ok: false, problem };
  return { ok: true, state: { flags: draft.flags, segments: draft.segments }, writes: draft.writes };
}

/** Puts of one kind or another, which the log calls by one name. */
const PUTS: ReadonlySet<string> = new Set(["putFlag", "createFlag", "replaceFlag"]);

/** The next state while it comes to be. */
class Draft {
  readonly flags: Map<string, StoredFlag>;
  readonly segments: Map<string, StoredSegment>;
  readonly writes: ResourceWrite[] = [];
  readonly #base: State;
  readonly #stamp: Stamp;

  constructor(base: State, stamp: Stamp) {
    this.#base = base;
    this.#stamp = stamp;
    this.flags = new Map(base.flags);
    this.segments = new Map(base.segments);
  }

  /** Whether the end differs from the beginning: to disable and enable again does not. */
  differs(): boolean {
    return this.writes.some(({ kind, key }) =>
      kind === "flag"
        ? !equal(inForce(this.#base.flags.get(key)), inForce(this.flags.get(key)))
        : !equal(this.#base.segments.get(key)?.segment, this.segments.get(key)?.segment),
    );
  }

  make(change: Step): Problem | undefined {
    const { key } = targetOf(change);
    if (isSegmentChange(change)) {
      const changed = changeSegment(this.segments.get(key)?.segment, change);
      if (!changed.ok) return changed.problem;
      this.#setSegment(change.op === "replaceSegment" ? "putSegment" : change.op, key, changed.value);
    } else {
      const stored = this.flags.get(key);
      const changed = changeFlag(stored && { flag: stored.flag, archived: stored.archivedAt !== undefined }, change);
      if (!changed.ok) return changed.problem;
      this.#setFlag(PUTS.has(change.op) ? "putFlag" : change.op, key, changed.value);
    }
    return undefined;
  }

  #setFlag(action: string, key: string, { flag, archived }: FlagState): void {
    const stored = this.flags.get(key);
    const before = inForce(stored);
    const after = archived ? null : flag;
    if (equal(before, after)) return;
    this.writes.push({ action, kind: "flag", key, before, after });
    const stamps = this.#stamped(stored);
    this.flags.set(key, archived ? { flag, ...stamps, archivedAt: stamps.updatedAt } : { flag, ...stamps });
  }

  #setSegment(action: string, key: string, after: HeldSegment | null): void {
    const stored = this.segments.get(key);
    const before = stored?.segment ?? null;
    if (equal(before, after)) return;
    this.writes.push({ action, kind: "segment", key, before, after });
    if (after) this.segments.set(key, { segment: after, ...this.#stamped(stored) });
    else this.segments.delete(key);
  }

  #stamped(before: { createdAt: string } | undefined) {
    const { version, at, by } = this.#stamp;
    const now = new Date(at).toISOString();
    return { version, createdAt: before?.createdAt ?? now, updatedAt: now, updatedBy: by };
  }
}
