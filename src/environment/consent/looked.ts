import type { Refusal } from "../../contract/problem.ts";
import type { Proposed } from "../../contract/proposal.ts";
import { type Role, stronger } from "../../contract/role.ts";
import { needed, roleOf, waits } from "./consent.ts";
import type { Touched } from "./proposals.ts";
import type { Commanded } from "../release/apply-release-event.ts";
import type { NewRelease } from "../release/create-release.ts";
import { type Step, targetsOf } from "../write/change-target.ts";
import { plan } from "../write/plan-write.ts";
import { promoted } from "../write/promoted.ts";
import type { EnvironmentState, ResourceWrite } from "../store/state.ts";

/* What a proposal would do. Nothing is touched. */

export type Given = { id: string; command?: NewRelease; text?: ReadableStream<Uint8Array> };
/** `role`: what it needs; `postponed`: it would wait for consent. */
type Looked = {
  ok: true;
  steps: readonly Step[];
  writes: ResourceWrite[];
  touched: Touched[];
  role: Role;
  postponed: boolean;
};

/** @param from of a promotion what comes here, of a release what its start would lead to */
export function looked(
  present: EnvironmentState,
  { changes, release, promote }: Proposed,
  from: { puts: Step[] | undefined; begun: () => Commanded | Refusal },
): Looked | Refusal {
  if (release) {
    const begun = from.begun();
    if (!begun.ok) return begun;
    const writes = begun.entries.filter((entry) => entry.kind === "flag");
    const steps = writes.flatMap(({ after }): Step[] => (after ? [{ op: "replaceFlag", flag: after }] : []));
    const touched: Touched[] = [{ kind: "flag", key: release.flag }];
    if (typeof release.plan === "string") touched.push({ kind: "plan", key: release.plan });
    return { ok: true, steps, writes, touched, role: "operator", postponed: needed(present) };
  }
  const sent: readonly Step[] = changes ?? from.puts ?? [];
  const taken = promote ? promoted(sent, promote, present.state, present.releases) : { ok: true as const, steps: sent };
  if (!taken.ok) return taken;
  const { steps } = taken;
  const planned = plan(present.state, steps, { version: 0, at: 0, by: "" }, true);
  if (!planned.ok) return planned;
  const { writes } = planned;
  const touched = targetsOf(sent);
  const role = promote ? "editor" : steps.map(roleOf).reduce(stronger);
  return { ok: true, steps, writes, touched, role, postponed: waits(present, steps, writes) };
}
