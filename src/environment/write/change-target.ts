import type { Change } from "../../contract/change.ts";
import type { Problem } from "../../contract/problem.ts";
import type { Exposure, Release } from "../../core/release/state.ts";
import type { Target } from "../../core/references.ts";
import type { HeldSegment } from "../store/member-list.ts";

/* Where in what was sent an issue is. */

/** A change as it was sent, or one whose segment is held already, or what a release makes of its flag. */
export type Step =
  | Change
  | { op: "replaceSegment"; segment: HeldSegment }
  | { op: "exposeFlag"; key: string; release: Release; exposure: Exposure };

/** Changes as they were sent: as a list (`batch`), whose issues point into that list, or one on its own. */
export type Sent = { changes: readonly Step[]; batch: boolean };

/** Where in a change of a list the document is that its issues point into. */
const DOCUMENT: Partial<Record<Step["op"], string>> = {
  putFlag: "/flag",
  createFlag: "/flag",
  replaceFlag: "/flag",
  putSegment: "/segment",
  replaceSegment: "/segment",
  patchFlag: "/patch",
  addRule: "",
  patchRule: "",
  patchSegment: "/patch",
};

/** The problem of one change as the sender sees it. In a list every issue, and there is at least one, says which change. */
export function placed(problem: Problem, sent: Sent, index: number): Problem {
  const change = sent.changes[index];
  if (!sent.batch || !change) return problem;
  const root = `/changes/${index}`;
  const document = root + (DOCUMENT[change.op] ?? "");
  const errors = problem.errors?.map(({ path, message }) => ({ path: document + path, message }));
  return { ...problem, errors: errors ?? [{ path: root, message: problem.detail }] };
}

export function targetOf(change: Step): Target {
  switch (change.op) {
    case "putFlag":
    case "createFlag":
    case "replaceFlag":
      return { kind: "flag", key: change.flag.key };
    case "putSegment":
    case "replaceSegment":
      return { kind: "segment", key: change.segment.key };
    case "deleteSegment":
    case "patchSegment":
    case "changeMembers":
      return { kind: "segment", key: change.key };
    case "exposeFlag":
    case "patchFlag":
    case "addRule":
    case "patchRule":
    case "deleteRule":
    case "orderRules":
    case "setRollout":
    case "enableFlag":
    case "disableFlag":
    case "archiveFlag":
    case "restoreFlag":
      return { kind: "flag", key: change.key };
  }
}

/** What changes touch, each once. */
export function targetsOf(changes: readonly Step[]): Target[] {
  return [...new Map(changes.map(targetOf).map((one) => [`${one.kind} ${one.key}`, one])).values()];
}

/** Whether a change carries the target's text, or a patch of it, so that an issue can point into that. */
export function writesDocument(change: Step, target: { kind: string; key: string }): boolean {
  const { kind, key } = targetOf(change);
  return DOCUMENT[change.op] !== undefined && kind === target.kind && key === target.key;
}
