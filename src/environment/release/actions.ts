import type { Action, Caller } from "../../contract/action.ts";
import type { FlagView } from "../../contract/admin.ts";
import type { Flag } from "../../contract/flag.ts";
import type { Control } from "../../contract/release.ts";
import { includes } from "../../contract/role.ts";
import { ADMIN_ROUTES, type Operation } from "../../contract/routes.ts";
import { hindrance, isLive } from "../../core/release/allowed.ts";
import type { Release } from "../../core/release/state.ts";

/* What a caller may do now with a flag or a release, and why not what not. The role comes first: nothing else helps. */

/** Each control of a release, by its route. */
const CONTROLS = {
  pauseRelease: "pause",
  resumeRelease: "resume",
  approveRelease: "approve",
  advanceRelease: "advance",
  promoteRelease: "promote",
  unrelease: "unrelease",
  cancelRelease: "cancel",
  acknowledgeRelease: "acknowledge",
} as const satisfies Partial<Record<Operation, Control>>;

/** @param followed whether the flag has had another release since. @param now epoch milliseconds */
export function releaseActions(release: Release, followed: boolean, caller: Caller, now: number): Action[] {
  return Object.entries(CONTROLS).map(([name, control]) => {
    const why = followed
      ? "The release has ended, and another one has followed it."
      : hindrance(release, control, caller, now);
    return answered(name as Operation, caller, why);
  });
}

/**
 * What may be done with a flag. `unrelease` is its live release's, else every rollout of it to 0.
 *
 * @param release the flag's latest
 * @param needed whether others refer to it
 */
export function flagActions(stored: FlagView, release: Release | undefined, needed: boolean, caller: Caller): Action[] {
  const { flag, archivedAt } = stored;
  const archived = archivedAt === undefined ? undefined : "The flag is archived. Restore it first.";
  const live = release && isLive(release) ? release : undefined;
  const why: Partial<Record<Operation, string | undefined>> = {
    putFlag: archived,
    patchFlag: archived,
    setRollout: archived,
    enableFlag: archived ?? (flag.enabled ? "The flag is enabled already." : undefined),
    disableFlag: archived ?? (flag.enabled ? undefined : "The flag is disabled already."),
    archiveFlag: archived ? "The flag is archived already." : needed ? "Others depend on it." : undefined,
    restoreFlag: archived ? undefined : "The flag isn't archived.",
    createRelease:
      archived ??
      (live
        ? `The flag is being released by ${live.id}.`
        : flag.enabled
          ? undefined
          : "The flag is disabled. Enable it first."),
    unrelease:
      archived ?? (live || isRolledOut(flag) ? undefined : "There is nothing to take back. Disabling the flag helps."),
  };
  return Object.entries(why).map(([name, hindered]) => answered(name as Operation, caller, hindered));
}

function answered(action: Operation, { role }: Caller, hindered: string | undefined): Action {
  const needed = ADMIN_ROUTES[action][2];
  const why = includes(role, needed) ? hindered : `This needs the role ${needed}.`;
  return why === undefined ? { action, allowed: true } : { action, allowed: false, why };
}

/** Whether a share above 0 takes part in some rollout of it. */
function isRolledOut({ rules, default: fallback }: Flag): boolean {
  return [...rules.map(({ serve }) => serve), fallback].some(
    (serve) => "rollout" in serve && (!("percentage" in serve.rollout) || serve.rollout.percentage > 0),
  );
}
