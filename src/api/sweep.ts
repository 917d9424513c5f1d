import { keyOf } from "../contract/snapshot.ts";
import type { Bindings } from "./bindings.ts";
import { ask } from "./admin/remote.ts";

/**
 * Pokes every environment, so that a live release whose alarm was lost is looked after within minutes. Alarms come at
 * least once but give up after a few failures. One that can't be reached is left to the next sweep.
 */
export async function sweepReleases(env: Pick<Bindings, "ENVIRONMENT" | "WORKSPACE">): Promise<void> {
  const environments = await ask(env.WORKSPACE.getByName(keyOf.workspaceObject).environments());
  await Promise.allSettled(
    environments.map(({ name, incarnation }) =>
      ask(env.ENVIRONMENT.getByName(keyOf.environmentObject(name, incarnation)).reconcile()),
    ),
  );
}
