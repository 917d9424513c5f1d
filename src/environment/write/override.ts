import type { Problem, Refusal } from "../../contract/problem.ts";
import { OVERRIDDEN } from "../../durable/audit-chain.ts";
import type { EnvironmentStore } from "../store/environment-store.ts";
import type { NewOverride, Write, Written } from "../rpc.ts";
import { type EnvironmentState, type State, writtenAt } from "../store/state.ts";

/** Puts into the log that a tester's override is made, where there is such a variant. No version is made. */
export function noteOverride(
  { flag, variant, expiresAt }: NewOverride,
  write: Write,
  present: EnvironmentState,
  store: EnvironmentStore,
): Written | Refusal {
  const problem = store.unmet(present, write) ?? problemOf(present.state, flag, variant);
  if (problem) return { ok: false, problem };
  const { actor, comment } = write;
  const what = `${variant} until ${expiresAt}${comment === "" ? "" : `: ${comment}`}`;
  store.remark(OVERRIDDEN, { kind: "flag", key: flag }, actor, what);
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
