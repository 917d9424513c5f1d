import type { RuleChange } from "../../contract/change.ts";
import { type Flag, flag as flagSchema, reservedRules } from "../../contract/flag.ts";
import { type Issue, type JsonObject, unrepresentable } from "../../contract/json.ts";
import type { Problem, ProblemType } from "../../contract/problem.ts";
import { segment as segmentSchema } from "../../contract/segment.ts";
import { parse, type Parsed } from "../../contract/validation.ts";
import { type Step, targetOf } from "./change-target.ts";
import { exposed, withoutStageRules } from "./expose.ts";
import { patchedResource } from "./merge.ts";
import { retarget } from "./rollout.ts";
import type { WayBack } from "../store/audit-reader.ts";
import { inRule, ruled } from "./rules.ts";
import { type HeldSegment, hold, MemberList } from "../store/member-list.ts";

/* What one change makes of one resource. Whether the result fits in with all the others is judged afterwards. */

type SegmentChange = Extract<
  Step,
  { op: "putSegment" | "replaceSegment" | "patchSegment" | "deleteSegment" | "changeMembers" }
>;
type FlagChange = Exclude<Step, SegmentChange>;

export function isSegmentChange(change: Step): change is SegmentChange {
  return targetOf(change).kind === "segment";
}

/** A problem's issues point into what was sent for this change: the resource, the patch, the target of the rollout. */
export type Changed<T> = { ok: true; value: T } | { ok: false; problem: Problem };
export type FlagState = { flag: Flag; archived: boolean };

/** Puts of all of these, archived flags among them. */
export function putsOf({ flags, segments }: { flags: Flag[]; segments: HeldSegment[] }): Step[] {
  return [
    ...segments.map((segment): Step => ({ op: "replaceSegment", segment })),
    ...flags.map((flag): Step => ({ op: "replaceFlag", flag })),
  ];
}

/** The steps of a way back to an earlier version: segments first, since flags may need them, and what is taken away last. */
export function restoringSteps(way: WayBack | null): Step[] {
  if (!way) return [];
  return [
    ...putsOf(way),
    ...way.flagsGone.map((key): Step => ({ op: "archiveFlag", key })),
    ...way.segmentsGone.map((key): Step => ({ op: "deleteSegment", key })),
  ];
}

/** @param before the flag as it is stored, if it is */
export function changeFlag(before: FlagState | undefined, change: FlagChange): Changed<FlagState> {
  if (change.op === "putFlag") return before?.archived ? archived : written(change.flag, before?.flag, "flag");
  if (change.op === "replaceFlag") return live(change.flag);
  if (change.op === "createFlag") return before ? taken : live(change.flag);
  if (!before) return refuse("not-found", "There is no such flag.");
  const { flag } = before;
  if (change.op === "archiveFlag") return { ok: true, value: { flag, archived: true } };
  if (change.op === "restoreFlag") return live(withoutStageRules(flag));
  if (before.archived) return archived;
  switch (change.op) {
    case "enableFlag":
      return live({ ...flag, enabled: true });
    case "disableFlag":
      return live({ ...flag, enabled: false });
    case "setRollout": {
      const { rule, split, percentage } = change;
      const result = retarget(flag, { rule, split, percentage });
      return result.ok ? live(result.flag) : unfit("rollout", result.issues);
    }
    case "exposeFlag": {
      const result = exposed(flag, change.release, change.exposure);
      return result.ok ? live(result.flag) : unfit("release", result.issues);
    }
    case "addRule":
    case "patchRule":
    case "deleteRule":
    case "orderRules":
      return changeRules(flag, change);
    case "patchFlag": {
      const result = patched(flag, change.patch, (document) => parse(flagSchema, document));
      return result.ok ? written(result.value, flag, "patch") : result;
    }
  }
}

/** A rule that is written is refused what a flag is refused, at its place in what was sent. */
function changeRules(before: Flag, change: RuleChange): Changed<FlagState> {
  const result = ruled(before, change);
  if (!result) return refuse("not-found", "There is no such rule.");
  if (!result.ok) return unfit("body", result.issues);
  const issues = reservedRules(result.flag, before).map((issue) =>
    inRule(issue, Number(issue.path.split("/")[2]), "/rule"),
  );
  return issues.length > 0 ? unfit("body", issues) : live(result.flag);
}

/** A flag as somebody wants it: rules that only releases make are refused, unless it has them. */
function written(flag: Flag, before: Flag | undefined, what: string): Changed<FlagState> {
  const issues = reservedRules(flag, before);
  return issues.length > 0 ? unfit(what, issues) : live(flag);
}

/** @param before the segment as it is stored, if it is. The value is null when there is to be none. */
export function changeSegment(before: HeldSegment | undefined, change: SegmentChange): Changed<HeldSegment | null> {
  if (change.op === "putSegment") return { ok: true, value: hold(change.segment) };
  if (change.op === "replaceSegment") return { ok: true, value: change.segment };
  if (!before) return refuse("not-found", "There is no such segment.");
  switch (change.op) {
    case "deleteSegment":
      return { ok: true, value: null };
    case "changeMembers":
      return changeMembers(before, change.add, change.remove);
    case "patchSegment":
      return patchSegment(before, change.patch);
  }
}

/** Lists that the patch doesn't name stay as they are, and unread. */
function patchSegment(before: HeldSegment, patch: JsonObject): Changed<HeldSegment> {
  const unlisted = { ...before, include: [], exclude: [] };
  const result = patched(unlisted, patch, (document) => parse(segmentSchema, document));
  if (!result.ok) return result;
  const { include, exclude, ...rest } = result.value;
  const value = {
    ...rest,
    include: Object.hasOwn(patch, "include") ? MemberList.of(include) : before.include,
    exclude: Object.hasOwn(patch, "exclude") ? MemberList.of(exclude) : before.exclude,
  };
  return { ok: true, value };
}

const taken: Changed<never> = refuse("conflict", "There is a flag by that key already.");
const archived: Changed<never> = refuse("archived", "The flag is archived. Restore it first.");

function live(flag: Flag): Changed<FlagState> {
  return { ok: true, value: { flag, archived: false } };
}

function refuse(type: ProblemType, detail: string): Changed<never> {
  return { ok: false, problem: { type, detail } };
}

function unfit(what: string, errors: Issue[]): Changed<never> {
  return { ok: false, problem: { type: "invalid", detail: `The ${what} is not valid.`, errors } };
}

/** A merge patch on the whole stored resource, which must then stand as if it had been put, under the same key. */
function patched<T>(before: { key: string }, patch: JsonObject, read: (document: unknown) => Parsed<T>): Changed<T> {
  const foreign = unrepresentable(patch);
  if (foreign) return unfit("patch", [foreign]);
  if (Object.hasOwn(patch, "key") && patch["key"] !== before.key)
    return unfit("patch", [{ path: "/key", message: "can't be changed" }]);
  const after = read(patchedResource(before, patch));
  return after.ok ? after : unfit("patch", after.issues);
}

/** Adding a listed member, or removing one that isn't, does nothing. The order of those who stay is kept. */
function changeMembers(segment: HeldSegment, add: readonly string[], remove: readonly string[]): Changed<HeldSegment> {
  const removed = new Set(remove);
  const both = add.findIndex((member) => removed.has(member));
  if (both >= 0) return unfit("list of members", [{ path: `/add/${both}`, message: "is also to be removed" }]);
  return { ok: true, value: { ...segment, include: segment.include.changed(add, removed) } };
}
