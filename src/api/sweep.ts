import { keyOf } from "../contract/snapshot.ts";
import type { Bindings } from "./bindings.ts";
import { ask } from "./admin/remote.ts";

/**
 * Has those environments do their work that said that they have some that must not wait, so that a live release, or a
 * message, whose alarm was lost is looked after within minutes. The others aren't woken. Alarms come at least once but
 * give up after a few failures. An environment that can't be reached is left to the next sweep.
 */
export async function sweepReleases(env: Pick<Bindings, "ENVIRONMENT" | "WORKSPACE">): Promise<void> {
  const workspace = env.WORKSPACE.getByName(keyOf.workspaceObject);
  const environments = await ask(workspace.needingAttention());
  await Promise.allSettled([
    ask(workspace.reconcile()),
    ...environments.map(({ name, incarnation }) =>
      ask(env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation)).reconcile()),
    ),
  ]);
}
