import type { FlagView } from "../contract/admin.ts";
import type { Difference } from "../contract/audit.ts";
import { NATIVE } from "../contract/interchange.ts";
import type { Problem, Refusal } from "../contract/problem.ts";
import { formatRevision } from "../contract/snapshot.ts";
import { type Preconditions, unmet } from "../core/precondition.ts";
import { byKeys, neededBy, type Target } from "../core/references.ts";
import { byKey } from "./body.ts";
import { type LastChange, withNews } from "../core/conflict.ts";
import { counted } from "./counted.ts";
import { documentStream, flagText } from "./document.ts";
import { equal } from "./equal.ts";
import { withoutRelease } from "./expose.ts";
import type { Whole } from "./judge.ts";
import type { Present } from "./ledger.ts";
import { outlined } from "./outline.ts";
import { type Step, targetOf } from "./place.ts";
import { inForce, type ResourceWrite, type State, type StoredSegment, wholeOf } from "./plan.ts";
import { segmentText } from "./roster.ts";
import type { Applied, Exported, Summary, Write, Written } from "./rpc.ts";
import { transferStream } from "./transfer.ts";

/* What is in force, as it is shown and compared. */

export function writtenAt(present: Present): Omit<Written, "changed"> {
  return { ok: true, version: present.head.version, revision: revisionOf(present) };
}

export function revisionOf({ head }: Present): string {
  return formatRevision(head.incarnation, head.version);
}

/** The opaque part of a resource's entity tag: the revision at which it last changed. */
export function tagOf({ head }: Present, view: { version: number }): string {
  return formatRevision(head.incarnation, view.version);
}

export function viewOf({ flags, segments }: State, { kind, key }: Target): FlagView | StoredSegment | undefined {
  return kind === "flag" ? flags.get(key) : segments.get(key);
}

/** The precondition of a write to the environment as a whole. */
export function unmetByWhole(present: Present, write: Preconditions, newest: () => Omit<LastChange, "version">) {
  const { version } = present.head;
  return told(unmet(write, revisionOf(present)), () => ({ version, ...newest() }));
}

function told(problem: Problem | undefined, last: () => LastChange): Problem | undefined {
  return problem && withNews(problem, last());
}

/** A change of what isn't there is refused as such, not for a precondition; only a put can create (RFC 9110, 13.2.1). */
export function unmetBy(present: Present, change: Step, write: Write): Problem | undefined {
  const view = viewOf(present.state, targetOf(change));
  if (view) return told(unmet(write, tagOf(present, view)), () => view);
  return change.op === "putFlag" || change.op === "putSegment" ? unmet(write, undefined) : undefined;
}

/** The target of a single change as the answer shows it. */
export function shown(present: Present, { kind, key }: Target): Pick<Applied, "flag" | "segment" | "etag"> {
  const flag = kind === "flag" ? present.state.flags.get(key) : undefined;
  if (flag) return { flag, etag: `"${tagOf(present, flag)}"` };
  const segment = kind === "segment" ? present.state.segments.get(key) : undefined;
  return segment ? { segment: counted(segment), etag: `"${tagOf(present, segment)}"` } : {};
}

/** How many flags there are, archived ones left out. */
export function liveFlags({ state }: Present): number {
  return Array.from(state.flags.values()).filter((stored) => inForce(stored) !== null).length;
}

export function summaryOf(present: Present, newest: Omit<LastChange, "version">): Omit<Summary, "propagated"> {
  const { version, createdAt } = present.head;
  const { description, sampling, requiresApproval } = present.settings;
  const flags = liveFlags(present);
  const created = new Date(createdAt).toISOString();
  const revision = revisionOf(present);
  return { version, revision, flags, description, sampling, requiresApproval, createdAt: created, ...newest };
}

/** What of an environment is taken elsewhere: releases stay where they are. */
function takenFrom({ state, releases }: Present): Whole {
  const { flags, segments } = wholeOf(state);
  return { flags: flags.map((flag) => withoutRelease(flag, releases.get(flag.key))), segments };
}

/** Live flags and segments as one JSON text, flags without their releases. */
export function documentOf(present: Present): Exported {
  const { flags, segments } = takenFrom(present);
  const revision = revisionOf(present);
  const frame = { ...NATIVE, environment: present.head.name, revision };
  const text = documentStream(frame, flags.toSorted(byKey).map(flagText), segments.toSorted(byKey).map(segmentText));
  return { ok: true, revision, text };
}

/** Live flags, without their releases, and segments for another environment: all of them, or some flags (null: all flags) and what they need. */
export function transferOf(present: Present, keys: readonly string[] | null | undefined): Exported | Refusal {
  const revision = revisionOf(present);
  const whole = takenFrom(present);
  const all = byKeys(whole);
  const unknown = (keys ?? []).flatMap((key, index) => (all.flags.has(key) ? [] : [index]));
  if (unknown.length > 0) {
    const errors = unknown.map((index) => ({ path: `/flags/${index}`, message: "is not a flag of that environment" }));
    return { ok: false, problem: { type: "invalid", detail: "There are no such flags to take.", errors } };
  }
  const some = keys ? keys.map((key) => all.flags.get(key)!) : whole.flags;
  const { flags, segments } = keys === undefined ? whole : neededBy(some, all);
  const text = transferStream({ flags: flags.toSorted(byKey), segments: segments.toSorted(byKey) });
  return { ok: true, revision, text };
}

/** What a batch changed, each resource once, as it is shown. */
export function differencesOf(writes: readonly ResourceWrite[]): Difference[] {
  const found = new Map<string, Difference>();
  for (const { kind, key, before, after } of writes) {
    const name = `${kind} ${key}`;
    const first = found.get(name);
    const from = first ? first.before : outlined(before);
    found.set(name, { target: { kind, key }, before: from, after: outlined(after) });
  }
  return [...found.values()].filter(({ before, after }) => !equal(before, after));
}
