import type { Caller } from "../../contract/action.ts";
import { type Control, hasEnded } from "../../contract/release.ts";
import type { Release, ReleaseEvent } from "./state.ts";
import { step } from "./step.ts";

/**
 * Why a person can't do this to a release now; undefined when they can. The machine itself is asked, so that what is
 * said to be allowed is: whether the role allows it is for the caller to know, but for approvals, where the gate says.
 *
 * @param now epoch milliseconds
 */
export function hindrance(release: Release, control: Control, caller: Caller, now: number): string | undefined {
  const { refusal, effects } = step(release, eventOf(control, caller), now);
  if (refusal !== undefined) return refusal;
  return effects.length > 0 ? undefined : `It is ${release.phase} already.`;
}

function eventOf(type: Control, { actor, role }: Caller): ReleaseEvent {
  return type === "approve" ? { type, actor, role } : { type, actor };
}

/** Whether something may still happen to a release. */
export function isLive({ phase }: Release): boolean {
  return !hasEnded(phase);
}
