import type { Problem, Refusal } from "../../contract/problem.ts";
import type { AuditLog } from "../store/audit-log.ts";
import type { NewOverride, Write, Written } from "../rpc.ts";
import { type EnvironmentState, type State, writtenAt } from "../store/state.ts";

/**
 * Puts into the log that a tester's override is made, where there is such a variant. No version is made.
 *
 * @param at epoch milliseconds
 * @param unmet what the write's preconditions say
 */
export function noteOverride(
  { flag, variant, expiresAt }: NewOverride,
  { actor, comment }: Write,
  present: EnvironmentState,
  at: number,
  unmet: Problem | undefined,
  auditLog: AuditLog,
): Written | Refusal {
  const { head, state } = present;
  const problem = unmet ?? problemOf(state, flag, variant);
  if (problem) return { ok: false, problem };
  const what = `${variant} until ${expiresAt}${comment === "" ? "" : `: ${comment}`}`;
  auditLog.overridden({ ...head, at }, flag, what, actor);
  return { ...writtenAt(present), changed: false };
}

function problemOf(state: State, flag: string, variant: string): Problem | undefined {
  const stored = state.flags.get(flag);
  const detail = "The body is not valid.";
  if (!stored || stored.archivedAt !== undefined)
    return { type: "invalid", detail, errors: [{ path: "/flag", message: "is no flag of this environment" }] };
  if (Object.hasOwn(stored.flag.variants, variant)) return undefined;
  return { type: "invalid", detail, errors: [{ path: "/variant", message: "is no variant of this flag" }] };
}
