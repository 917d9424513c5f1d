import type { FlagView } from "../../contract/admin.ts";
import type { Difference } from "../../contract/audit.ts";
import { NATIVE } from "../../contract/interchange.ts";
import type { Problem, Refusal } from "../../contract/problem.ts";
import { unmet } from "../../durable/precondition.ts";
import { byKeys, neededBy, type Target } from "../../core/references.ts";
import { difference } from "./difference.ts";
import { type LastChange, withNews } from "../../durable/conflict.ts";
import { counted } from "../write/counted.ts";
import { documentStream, flagText } from "../store/document-stream.ts";
import { equal } from "../write/equal.ts";
import { withoutRelease } from "../write/expose.ts";
import { outlined } from "../write/outline.ts";
import { type Step, targetOf } from "../write/change-target.ts";
import { segmentText } from "../store/member-list.ts";
import type { Applied, Exported, Summary, Write } from "../rpc.ts";
import { told as settingsOf } from "../write/settings.ts";
import { transferStream } from "../write/transfer.ts";
import {
  byKey,
  type EnvironmentState,
  inForce,
  type ResourceWrite,
  revisionOf,
  type State,
  type StoredSegment,
  tagOf,
  type Whole,
  wholeOf,
} from "../store/state.ts";

/* What is in force, as it is shown and compared. */

export function viewOf({ flags, segments }: State, { kind, key }: Target): FlagView | StoredSegment | undefined {
  return kind === "flag" ? flags.get(key) : segments.get(key);
}

function told(problem: Problem | undefined, last: () => LastChange): Problem | undefined {
  return problem && withNews(problem, last());
}

/** A change of what isn't there is refused as such, not for a precondition; only a put can create (RFC 9110, 13.2.1). */
export function unmetBy(present: EnvironmentState, change: Step, write: Write): Problem | undefined {
  const view = viewOf(present.state, targetOf(change));
  if (view) return told(unmet(write, tagOf(present, view)), () => view);
  return change.op === "putFlag" || change.op === "createFlag" || change.op === "putSegment"
    ? unmet(write, undefined)
    : undefined;
}

/** The target of a single change as the answer shows it. */
export function shown(present: EnvironmentState, { kind, key }: Target): Pick<Applied, "flag" | "segment" | "etag"> {
  const flag = kind === "flag" ? present.state.flags.get(key) : undefined;
  if (flag) return { flag, etag: `"${tagOf(present, flag)}"` };
  const segment = kind === "segment" ? present.state.segments.get(key) : undefined;
  return segment ? { segment: counted(segment), etag: `"${tagOf(present, segment)}"` } : {};
}

/** How many flags there are, archived ones left out. */
export function liveFlags({ state }: EnvironmentState): number {
  return Array.from(state.flags.values()).filter((stored) => inForce(stored) !== null).length;
}

export function summaryOf(present: EnvironmentState, newest: Omit<LastChange, "version">): Omit<Summary, "propagated"> {
  const { version, createdAt } = present.head;
  const flags = liveFlags(present);
  const created = new Date(createdAt).toISOString();
  const revision = revisionOf(present);
  return {
    version,
    revision,
    flags,
    ...settingsOf(present.settings),
    createdAt: created,
    ...newest,
  };
}

/** What of an environment is taken elsewhere: releases stay where they are. */
function takenFrom({ state, releases }: EnvironmentState): Whole {
  const { flags, segments } = wholeOf(state);
  return { flags: flags.map((flag) => withoutRelease(flag, releases.get(flag.key))), segments };
}

/** Live flags and segments as one JSON text, flags without their releases. */
export function documentOf(present: EnvironmentState): Exported {
  const { flags, segments } = takenFrom(present);
  const revision = revisionOf(present);
  const frame = { ...NATIVE, environment: present.head.name, revision };
  const text = documentStream(frame, flags.toSorted(byKey).map(flagText), segments.toSorted(byKey).map(segmentText));
  return { ok: true, revision, text };
}

/** Live flags, without their releases, and segments for another environment: all of them, or some flags (null: all flags) and what they need. */
export function transferOf(present: EnvironmentState, keys: readonly string[] | null | undefined): Exported | Refusal {
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
  const found = new Map<string, Omit<Difference, "changes" | "sentence">>();
  for (const { kind, key, before, after } of writes) {
    const name = `${kind} ${key}`;
    const first = found.get(name);
    const from = first ? first.before : outlined(before);
    found.set(name, { target: { kind, key }, before: from, after: outlined(after) });
  }
  return [...found.values()]
    .filter(({ before, after }) => !equal(before, after))
    .map(({ target, before, after }) => difference(target, before, after));
}
